"""``tv``: total variation over groups of neighbouring gradients, by operator splitting."""

import numpy as np

from ..images.gradients import divergence, gradient, gradient_power

__all__ = []

N_ITER = 14

# lambda = WEIGHT noise^NOISE_POWER (sum of psf^2)^PSF_POWER: the best mean over 15
# photographs of BSDS500's training set, three blurs, and noise of 0.13 %, 1 % and 3 %.
WEIGHT, NOISE_POWER, PSF_POWER = 0.76, 1.4, 0.3
# The weights of the two splittings, which say how fast it gets there: the first, and the
# gradients at which the shrinkage of the second begins to bite.
FIT, SMALL_GRADIENT = 0.1, 0.015


def deblur_tv(observation):
    """Sharp picture on the whole grid."""
    picture, _ = fewest_variations(observation)
    return picture


def fewest_variations(observation, n_iter=N_ITER):
    """Sharp picture on the whole grid, and the same blurred.

    Minimises ``sum_i m_i t_i (K x - y)_i^2 / 2 + lambda sum_i |grad x|_i`` by the
    alternating direction method of multipliers with two splittings, ``u = K x`` and
    ``v = grad x`` (Almeida and Figueiredo 2013), in the form of Peaceman and Rachford: what
    comes out of a step is reflected at what went in. Every step is a division, in Fourier
    space for x and pixel by pixel for u, which alone knows the mask m and the trust t. The
    length ``|grad x|_i`` is the root mean square over the 3 x 3 pixels around i (Liu et al.
    2015), which rings less in texture than the length at one pixel.
    """
    o = observation
    pull = np.float32(_strength(o) / SMALL_GRADIENT)
    divisor = FIT * o.otf_power + pull * gradient_power(o.shape)
    # Frequencies that neither the blur nor the gradient sees stay as they are.
    divisor[divisor < 1e-12] = 1
    of_blurred, of_slope = FIT * o.otf.conj() / divisor, pull / divisor
    blurred, slope, trust = o.data.copy(), gradient(o.data), o.trust()
    # To the mirror and as far beyond.
    step = 2 * trust / (trust + FIT)
    for _ in range(n_iter):
        _reflect_at_data(blurred, o, step)
        _reflect_at_small(slope)
        spectrum = of_blurred * o.fft(blurred)
        spectrum += of_slope * o.fft(divergence(slope))
        picture, again = o.ifft(spectrum), o.blur_spectrum(spectrum)
        _reflect(blurred, again)
        _reflect(slope, gradient(picture))
    return picture, again


def _strength(observation):
    o = observation
    return WEIGHT * o.noise**NOISE_POWER * o.psf_energy**PSF_POWER


def _reflect(point, mirror):
    """``2 mirror - point`` in place of the point."""
    np.subtract(mirror, point, out=point)
    point += mirror


def _reflect_at_data(blurred, observation, step):
    """At the nearest blurred picture that also heeds the data, as far as it is trusted."""
    misfit = observation.data - blurred
    misfit *= observation.binding(blurred)
    misfit *= step
    blurred += misfit


def _reflect_at_small(slope):
    """At the gradients shortened by as much as is small."""
    kept = shrinkage(slope, SMALL_GRADIENT)
    kept *= 2
    kept -= 1
    slope *= kept


def shrinkage(slope, threshold):
    """Share (H, W) that is left of gradients (2, H, W) that are shortened by `threshold`.

    Judged by their root mean square in the neighbourhood of 3 x 3: texture stands or falls
    as a whole.
    """
    energy = np.square(slope[0])
    energy += np.square(slope[1])
    length = np.sqrt(_neighbourhood_sum(energy), out=energy)
    np.maximum(length, np.finfo(length.dtype).tiny, out=length)
    share = np.divide(-3 * threshold, length, out=length)
    share += 1
    return np.maximum(share, 0, out=share)


def _neighbourhood_sum(image):
    """Sums over 3 x 3 pixels of a picture that wraps around."""
    for _ in range(2):
        total = image.copy()
        total[1:] += image[:-1]
        total[:-1] += image[1:]
        total[0] += image[-1]
        total[-1] += image[0]
        image = total.T
    return image
