"""What a restoration is to undo, in which light, and how far it is to be believed."""

from typing import NamedTuple

import numpy as np

from ..deconvolution.held_out import LIGHTS, HeldOut, comparable, most_structure
from ..deconvolution.methods import METHODS, OF_NOISE_ALONE
from ..deconvolution.observation import SATURATION, observe
from ..estimation.blur_estimate import BlurEstimate
from ..estimation.weighing import explains_spectrum
from ..images.light import OF_CAMERAS, from_light, to_light
from ..mapping.map import BlurMap
from .regions import regions_of
from .windows import local_regions

__all__ = []

# Smaller pictures are not asked: what is held out of them says too little.
LEAST_SIDE = 48

# Lights are compared with the noise that is measured, or this if that is less: a PSF that
# is a little wrong predicts badly without any.
LIGHT_NOISE = 0.003

# An estimate of what a camera took, which is restored in linear light or bears the blocks
# of JPEG, is a little wrong everywhere: things move, depths differ, lenses are no discs.
# What it gets wrong is such a part of the contrast that it smears. Noise of 0.03 in its
# place, the best for 55 real pairs without, gains 0.14 dB less, and rings around lights.
DOUBT = 0.4
# What an estimate is taken to have of noise at least; and of what a camera took with
# methods that know of no doubt, by an ideal shape and by a free PSF.
ESTIMATED_NOISE, IDEAL_NOISE, FREE_NOISE = 0.01, 0.02, 0.03
# A camera's own sharp photographs are as soft as this, in pixels: restored beyond it they
# only get noise. Of a free PSF it is a part, for what it is found by takes edges for steps.
SOFT, SOFT_FREE = 0.5, 0.7

# A shape that predicts held-out pixels with such a part of the error of no blur at all is
# right whatever the spectrum says: of 30 ideal blurs all do, with 0.10 to 0.30; of shapes
# that harmed real photographs the least had 0.40.
CERTAIN = 0.35
# And one of a picture that is smaller than a square of this side has to come down to so
# much at least, whatever the spectrum says: of 600 sharp crops 14 had been changed, 8 of
# which do not; of 170 blurred ones that gained 3 do not either.
SMALL_SIDE, PREDICTS = 256, 0.85
# L1 / L2 of the gradients of a restoration by a free PSF, over that of what was seen. It is
# sparser, or it has only rung; in linear light one that is much sparser has lost what is
# faint: the PSF is that of something that moved before a smooth ground.
RUNG, FADED = 0.985, 0.72
# What is left of the picture when the restoration blurred again is taken from it: over the
# gradients of the picture, and its correlation with itself one pixel on. Noise leaves
# little or is uncorrelated; what is both is what the PSF does not explain.
LEFT, ALIKE = 0.215, 0.05
# The noise with which it is restored for that, and the sides of the part of a large picture
# that is.
CHECKED_NOISE, CHECKED_SIDE = 0.012, 1600


class Plan(NamedTuple):
    """Regions with their PSFs, light, method, the least noise, and how soft to stay."""

    regions: list
    gamma: float
    method: str
    least_noise: float
    softness: float
    doubt: float  # in the PSF, as of `observe`


def why_not(psf):
    """Why nothing is to be restored by what has been found, or nothing if it is."""
    if not isinstance(psf, BlurEstimate):
        return ""
    if not psf.parameters:
        return f"its blur: {psf}"
    return ""


def plan_restoration(psf, luma, *, gamma=None, of_camera=False, noise=None, method="auto"):
    """`Plan` for whatever stands for a PSF; `gamma` and `noise` where they are given.

    What is `of_camera` was blurred before it was compressed, and in light if by a free PSF.

    Noise is never taken for less than what the model cannot explain: that with which
    pixels that are held out are predicted best.
    """
    regions = regions_of(psf, luma)
    asked = bool(regions) and min(luma.shape) >= LEAST_SIDE
    explained = None
    if asked:
        largest = max(regions, key=lambda r: 1 if r.weight is None else r.weight.sum())
        part = luma[largest.around]
        held = HeldOut.of_part(part, len(largest.psf), known=largest.mask)
        if gamma is None and of_camera and _is_free(psf):
            # Held-out pixels take most photographs that a hand shook for blurs of values.
            gamma = OF_CAMERAS
        elif gamma is None:
            gamma, explained = _told_light(held, largest.psf)
    gamma = 1.0 if gamma is None else gamma
    if method == "auto":
        method = "epll" if gamma == 1 else "tv"
    of_camera |= gamma > 1
    knows_doubt = method not in OF_NOISE_ALONE
    # Whoever says how much noise there is says what is not to be explained.
    doubts = noise is None and of_camera and knows_doubt and _is_estimate(psf)
    doubt = DOUBT if doubts else 0.0
    least = _least_noise(psf, of_camera, knows_doubt)
    # A map's regions have been found one by one; their seams are no noise.
    asked &= noise is None and knows_doubt
    if asked and not isinstance(psf, BlurMap):
        least = _explained_noise(held, largest.psf, gamma, least, explained, doubt)
    softness = _softness(psf) if of_camera else 0.0
    return Plan(regions, gamma, method, least, softness, doubt)


def adapt(plan, luma):
    """The plan for an estimate, with PSFs of windows of their own where it is not all's."""
    if plan.method in OF_NOISE_ALONE:
        return plan
    (whole,) = plan.regions
    regions = local_regions(luma, whole, plan.gamma)
    if regions and regions[0] is whole:
        return plan
    # What differs from window to window differs within them too: where nothing is doubted
    # 6.8, 3.4 and 1.0 dB of blurs by cameras that turned were lost with the noise of one
    # blur.
    noise = plan.least_noise if plan.doubt else max(plan.least_noise, FREE_NOISE)
    return plan._replace(regions=regions, least_noise=noise, softness=SOFT_FREE)


def _told_light(held, psf):
    """The light in which the PSF explains better, and what is `Explained` there."""
    told = {}
    for light in LIGHTS:
        noise = max(held.measured_noise(psf, light), LIGHT_NOISE)
        told[light] = held.explain_at(psf, noise, light)
    gamma = min(LIGHTS, key=lambda light: comparable(told[light].error, light))
    return gamma, told[gamma]


def _least_noise(psf, of_camera, knows_doubt):
    """What is taken for noise at least where the PSF is only an estimate; 0 of an array."""
    if not _is_estimate(psf):
        return 0.0
    if knows_doubt or not of_camera:
        return ESTIMATED_NOISE
    return FREE_NOISE if _is_free(psf) else IDEAL_NOISE


def _is_estimate(psf):
    return isinstance(psf, BlurEstimate | BlurMap)


def _is_free(psf):
    return isinstance(psf, BlurEstimate) and psf.free_psf is not None


def _explained_noise(held, psf, gamma, least, explained, doubt):
    """The noise with which the PSF explains best; `explained` is what is known of one."""
    # At the frequencies that the blur has emptied there is nothing but noise.
    noise = max(held.measured_noise(psf, gamma, doubt), least)
    # What is known has been found without doubt.
    known = None if doubt else explained
    return held.explain(psf, gamma, noise, known, doubt).noise


def _softness(psf):
    if isinstance(psf, BlurEstimate):
        return SOFT if psf.free_psf is None else SOFT_FREE
    return SOFT if isinstance(psf, BlurMap) else 0.0


def why_worse(psf, luma, plan):
    """Why a restoration by an estimate would be worse, or nothing if it would not."""
    if not isinstance(psf, BlurEstimate):
        return ""
    if psf.free_psf is not None:
        return _why_free_is_worse(psf, luma, plan)
    bar = np.inf if explains_spectrum(psf) else CERTAIN
    if luma.size < SMALL_SIDE**2:
        bar = min(bar, PREDICTS)
    if np.isinf(bar) or _predicts(psf.psf, luma, plan.gamma, bar):
        return ""
    return f"no PSF was found that explains its blur: {psf}"


def _predicts(psf, luma, gamma, bar):
    """Whether held-out pixels are predicted with this part of the error of no blur."""
    held = HeldOut.of_part(luma, len(psf))
    unblurred = held.least_error(np.ones((1, 1)), gamma)
    return held.least_error(psf, gamma) < bar * unblurred


def _why_free_is_worse(psf, luma, plan):
    luma = luma[most_structure(luma, CHECKED_SIDE)]
    o = observe(to_light(luma, plan.gamma), psf.free_psf, CHECKED_NOISE)
    sharp = METHODS["tv"](o)
    restored, again = (
        from_light(o.crop(picture), plan.gamma) for picture in (sharp, o.blur(sharp))
    )
    ratio = _evenness(restored) / _evenness(luma)
    if ratio > RUNG:
        return f"no PSF was found that makes it sharper: {psf}"
    faded = ratio < FADED if plan.gamma > 1 else _is_structure(luma - again, luma)
    return f"no PSF was found that explains all of it: {psf}" if faded else ""


def _is_structure(rest, luma):
    """Whether what the PSF does not explain is more than noise."""
    rest = np.where(luma < SATURATION, rest, 0)
    power = np.mean(rest**2) + np.finfo(rest.dtype).tiny
    lags = [np.mean(rest[1:] * rest[:-1]), np.mean(rest[:, 1:] * rest[:, :-1])]
    edges = np.mean(np.square(np.gradient(luma)).sum(axis=0))
    return power > LEFT**2 * edges and np.mean(lags) > ALIKE * power


def _evenness(picture):
    """L1 / L2 of the gradients: small where few edges are all there is."""
    length = np.hypot(*np.gradient(picture))
    return length.mean() / np.sqrt((length**2).mean())
