"""What a restoration is to undo, in which light, and how far it is to be believed."""

from typing import NamedTuple

import numpy as np

from ..deconvolution.held_out import HeldOut
from ..deconvolution.methods import STOPPED_BY_NOISE
from ..deconvolution.noise import ROUNDING
from ..deconvolution.observation import observe
from ..estimation.blur_estimate import BlurEstimate
from ..images.light import to_light
from ..mapping.blur_map import BlurMap
from .regions import regions_of

__all__ = []

# What is taken for noise at least where the PSF is only an estimate.
MODEL_NOISE = 0.01
# Noise with which it is asked in which light a picture was blurred.
ASKED_NOISE = 0.01
# The lights that a picture may have been blurred in: its values, or sRGB's linear light.
LIGHTS = (1.0, 2.4)
# The other light has to predict better by so much than the values do.
BETTER = 0.995
# Smaller pictures are not asked: what is held out of them says too little.
LEAST_SIDE = 48


# An estimate that is farther from the spectrum than this does not explain it.
MAX_MISFIT = 0.5
# Of free PSFs narrower than this, in pixels, real photographs gain nothing.
LEAST_SPREAD = 1.3
# A camera's own sharp photographs are as soft as this, in pixels: restored beyond it they
# only get noise. Of a free PSF it is a part, for what it is found by takes edges for steps
# (55 real pairs: 0.5 dB; on simulated ones it costs nothing up to 0.5).
SOFT, SOFT_FREE = 0.5, 0.7


class Plan(NamedTuple):
    """Regions with their PSFs, in which light, the least noise, and how soft to stay."""

    regions: list
    gamma: float
    least_noise: float
    softness: float


def why_not(psf):
    """Why nothing is to be restored by what has been found, or nothing if it is."""
    if not isinstance(psf, BlurEstimate):
        return ""
    if not psf.parameters:
        return f"its blur: {psf}"
    if psf.free_psf is None and psf.misfit is not None and psf.misfit > MAX_MISFIT:
        return f"no PSF was found that explains its blur: {psf}"
    if psf.free_psf is not None and _spread(psf.free_psf) < LEAST_SPREAD:
        return f"its blur is hardly wider than a pixel: {psf}"
    return ""


def _spread(psf):
    """Standard deviation of a PSF along an axis, on the mean of both."""
    offsets = np.arange(len(psf)) - len(psf) // 2
    return float(np.sqrt(sum((psf.sum(axis=i) * offsets**2).sum() for i in (0, 1)) / 2))


def plan_restoration(psf, luma, *, gamma=None, noise=None, method="tv"):
    """`Plan` for whatever stands for a PSF; `gamma` and `noise` where they are given.

    Noise is never taken for less than what the model cannot explain: that with which
    pixels that are held out are predicted best.
    """
    regions = regions_of(psf, luma)
    estimated = isinstance(psf, BlurEstimate | BlurMap)
    least = MODEL_NOISE if estimated else 0.0
    if not regions or min(luma.shape) < LEAST_SIDE:
        return Plan(regions, 1.0 if gamma is None else gamma, least, 0.0)
    largest = max(regions, key=lambda region: region.weight.sum())
    held = HeldOut.of_part(luma[largest.around], len(largest.psf))
    if gamma is None:
        gamma = _told_light(held, largest.psf)
    # A map's regions have been found one by one; their seams are no noise.
    asked = noise is None and method not in STOPPED_BY_NOISE
    if asked and not isinstance(psf, BlurMap):
        least = max(least, _measured(held, largest.psf, gamma))
        least = held.explain(largest.psf, gamma, least).noise
    return Plan(regions, gamma, least, _softness(psf) if gamma > 1 else 0.0)


def _softness(psf):
    if isinstance(psf, BlurEstimate):
        return SOFT if psf.free_psf is None else SOFT_FREE
    return SOFT if isinstance(psf, BlurMap) else 0.0


def _told_light(held, psf):
    values, light = (held.error(psf, ASKED_NOISE, gamma) for gamma in LIGHTS)
    return LIGHTS[1] if light < BETTER * values else LIGHTS[0]


def _measured(held, psf, gamma):
    """The noise at the frequencies that the blur has emptied: there is no less."""
    return max(observe(to_light(held.values, gamma), psf).noise, ROUNDING)
