"""Profiles of log spectra: a few numbers that hold what a blur writes into them."""

from .aligned import AlignedSpectrumTransformer
from .directional import DirectionalProfileTransformer
from .folded import FoldedSpectrumTransformer
from .half import HalfSpectrumTransformer
from .radial import RadialProfileTransformer

__all__ = [
    "AlignedSpectrumTransformer",
    "DirectionalProfileTransformer",
    "FoldedSpectrumTransformer",
    "HalfSpectrumTransformer",
    "RadialProfileTransformer",
]
