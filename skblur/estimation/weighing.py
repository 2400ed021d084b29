"""What explains a photograph better: the ideal shape, or a PSF of no simple form."""

from dataclasses import replace

import numpy as np

from ..blurs.types import blur_type
from ..deconvolution.held_out import HeldOut
from .free_psf.search import find_psf

__all__ = []

# The candidates of a free PSF have to agree so much, or it is a guess.
AGREED = 0.75
# By so much of the ideal shape's error the free PSF has to be better.
BETTER = 0.98
# Motions that are longer than this do not fit into a free PSF.
LONGEST = 60
# Share of the light between the two ends of an extent.
WITHIN = 0.96
# Steps to a pixel in which it is looked for.
FINE = 20


def weigh(ideal, luma):
    """The estimate, with a free PSF if that predicts held-out pixels better.

    Parameters
    ----------
    ideal : BlurEstimate
        What has been found of the ideal shapes.
    luma : ndarray of shape (H, W)
        The photograph, float32 in [0, 1].
    """
    if not ideal.parameters or max(ideal.psf.shape) > LONGEST:
        return ideal
    found = find_psf(luma)
    if found.agreement < AGREED:
        return ideal
    psf = found.psf.astype(np.float64)
    held = HeldOut.of_part(luma, len(psf))
    if held.explain(psf).error > BETTER * held.explain(ideal.psf).error:
        return ideal
    kind = blur_type(ideal.blur_type)
    if kind.angle is None:
        return replace(ideal, free_psf=psf)
    length, angle, std = extent(psf)
    return replace(
        ideal,
        parameters={kind.size.name: length, kind.angle.name: angle},
        std={kind.size.name: std[0], kind.angle.name: std[1]},
        free_psf=psf,
    )


def extent(psf):
    """Length in pixels and angle in degrees of what a PSF extends over.

    Along its principal axis, from end to end; of a straight motion they are its own. Their
    deviations are what it extends over across, as a length and as an angle.
    """
    half = len(psf) // 2
    y, x = -(np.indices(psf.shape) - half)
    x = -x
    right, up = x - (psf * x).sum(), y - (psf * y).sum()
    xx, yy, xy = ((psf * p).sum() for p in (right**2, up**2, right * up))
    turn = 0.5 * np.arctan2(2 * xy, xx - yy)
    length = _range(right * np.cos(turn) + up * np.sin(turn), psf)
    width = _range(up * np.cos(turn) - right * np.sin(turn), psf)
    off = np.rad2deg(np.arctan2(width / 2, length))
    return length, float(np.rad2deg(turn) % 180), (float(max(width / 4, 0.5)), float(off))


def _range(places, weights):
    """How far a mass reaches: of a uniform one, from end to end."""
    places, weights = places[weights > 0], weights[weights > 0]
    t = np.arange(places.min() - 1, places.max() + 1, 1 / FINE)
    # The light of a pixel lies evenly over one pixel.
    mass = np.clip(t[:, None] - places + 0.5, 0, 1) @ weights
    low, high = np.interp([(1 - WITHIN) / 2, (1 + WITHIN) / 2], mass, t)
    return float((high - low) / WITHIN)
