"""Smooth ground: where nothing was seen as far as the PSF reaches, nothing is restored.

A PSF that is a little wrong rings, and rings show most where there is nothing else. A sharp
structure leaves its trace in the blurred picture, however faint, so where that is smooth
over the extent of the PSF whatever the restoration shows there is a ring.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from ..images.noise import cross_differences

__all__ = []

# Deviation of the smoothing that noise has before slopes are measured, and the picture that
# stays where the ground is smooth.
SMOOTH = 1.0
# Slope, per pixel, that ground may have, and how much of the noise's deviation beside it.
# In values 26 photographs shaken here lose nothing by it, with what light gets 0.26 dB; in
# light 18 real pairs lose nothing, and what is moved before smooth ground gains 0.25.
SLOPE = {"values": (0.001, 0.1), "light": (0.002, 0.3)}
# Share of the PSF's maximum from which on it counts, and least window.
COUNTED, LEAST_SIDE = 0.01, 5


def structure_weight(luma, psf, gamma):
    """How much there is to restore at each pixel (H, W): 0 on smooth ground, else 1."""
    side = max(_extent(psf), LEAST_SIDE)
    weight = _squared_slope(gaussian_filter(luma, SMOOTH))
    uniform_filter(weight, side, output=weight)
    # Running sums in single precision can fall a little below zero.
    np.sqrt(np.maximum(weight, 0, out=weight), out=weight)
    least, of_noise = SLOPE["values" if gamma == 1 else "light"]
    weight /= least + of_noise * _noise(luma)
    weight -= 1
    np.clip(weight, 0, 1, out=weight)
    return gaussian_filter(weight, max(side / 8, 2))


def keep_ground(restored, seen, weight):
    """Put the ground of what was seen, smoothed, into a restored plane (H, W), in place."""
    ground = gaussian_filter(seen, SMOOTH)
    ground *= 1 - weight
    restored *= weight
    restored += ground


def _squared_slope(picture):
    squared = np.zeros_like(picture)
    for axis in (0, 1):
        slope = np.gradient(picture, axis=axis)
        squared += np.square(slope, out=slope)
    return squared


def _extent(psf):
    used = np.argwhere(psf > COUNTED * psf.max())
    return int(np.ptp(used, axis=0).max()) + 1


def _noise(luma):
    """Deviation of the noise, the same in most of the picture."""
    return float(np.median(np.abs(cross_differences(luma)))) / 0.6745
