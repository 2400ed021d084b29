"""A PSF that was found elsewhere, fitted to another part of the photograph."""

import numpy as np
import scipy.fft
from scipy.ndimage import gaussian_filter

from .frames import Scales
from .plans import RIDGE
from .psf_step import shifted
from .search import correlation, finished, turn

__all__ = []

# Weights of a gradient, and the smoothing with which a PSF comes loose, in pixels: of a
# motion of 13 pixels one is found that is turned by 30 degrees (8 photographs of Berkeley
# train, similarity 0.87; without smoothing 0.81, from a weight of 1.6e-3 on 0.55).
WEIGHTS, LOOSE = (1e-2, 6e-3, 3e-3, 1.6e-3, 8e-4, 4e-4, 4e-4), 1.0
# Pixels beyond the border of the PSF to which it may grow.
GROWTH = 4


def refit_psf(luma, psf):
    """The PSF of a part (H, W) of a photograph, float64, from one that is about right.

    It lies where the other one does: picture and PSF could both be shifted.
    """
    start = np.pad(psf, GROWTH).astype(np.float32)
    loose = gaussian_filter(start, LOOSE, mode="constant")
    frame = Scales(luma).frame(1.0, len(start))
    spectrum, found = scipy.fft.rfft2(frame.continued), loose / loose.sum()
    for weight in WEIGHTS:
        found, spectrum = turn(frame, spectrum, found, weight, RIDGE)
    return moved_to(finished(found), start).astype(np.float64)


def moved_to(psf, other):
    """Moved by whole pixels to where it is most like another PSF of the same side."""
    alike = correlation(other, psf)
    by = np.unravel_index(np.argmax(alike), alike.shape)
    return shifted(psf, *(int(b) - len(alike) * (b > len(alike) // 2) for b in by))
