"""What explains a photograph better: the ideal shape, or a PSF of no simple form."""

from dataclasses import replace

import numpy as np

from ..blurs.none import NONE
from ..blurs.paths import WITHIN
from ..blurs.types import blur_type
from ..deconvolution.held_out import LIGHTS, HeldOut, comparable
from .free_psf.search import find_psf, similarity

__all__ = []

# The candidates of a free PSF have to agree so much, or it is a guess: of 30 photographs
# shaken here and 8 real shakes two do not, one of which would be harmed by 12 dB.
AGREED = 0.66
# To this part of the ideal shape's error the free PSF, which fits itself to the noise too,
# has to come down: of 11 straight motions with a large misfit ten stay above 0.92, of 43
# shaken ones all but a failure come down to 0.35 to 0.79.
BETTER = 0.85
# Misfit from which on a shape does not explain a spectrum: of 66 real photographs 0.5 and
# 0.6 harm the same two, 0.8 four.
MAX_MISFIT = 0.6
# Motions that are longer than this do not fit into a free PSF.
LONGEST = 60
# A disc or a Gaussian, which real lenses make in many shapes, is a motion only if its error
# is beaten by so much, and if a quarter turn leaves the PSF less like itself.
BETTER_THAN_ROUND, ROUND = 0.6, 0.8
# What is called sharp with this confidence is left alone, and so is what has a free PSF of
# less than this deviation, in pixels: of 630 sharp photographs one is called shaken in
# spite of it, and 3 of 7 shaken ones that were called sharp with less. By narrower free
# PSFs 12 of 17 real photographs lose when they are restored.
SURE, LEAST_SPREAD = 0.9, 1.6
# Of what spoke for no blur so much speaks for the motion that was found instead.
SHARP_BEATEN = 0.5
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
    if max(ideal.psf.shape) > LONGEST:
        return ideal
    found = find_psf(luma)
    too_narrow = not ideal.parameters and spread(found.psf) < LEAST_SPREAD
    if found.agreement < AGREED or too_narrow:
        return ideal
    held = HeldOut.of_part(luma, len(found.psf))
    errors = [_least_error(held, psf) for psf in (found.psf, ideal.psf)]
    return with_free_psf(ideal, found.psf) if is_better(*errors, ideal) else ideal


def is_better(error, ideal_error, ideal):
    """Whether a free PSF predicts so much better than the ideal shape that it names it."""
    return error < (BETTER_THAN_ROUND if _is_round(ideal) else BETTER) * ideal_error


def _least_error(held, psf):
    """In the light that suits the PSF best.

    A free PSF fits itself to what values make of a blur of light, which a straight one
    cannot: in values alone it was taken for 35 of 112 straight motions that had gone
    through a camera, and now is for 13; of 177 shaken ones none is lost.
    """
    return min(comparable(held.least_error(psf, light), light) for light in LIGHTS)


def may_be_blurred_after_all(found, n_pixels, sure_side):
    """Whether what is called sharp, or nothing, may have a PSF of no simple form.

    To the few edges of a small picture a free PSF fits itself, whatever they are: of 120
    sharp crops of 160 x 160 pixels deblurring by it harmed 13.
    """
    unsure = found.confidence < SURE and bool(found.probabilities)
    return unsure and n_pixels >= sure_side**2


def explains_spectrum(ideal):
    """Whether the spectrum is that of the type and its parameters, as far as it tells."""
    return ideal.misfit is None or ideal.misfit <= MAX_MISFIT


def with_free_psf(ideal, psf, *, keeps_name=False):
    """The estimate with a free PSF: a motion of its extent, unless it is round as named.

    It keeps what was named where the free PSF undoes the blur, but is not so much better.
    """
    psf = psf.astype(np.float64)
    psf /= psf.sum()
    if keeps_name or (_is_round(ideal) and similarity(psf, np.rot90(psf)) > ROUND):
        return replace(ideal, free_psf=psf)
    kind = blur_type("motion")
    length, angle, std = extent(psf)
    p = dict(ideal.probabilities)
    # What spoke for the shape that was beaten speaks for the motion now.
    beaten = 0.0 if ideal.blur_type == kind.name else p.get(ideal.blur_type, 0.0)
    if beaten:
        won = SHARP_BEATEN * beaten if ideal.blur_type == NONE.name else beaten
        p |= {kind.name: p.get(kind.name, 0.0) + won, ideal.blur_type: beaten - won}
    return replace(
        ideal,
        blur_type=kind.name,
        probabilities=p,
        parameters={kind.size.name: length, kind.angle.name: angle},
        std={kind.size.name: std[0], kind.angle.name: std[1]},
        reason="",
        free_psf=psf,
    )


def _is_round(ideal):
    return bool(ideal.parameters) and blur_type(ideal.blur_type).symmetry == "round"


def spread(psf):
    """Standard deviation of a PSF along an axis, on the mean of both."""
    offsets = np.arange(len(psf)) - len(psf) // 2
    return float(np.sqrt(sum((psf.sum(axis=i) * offsets**2).sum() for i in (0, 1)) / 2))


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
