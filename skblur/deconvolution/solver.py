"""The quadratic step that methods share: data behind a mask, a prior in Fourier space.

It solves ``(K^T m K + R) x = K^T m y + r`` for the picture on the whole grid, where ``m``
is the mask and ``R`` is diagonal in Fourier space. Were the blurred picture known on the
whole grid, one division by ``|K|^2 + R`` would do. So what is not known is completed first:
by what the solution, blurred, shows there. That is a linear equation of the unknown pixels
alone, few as they are.
"""

from typing import NamedTuple

import numpy as np

__all__ = []

# The equation's operator is ``R / (|K|^2 + R)`` between unknown pixels; nothing is solved
# for where it is below this, which single precision does not tell from nothing. Its inverse
# on the whole grid, bounded by that of the second, preconditions it.
LEAST_SHARE, LEAST_DIVIDED = 1e-4, 0.02


class Solution(NamedTuple):
    """Half spectrum of the picture, and the blurred picture completed outside the mask."""

    spectrum: np.ndarray
    completed: np.ndarray


def solve(observation, power, pull=0, start=None, n_iter=3):
    """`Solution` after so many iterations.

    `power` is ``R`` on the half spectrum, `pull` the spectrum of ``r``; `start` is a
    completed picture to begin with, None that of the observation.
    """
    o = observation
    equation = _Equation(o, power, pull)
    completed = o.data if start is None else start
    if o.saturated is None:
        completed = equation.complete(completed, o.mask, n_iter)
        return Solution(equation.divide(completed), completed)
    mask = o.binding(o.blur_spectrum(equation.divide(completed)))
    completed = equation.complete(completed, mask, n_iter)
    # Pixels that were let go as brighter than full scale, and have come back below it.
    mask = np.maximum(mask, o.binding(o.blur_spectrum(equation.divide(completed))))
    completed = equation.complete(completed, mask, n_iter)
    return Solution(equation.divide(completed), completed)


class _Equation:
    """Of the pixels outside a mask, for one ``R`` and ``r``."""

    def __init__(self, observation, power, pull):
        self.observation, self.pull = observation, pull
        self.divisor = observation.otf_power + power
        self.prior_share = np.maximum(power / self.divisor, LEAST_SHARE)
        self.inverse = 1 / np.maximum(self.prior_share, LEAST_DIVIDED)

    def divide(self, completed):
        """Spectrum of the solution, were the completed picture known."""
        o = self.observation
        return (o.otf.conj() * o.fft(completed) + self.pull) / self.divisor

    def complete(self, completed, mask, n_iter):
        """The picture with what is outside of the mask solved for: conjugate gradients."""
        o = self.observation
        completed = np.where(mask, o.data, completed)
        outside = np.flatnonzero(mask == 0)

        def between(share, values):
            """Values of the unknown pixels, filtered, where nothing else is."""
            grid = np.zeros_like(completed)
            grid.ravel()[outside] = values
            return o.ifft(share * o.fft(grid)).ravel()[outside]

        predicted = o.blur_spectrum(self.divide(completed))
        residual = (predicted - completed).ravel()[outside]
        values = completed.ravel()[outside]
        direction, strength = 0, 1
        for _ in range(n_iter):
            z = between(self.inverse, residual)
            before, strength = strength, np.vdot(residual, z)
            direction = z + (strength / before) * direction
            image = between(self.prior_share, direction)
            curvature = np.vdot(direction, image)
            # Nothing is unknown, or what is left is rounding.
            if not (strength > 0 and curvature > 0):
                break
            step = strength / curvature
            values += step * direction
            residual -= step * image
        completed.ravel()[outside] = values
        return completed
