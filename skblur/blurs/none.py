"""No blur: the unit impulse."""

import numpy as np

from .blur_type import BlurType

__all__ = []


def _impulse():
    return np.ones((1, 1))


NONE = BlurType(
    code=0,
    name="none",
    meaning="sharp",
    psf=_impulse,
    symmetry="round",
    separable=True,
    colour=(1.0, 1.0, 1.0),
)
