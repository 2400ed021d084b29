"""The quadratic step that the methods share: data behind a mask, a prior in Fourier space.

It solves ``(K^T m K + R) x = K^T m y + r`` for the picture on the whole grid, where ``m``
is the mask and ``R`` is diagonal in Fourier space. Without the mask one division by
``|K|^2 + R`` would do; with it that division is the preconditioner of conjugate gradients,
which differ from it only around the frame and so need few iterations.
"""

import numpy as np

__all__ = []

FEWEST = 5


def solve(observation, power, pull=0, start=None, n_iter=5):
    """Spectrum of the solution.

    `power` is ``R`` on the half spectrum, `pull` the spectrum of ``r``, `start` that of
    the picture to begin with; None begins with the answer for the reflected frame.
    """
    otf, fft, ifft = observation.otf, observation.fft, observation.ifft
    circulant = np.abs(otf) ** 2 + power
    if start is None:
        start = (otf.conj() * fft(observation.data) + pull) / circulant
    if observation.saturated is None:
        return _conjugate_gradients(
            observation, power, pull, start, n_iter, observation.mask
        )
    mask = observation.binding(ifft(otf * start))
    # Twice half of them, but for few.
    n_iter = max(n_iter // 2, FEWEST)
    x = _conjugate_gradients(observation, power, pull, start, n_iter, mask)
    # Pixels that were let go as brighter than full scale, and have come back below it.
    mask = np.maximum(mask, observation.binding(ifft(otf * x)))
    return _conjugate_gradients(observation, power, pull, x, n_iter, mask)


def _conjugate_gradients(observation, power, pull, start, n_iter, m):
    otf, fft, ifft = observation.otf, observation.fft, observation.ifft
    circulant = np.abs(otf) ** 2 + power
    right = otf.conj() * fft(m * observation.data) + pull

    def apply(spectrum):
        return otf.conj() * fft(m * ifft(otf * spectrum)) + power * spectrum

    x = start
    residual = right - apply(x)
    direction = z = residual / circulant
    strength = _dot(residual, z, observation.shape)
    for _ in range(n_iter):
        if strength <= 0:
            break
        image = apply(direction)
        step = strength / _dot(direction, image, observation.shape)
        x = x + step * direction
        residual = residual - step * image
        z = residual / circulant
        before, strength = strength, _dot(residual, z, observation.shape)
        direction = z + (strength / before) * direction
    return x


def _dot(a, b, shape):
    """Inner product of two real pictures by their half spectra, but for a factor."""
    full = np.vdot(a, b).real
    once = np.vdot(a[:, 0], b[:, 0]).real
    if shape[1] % 2 == 0:
        once += np.vdot(a[:, -1], b[:, -1]).real
    return np.float32(2 * full - once)
