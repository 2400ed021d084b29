"""What columns of spectra are called: by their frequency in cycles per pixel.

``fx`` counts to the right and ``fy`` upward, against the rows, as angles do. A frequency
has the same power as its opposite, and the highest one of an even side, 0.5, has either
sign.
"""

import numpy as np

from ..feature_names import with_values

__all__ = []


def wave_labels(right, up):
    """Labels like ``fx-0.25_fy0.12`` of frequencies to the right and upward."""
    both = zip(with_values("fx", right), with_values("fy", up), strict=True)
    return [f"{fx}_{fy}" for fx, fy in both]


def plane_labels(shape):
    """Labels of a flattened spectrum, zero frequency centred."""
    down, right = (np.fft.fftshift(np.fft.fftfreq(side)) for side in shape)
    up, right = np.meshgrid(-down, right, indexing="ij")
    return wave_labels(right.ravel(), up.ravel())
