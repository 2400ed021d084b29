"""``tv``: total variation over groups of neighbouring gradients, by operator splitting."""

import numpy as np
from scipy.ndimage import uniform_filter

from ..images.gradients import divergence, gradient, gradient_power

__all__ = []

N_ITER = 30

# lambda = WEIGHT noise^NOISE_POWER (sum of psf^2)^PSF_POWER, and the gradients at which
# the shrinkage begins to bite: the best mean over 15 photographs of BSDS500's training
# set, three blurs, and noise of 0.13 %, 1 % and 3 %.
WEIGHT, NOISE_POWER, PSF_POWER = 0.76, 1.4, 0.3
SMALL_GRADIENT = 0.02
FIT = 0.07

# Neighbours over which gradients are judged together: texture stands or falls as a whole.
GROUP = 3


def deblur_tv(observation):
    """Sharp picture on the whole grid.

    Minimises ``|m (K x - y)|^2 / 2 + lambda sum_i |grad x|_i`` by the alternating
    direction method of multipliers with two splittings, ``u = K x`` and ``v = grad x``
    (Almeida and Figueiredo 2013): every step is a division, in Fourier space for x and
    pixel by pixel for u, which alone knows the mask m. The length ``|grad x|_i`` is the
    root mean square over the 3 x 3 pixels around i (Liu et al. 2015), which rings less
    in texture than the length at one pixel.
    """
    o = observation
    strength = _strength(o)
    pull = np.float32(strength / SMALL_GRADIENT)
    fit = np.float32(FIT)
    divisor = fit * np.abs(o.otf) ** 2 + pull * gradient_power(o.shape)
    # Frequencies that neither the blur nor the gradient sees stay as they are.
    divisor[divisor < 1e-12] = 1
    blurred = x = o.data
    slope = gradient(x)
    off_blur, off_slope = np.zeros_like(x), np.zeros_like(slope)
    for _ in range(N_ITER):
        fitted = fit_data(o, blurred - off_blur, fit)
        kept = shrink_gradients(slope - off_slope, np.float32(SMALL_GRADIENT))
        spectrum = fit * o.otf.conj() * o.fft(fitted + off_blur)
        spectrum += pull * o.fft(divergence(kept + off_slope))
        spectrum /= divisor
        blurred = o.ifft(o.otf * spectrum)
        x = o.ifft(spectrum)
        slope = gradient(x)
        off_blur += fitted - blurred
        off_slope += kept - slope
    return x


def _strength(observation):
    o = observation
    return WEIGHT * o.noise**NOISE_POWER * o.psf_energy**PSF_POWER


def fit_data(observation, predicted, fit):
    """The nearest blurred picture to `predicted` that also heeds the data."""
    mask = observation.binding(predicted)
    return (mask * observation.data + fit * predicted) / (mask + fit)


def shrink_gradients(slope, threshold):
    """Gradients shortened by `threshold`, by their mean length in the neighbourhood."""
    energy = uniform_filter((slope**2).sum(axis=0), GROUP, mode="wrap")
    # Running sums in single precision can fall a little below zero.
    length = np.sqrt(np.maximum(energy, 1e-12))
    return slope * np.maximum(1 - threshold / length, 0)
