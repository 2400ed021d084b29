"""Regions of one blur: of whatever stands for a PSF, and what is restored of each."""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import find_objects, gaussian_filter

from ..blurs.psf import check_psf
from ..blurs.targets import target_psf
from ..blurs.types import parametric_types
from ..estimation.blur_estimate import BlurEstimate
from ..estimation.refinement import refine
from ..grnn.angles import decode_angle, encode_angle
from ..mapping.map import BlurMap, check_covers
from ..spectra.welch import welch_power
from ..spectra.windows import WINDOW

__all__ = []

# Sizes within this ratio, and angles within so many degrees, are restored as one.
SIZE_RATIO, ANGLE_STEP = 1.25, 20.0
# A region of less than this share of the picture is left as it is.
LEAST_SHARE = 0.005
# To regions of so many windows, and to sizes up to this, the parameters are fitted.
MIN_WINDOWS, WIDEST = 4, 22.0
# Deviation of the seams between regions, in pixels.
SEAM = 6.0
# Pixels around a region that are restored with it: several PSFs and the seam.
MARGIN = 32


class Region(NamedTuple):
    """A PSF, what is restored by it, and the pixels that it blurred and their weights."""

    psf: np.ndarray
    around: tuple  # slices of what is restored
    mask: np.ndarray | None = None  # None is all of them
    weight: np.ndarray | None = None  # of the restored picture, falling to 0; None is 1


def regions_of(psf, luma):
    """Regions of an array, a `BlurEstimate` or a `BlurMap`, for a picture of this luma."""
    if not isinstance(psf, BlurMap):
        psf = check_psf(psf.psf if isinstance(psf, BlurEstimate) else psf)
        whole = (slice(None), slice(None))
        return [Region(psf, whole)]
    check_covers(psf, luma)
    return find_regions(psf, luma.astype(np.float32))


def find_regions(found, luma):
    """`Region` of each blur of a `BlurMap` that is restored by itself.

    A map's parameters are those of single windows; here the region's windows are taken
    together, and the parameters fitted to their spectrum.
    """
    codes, sizes, angles = found.type_code, found.size, found.angle
    regions = []
    for kind in parametric_types():
        labels = _alike(kind, codes == kind.code, sizes, angles)
        for label in np.unique(labels[labels > 0]):
            mask = labels == label
            if mask.mean() >= LEAST_SHARE:
                target = _mean_target(kind, sizes[mask], angles[mask])
                psf = target_psf(_refined(kind, target, luma, mask))
                regions.append(_region(psf, mask))
    return regions


def _alike(kind, there, sizes, angles):
    """Labels, from 1 up, of the pixels of a type whose blurs are alike enough."""
    labels = np.zeros(there.shape, np.int32)
    steps = np.rint(np.log(np.maximum(sizes[there], 0.1)) / np.log(SIZE_RATIO))
    # Two digits for the angle's step.
    labels[there] = 100 * (steps.astype(int) + 100)
    if kind.angle is not None:
        turns = np.rint(angles[there] / ANGLE_STEP) % (kind.angle.period / ANGLE_STEP)
        labels[there] += turns.astype(int)
    return labels


def _region(psf, mask):
    weight = gaussian_filter(mask.astype(np.float32), SEAM)
    margin = MARGIN + 2 * len(psf)
    (box,) = find_objects((weight > 0).astype(np.int8))
    around = tuple(slice(max(part.start - margin, 0), part.stop + margin) for part in box)
    return Region(psf, around, mask[around], weight[around])


def restore_regions(channel, regions, restore):
    """A float picture (H, W) with each region restored.

    ``restore(part, psf, mask)`` restores what is around a region; the pixels outside of the
    mask have not had its blur: they are taken as unknown.
    """
    if len(regions) == 1 and regions[0].weight is None:
        return restore(channel, regions[0].psf, regions[0].mask)
    restored = channel.copy()
    for region in regions:
        seen = channel[region.around]
        part = restore(seen, region.psf, region.mask)
        part -= seen
        part *= region.weight
        restored[region.around] += part
    return restored


def summed_weight(regions, shape):
    """Weights of regions of a picture of this shape, summed."""
    weight = np.zeros(shape, np.float32)
    for region in regions:
        weight[region.around] += region.weight
    return weight


def soften(restored, deviation, regions):
    """Make what was restored of a picture (H, W) softer, in place, and not the rest."""
    if any(region.weight is None for region in regions):
        gaussian_filter(restored, deviation, output=restored)
        return
    weight = summed_weight(regions, restored.shape)
    softer = gaussian_filter(restored, deviation)
    softer -= restored
    softer *= np.minimum(weight, 1, out=weight)
    restored += softer


def _mean_target(kind, sizes, angles):
    point = encode_angle(angles).mean(axis=0, keepdims=True)
    return kind.code, float(np.median(sizes)), float(decode_angle(point)[0])


def _refined(kind, target, luma, mask):
    """The target fitted to the spectrum of the region, if there is enough of it."""
    code, size, angle = target
    if not kind.has_zeros or size > WIDEST or min(luma.shape) < WINDOW:
        return target
    power, n_windows = welch_power(luma, WINDOW, where=mask)
    if n_windows < MIN_WINDOWS:
        return target
    # The guess is that of single windows, so it may be some way off.
    fit = refine(power, kind, size, angle, std=(0.15 * size, 8.0))
    return code, fit.size, fit.angle
