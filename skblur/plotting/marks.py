"""Where the OTF of what was found vanishes: marks to hold a measured spectrum against.

A motion or a disc has zeros. A Gaussian has none, and a PSF of no simple form has points
rather than lines of them; marked is where they leave a tenth of the contrast.
"""

import numpy as np

from ..blurs.types import blur_type
from .otf import otf_along, otf_on_grid

__all__ = []

LEFT_OVER = 0.1
# Frequencies along a line at which an OTF is looked at.
N_ALONG = 4001


def name_of_marks(estimate):
    """What is marked, in a few words."""
    if _has_lines_of_zeros(estimate):
        return "zeros of the fit"
    return f"MTF {100 * LEFT_OVER:.0f} %"


def marked_on_grid(estimate, up, right):
    """Values (n_up, n_right), zero where a mark is, at frequencies in cycles per pixel."""
    return _marked(estimate, otf_on_grid(estimate.psf, up, right))


def marks_along(estimate, highest):
    """The marked frequencies along the motion, or to the right, up to the highest.

    Of a PSF of no simple form none: what holds on one line does not beside it.
    """
    if estimate.free_psf is not None:
        return np.empty(0)
    along = np.linspace(0, highest, N_ALONG)
    value = _marked(estimate, otf_along(estimate.psf, along, estimate.angle or 0.0))
    before, after = value[:-1], value[1:]
    passed = np.flatnonzero(before * after <= 0)
    share = before[passed] / (before[passed] - after[passed])
    return along[passed] + share * (along[1] - along[0])


def _marked(estimate, otf):
    return otf.real if _has_lines_of_zeros(estimate) else np.abs(otf) - LEFT_OVER


def _has_lines_of_zeros(estimate):
    return estimate.free_psf is None and blur_type(estimate.blur_type).has_zeros
