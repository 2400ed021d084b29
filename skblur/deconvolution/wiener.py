"""``wiener``: the best linear restoration for the spectrum of natural photographs."""

import numpy as np

from ..images.gradients import gradient_power
from .solver import solve

__all__ = []

N_ITER = 5

# Photographs have the power of their gradient spread evenly over the frequencies; by this
# much more or less than their mean would say (tuned on BSDS500's training set).
WEIGHT = 1.5


def deblur_wiener(observation):
    """Sharp picture on the whole grid.

    Minimises ``|m (K x - y)|^2 / noise^2 + |grad x|^2 / g^2``: Wiener's filter for a
    power spectrum of ``g^2 / f^2``, with the mask m kept. The level g^2 is measured in
    the blurred picture, at the frequencies that came through the blur.
    """
    o = observation
    power = np.float32(WEIGHT * o.noise**2 / gradient_variance(o)) * gradient_power(o.shape)
    # The mean has no prior; it only must not be divided by zero.
    power[0, 0] = 1e-6 * power[0, 1]
    return o.ifft(solve(o, power, n_iter=N_ITER).spectrum)


def gradient_variance(observation):
    """Variance of the sharp picture's gradient, as far as the blur lets it through."""
    o = observation
    inner = o.crop(o.data)
    rows, columns = np.diff(inner, axis=0), np.diff(inner, axis=1)
    # A picture of one row has no differences across rows.
    seen = sum(np.sum(d**2) / max(d.size, 1) - 2 * o.noise**2 for d in (rows, columns))
    # With gradients of a flat spectrum the blur passes the sum of psf^2 of them.
    return max(seen / o.psf_energy, o.noise**2)
