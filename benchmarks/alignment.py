"""Errors of pictures that a free PSF has restored, which is known up to a shift only."""

import numpy as np
from scipy.ndimage import shift
from skimage.registration import phase_cross_correlation


def aligned_error(picture, sharp, border, furthest=np.inf):
    """Mean squared error inside the border, as it is or after the best shift.

    A shift of more than `furthest` pixels is none that a PSF leaves, and is not tried.
    """
    by, _, _ = phase_cross_correlation(sharp, picture, upsample_factor=20)
    tried = [picture]
    if np.abs(by).max() <= furthest:
        tried.append(shift(picture, by, order=3, mode="nearest"))
    inner = np.s_[border:-border, border:-border]
    return min(np.mean((each - sharp)[inner] ** 2) for each in tried)
