"""Gauss-Newton on the spectrum of a photograph: scene, blur and noise fitted at once.

The mean power of a photograph's windows is, at a frequency `f`,

``P(f) = (S |OTF|^2 * |H|^2)(f) + N``,

with the scene's power `S`, smoothed by the spectrum `H` of the taper, and the power `N` of
the noise. A scene's log power is close to a few smooth functions of the frequency. With
their coefficients, the size and the angle of the blur and log `N` for unknowns, and what
scenes are like for a prior, ``log(1 + P / rounding noise)`` is fitted by least squares. The
zeros of the OTF say to a hundredth of a pixel how long a motion is, or how large a disc.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..blurs.blur_type import BlurType
from ..blurs.types import blur_type
from ..images.channels import ROUNDING_NOISE
from ..spectra.tapers import HANN_REACH, hann_response

__all__ = ["refine"]

# Frequencies that are fitted, in steps of one window: below lies what the taper leaks from
# the mean, above what JPEG leaves out and demosaicing makes up.
LOWEST, HIGHEST = 3, 24

# Mean and deviation of the coefficients of a scene's log power, in the order of `_basis`,
# and of log noise, above rounding: round numbers, after fits to sharp photographs. The
# first coefficient is the contrast, which can be anything.
PRIOR_MEAN = np.array([0, -2.3, 0, 0, 0, 0.3, 0, 0, 0])
PRIOR_STD = np.array([30, 0.8, 0.4, 0.4, 0.2, 0.3, 0.1, 0.1, 3.0])
N_SCENE = len(PRIOR_MEAN)
# The frequency, in cycles per pixel, where the contrast is that of the first coefficient.
MIDDLE = 0.1

# Standard deviation of a residual in the cost: neighbouring ones are alike and are no
# independent witnesses. It is the first of these where there is no more noise than rounding
# leaves, the second where there is more: then a camera has been at work, and the model is
# not the whole truth. Measured on BSDS500 (train), without and with a simulated camera: the
# standard deviations of the parameters cover the truth.
RESIDUALS = (0.8, 3.0)
# Log noise, above rounding, from which and up to which it passes from one to the other.
CLEAN, NOISY = 0.4, 1.4

SCENE_STEPS, STEPS = 5, 8
# A relative decrease of the cost below this is the end.
TOLERANCE = 1e-3


class Refined(NamedTuple):
    """A size in pixels and an angle in degrees, their deviations, and the misfit."""

    size: float
    angle: float
    size_std: float
    angle_std: float
    misfit: float  # root mean square of the residuals, in units of log power


def refine(
    power: NDArray[np.floating],
    kind: str | int | BlurType,
    size: float,
    angle: float = 0.0,
    *,
    std: tuple[float, float] | None = None,
    of_lens: bool = False,
) -> Refined:
    """Size and angle of a blur of known type, from a first guess to the best fit.

    Parameters
    ----------
    power : ndarray of shape (2, side // 2 + 1, side // 2 + 1)
        Mean power of the windows, as `skblur.spectra.welch.welch_power` gives it.

    kind : str, int or BlurType
        The type, of one that has zeros: motion or defocus. A Gaussian cannot be told from
        a soft scene this way.

    size, angle : float
        The guess. It has to be nearer to the truth than the next zero of the OTF is:
        some ten percent of the size.

    std : (float, float), default=None
        Standard deviations of the guess, which is part of the fit: where the spectrum
        does not tell, the guess remains. None is a tenth of the size and 5 degrees.

    of_lens : bool, default=False
        Take the blur for that of a lens, smooth and then integrated over pixels, in place
        of that of the sampled PSF: for a picture that has been made smaller.

    Returns
    -------
    Refined
        The angle in [0, 180), 0 for a defocus.

    Examples
    --------
    >>> from skblur import motion_psf
    >>> from skblur.camera import Camera, take_photo
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.estimation.refinement import refine
    >>> from skblur.spectra.welch import welch_power
    >>> seen = take_photo(load_sharp_photos()[0], motion_psf(12.3, 40), Camera(gamma=1))
    >>> found = refine(welch_power(seen)[0], "motion", 11.8, 41.0)
    >>> round(found.size, 1), round(found.angle)
    (12.3, 40)
    """
    kind = blur_type(kind)
    n_blur = len(kind.parameters)
    guess = np.array([size, angle])[:n_blur]
    guess_std = np.array([0.1 * size, 5.0] if std is None else std)[:n_blur]
    mean, deviation = np.append(PRIOR_MEAN, guess), np.append(PRIOR_STD, guess_std)
    fit = _Fit(power, kind, of_lens, mean, deviation)
    values, _, _ = _descend(fit, fit.start(), N_SCENE, SCENE_STEPS, 1e-2)
    fit.residual = float(np.interp(values[N_SCENE - 1], [CLEAN, NOISY], RESIDUALS))
    values, covariance, misfit = _descend(fit, values, len(values), STEPS, 1e-3)
    found = np.zeros((2, 2))
    found[0, :n_blur] = values[N_SCENE:]
    found[1, :n_blur] = np.sqrt(np.diag(covariance)[N_SCENE:])
    (size, angle), (size_std, angle_std) = found.tolist()
    return Refined(size, angle % 180, size_std, angle_std, misfit)


def _descend(fit, values, n_free, n_steps, damping):
    """Levenberg-Marquardt over the first `n_free` values."""
    cost, residual, jacobian, off = fit.evaluate(values, n_free)
    for _ in range(n_steps):
        curvature, gradient = fit.normal_equations(residual, jacobian, off)
        damped = curvature + damping * np.diag(np.diag(curvature))
        trial = values.copy()
        trial[:n_free] -= np.linalg.solve(damped, gradient)
        # A step that leaves the neighbourhood of the guess is no better than none.
        trial[N_SCENE] = np.clip(
            trial[N_SCENE], 0.7 * values[N_SCENE], 1.4 * values[N_SCENE]
        )
        outcome = fit.evaluate(trial, n_free)
        if outcome[0] < cost:
            done = cost - outcome[0] < TOLERANCE * cost
            values, damping = trial, damping / 5
            cost, residual, jacobian, off = outcome
            if done:
                break
        else:
            damping *= 20
    curvature, _ = fit.normal_equations(residual, jacobian, off)
    misfit = float(np.sqrt(np.mean(residual**2)))
    return values, np.linalg.inv(curvature), misfit


class _Fit:
    """The cost of coefficients, size and angle, and what it changes by."""

    def __init__(self, power, kind, of_lens, mean, deviation):
        self.kind, self.of_lens, self.residual = kind, of_lens, 1.0
        self.mean, self.precision = mean, deviation**-2.0
        window = 2 * (power.shape[1] - 1)
        self.grid = _grid(window)
        kept = power[:, : self.grid.n, : self.grid.n][self.grid.fitted]
        self.level = np.log1p(kept.astype(np.float64) / ROUNDING_NOISE)
        # The contrast that a typical scene would have to have.
        mean[0] = self.level.max() + mean[1] * np.log(MIDDLE * window / LOWEST)

    def start(self):
        """Values to begin with."""
        return self.mean.copy()

    def evaluate(self, values, n_free):
        """Cost, residuals, their derivatives, and how far off the prior's mean."""
        grid = self.grid
        scene = np.exp(np.tensordot(values[: N_SCENE - 1], grid.basis, 1))
        scene[:, 0, 0] = 0
        otf = self._otf(*values[N_SCENE:])
        seen = scene * otf**2
        changes = [seen * grid.basis]
        if n_free > N_SCENE:
            changes.append(2 * scene * otf * self._otf_changes(*values[N_SCENE:]))
        smoothed = grid.smooth(np.concatenate([seen[None], *changes]))[:, grid.fitted]
        noise = np.exp(values[N_SCENE - 1])
        total = 1 + noise + np.maximum(smoothed[0], 0)
        jacobian = np.empty((n_free, len(total)))
        jacobian[: N_SCENE - 1], jacobian[N_SCENE - 1] = smoothed[1:N_SCENE], noise
        jacobian[N_SCENE:] = smoothed[N_SCENE:]
        jacobian /= total
        residual = np.log(total) - self.level
        off = values - self.mean
        cost = residual @ residual / self.residual**2 + off**2 @ self.precision
        return cost, residual, jacobian, off

    def normal_equations(self, residual, jacobian, off):
        """Curvature and gradient of half the cost."""
        n_free, weight = len(jacobian), self.residual**-2.0
        curvature = weight * jacobian @ jacobian.T + np.diag(self.precision[:n_free])
        gradient = weight * jacobian @ residual + (off * self.precision)[:n_free]
        return curvature, gradient

    def _otf(self, *parameters):
        if self.of_lens:
            return self.grid.lens_otf(self.kind, *parameters)
        return self.grid.psf_otf(self.kind.psf(*parameters))

    def _otf_changes(self, size, angle=None):
        """By one pixel of size, and by one degree."""
        step = 0.02 * max(size, 1)
        if angle is None:
            return (self._otf(size + step) - self._otf(size - step))[None] / (2 * step)
        by_size = self._otf(size + step, angle) - self._otf(size - step, angle)
        turn = np.rad2deg(0.3 / max(size, 3))
        by_angle = self._otf(size, angle + turn) - self._otf(size, angle - turn)
        return np.stack([by_size / (2 * step), by_angle / (2 * turn)])


class _Grid:
    """Frequencies (u, v) and (u, -v) from 0 up, and what the taper makes of a spectrum."""

    def __init__(self, window):
        self.n = HIGHEST + HANN_REACH + 1
        steps = np.arange(self.n)
        self.frequency = steps / window
        radius = np.hypot(steps[:, None], steps)
        inside = (radius >= LOWEST) & (radius <= HIGHEST)
        self.fitted = np.stack([inside, inside])
        self.basis = _basis(radius, steps, window)
        self.even, self.odd = _smoothing(window, self.n)

    def smooth(self, power):
        """Power (..., 2, n, n) as windows with a taper show it."""
        same, mirrored = power[..., 0, :, :], power[..., 1, :, :]
        even = self.even @ (same + mirrored) @ self.even.T
        odd = self.odd @ (same - mirrored) @ self.odd.T
        return np.stack([even + odd, even - odd], axis=-3) / 2

    def psf_otf(self, psf):
        """OTF (2, n, n) of a PSF that is its own image under a turn by 180 degrees."""
        half = len(psf) // 2
        turns = 2 * np.pi * np.outer(self.frequency, np.arange(-half, half + 1))
        cosine, sine = np.cos(turns), np.sin(turns)
        even, odd = cosine @ psf @ cosine.T, sine @ psf @ sine.T
        return np.stack([even - odd, even + odd])

    def lens_otf(self, kind, *parameters):
        """OTF (2, n, n) of a blur in front of the pixels, which are squares."""
        down, across = self.frequency[:, None], self.frequency
        pixel = np.sinc(down) * np.sinc(across)
        return kind.lens_otf(np.stack([down, -down]), across, *parameters) * pixel


@cache
def _grid(window):
    return _Grid(window)


def _basis(radius, steps, window):
    """Smooth functions (8, 2, n, n) that make up the log power of a scene."""
    distance = np.log(np.hypot(radius, 0.6) / window / MIDDLE)
    turn = np.arctan2(steps[:, None], steps)
    even = [np.ones_like(radius), distance, distance**2, np.cos(2 * turn)]
    even += [np.sin(2 * turn), np.cos(4 * turn), np.sin(4 * turn)]
    even += [(2 * np.pi * radius / window) ** 2]
    signs = np.array([1, 1, 1, 1, -1, 1, -1, 1])[:, None, None]
    return np.stack([even, signs * even], axis=1)


def _smoothing(window, n):
    """Matrices (n, n) by which a Hann taper smooths what is even, and what is odd."""
    response = hann_response(window)
    steps = np.arange(n)
    near = response[(steps[:, None] - steps) % window]
    far = response[(steps[:, None] + steps) % window]
    far[:, 0] = 0
    # What is odd is zero at zero.
    odd = near - far
    odd[:, 0] = 0
    return near + far, odd
