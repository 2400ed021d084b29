"""The picture with the fewest gradients that still explains the photograph."""

import numpy as np
import scipy.fft

from ...blurs.psf import psf_to_otf
from ...images.gradients import divergence, gradient

__all__ = []

# Penalties of the split from twice the weight upwards, by this factor, up to this one: more
# and finer steps gain nothing.
PENALTY_FACTOR, LAST_PENALTY = 3.0, 30.0

# The score: log L1 / L2 of the gradients of a sharp picture found with the first weight,
# plus this share of the log share of pixels that have a gradient at all with the second,
# plus this share of the log number of pixels of the PSF: what failed is scattered all over.
# Within 0.3 dB of the best choice in hindsight, over 80 pictures.
SCORE_WEIGHTS, SCORE_MIX, SCORE_SCATTER = (2e-4, 5e-4), 0.5, 0.05
SCORE_PENALTY = 1e3
# Squared gradient from which one counts, and border that does not.
COUNTED, SCORE_BORDER = 1e-6, 10


def fewest_gradients(frame, spectrum, otf, weight, last_penalty=LAST_PENALTY):
    """Picture and half spectrum that minimise |k * x - y|^2 + weight (number of gradients).

    By half-quadratic splitting (Xu et al. 2011): gradients are kept or left out pixel by
    pixel, then the picture is solved for in Fourier space, with a growing penalty.
    """
    power = otf.real**2 + otf.imag**2
    seen = otf.conj() * spectrum
    picture = scipy.fft.irfft2(spectrum, frame.shape)
    penalty = 2 * weight
    while True:
        slope = gradient(picture)
        energy = slope[0] ** 2
        energy += slope[1] ** 2
        slope *= energy > weight / penalty
        sharp = scipy.fft.rfft2(divergence(slope))
        sharp *= penalty
        sharp += seen
        sharp /= power + penalty * frame.gradient_power
        picture = scipy.fft.irfft2(sharp, frame.shape)
        penalty *= PENALTY_FACTOR
        if penalty > last_penalty:
            return picture, sharp


def score_psf(frame, psf):
    """How many gradients it takes to explain the photograph by this PSF; few are good."""
    spectrum = scipy.fft.rfft2(frame.continued)
    otf = psf_to_otf(psf, frame.shape, half=True)
    b = SCORE_BORDER
    energies = []
    for weight in SCORE_WEIGHTS:
        picture, _ = fewest_gradients(frame, spectrum, otf, weight, SCORE_PENALTY)
        slope = gradient(picture[frame.inside])[:, b:-b, b:-b]
        energies.append((slope**2).sum(axis=0))
    weak, strong = energies
    spread = np.sqrt(weak).mean() / np.sqrt(weak.mean() + 1e-12)
    share = np.mean(strong > COUNTED)
    scatter = np.log(np.count_nonzero(psf))
    few = np.log(spread + 1e-6) + SCORE_MIX * np.log(share + 1e-6)
    return float(few + SCORE_SCATTER * scatter)
