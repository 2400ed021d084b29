"""What windows of a photograph show, beside what they would show of a PSF.

The mean power of a photograph's windows is, at a frequency of radius `r`,

``P(r) = (c r^-a |OTF|^2 * |H|^2)(r) + N``,

with a scene whose power falls like a power of the frequency, smoothed by the spectrum `H`
of the taper, and the power `N` of noise. Given a PSF, `c`, `a` and `N` are fitted.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve1d

from ..images.channels import ROUNDING_NOISE
from ..images.scale import pyramid
from ..spectra.levels import unfold
from ..spectra.tapers import HANN_REACH, hann_response
from ..spectra.welch import welch_power
from ..spectra.windows import WINDOW
from .otf import otf_on_grid

__all__ = []

# A PSF is looked at in a copy in which it has at most so many pixels a side: in a larger
# one its zeros lie too close together to be told apart.
MOST_SIDE = 20
# Windows are as large as this, or as leaves room for two of them side by side.
WIDEST_WINDOW = 256
# Frequencies that are fitted, in cycles per window and per pixel: below lies what the taper
# leaks from the mean, above what JPEG leaves out and demosaicing makes up.
LOWEST, HIGHEST = 3, 0.375
# What `a` is for most scenes.
FALL = 2.3
# Decibels from which on a frequency counts for less: its power is that of a single edge.
OUTLIER = 3.0
DECIBELS = 10 / np.log(10)


@dataclass(frozen=True)
class SeenPower:
    """Mean power of the windows of a photograph, or of a copy of it.

    `power` is a plane (n, n), zero frequency centred, and a pixel of the copy has `scale`
    pixels of the photograph a side.
    """

    power: np.ndarray
    scale: int

    @classmethod
    def of(cls, luma, psf_side):
        """What is seen of a photograph (H, W), at a scale for a PSF of so many pixels.

        None where it is smaller than a window.
        """
        if min(luma.shape) < WINDOW:
            return None
        lumas = list(pyramid(luma, WINDOW))
        wanted = int(np.ceil(np.log2(max(psf_side / MOST_SIDE, 1))))
        n_halvings = min(wanted, len(lumas) - 1)
        luma, window = lumas[n_halvings], WINDOW
        while 4 * window <= min(luma.shape) and window < WIDEST_WINDOW:
            window *= 2
        half_planes, _ = welch_power(luma, window)
        plane = unfold(half_planes[:, None], np.empty((1, window, window)))[0]
        return cls(plane, 2**n_halvings)

    @property
    def window(self):
        """Rows and columns of a window, in pixels of the copy."""
        return len(self.power)

    @property
    def highest(self):
        """The highest frequency along an axis, in cycles per pixel of the photograph."""
        return 0.5 / self.scale

    @property
    def level(self):
        """The power in decibels over that of rounding to 8 bits."""
        return in_decibels(self.power)

    def level_of(self, psf):
        """The plane that the windows would show, were the photograph blurred by `psf`."""
        from scipy.optimize import least_squares

        steps = np.fft.fftshift(np.fft.fftfreq(self.window))
        radius = np.hypot(steps[:, None], steps)
        # The mean has been taken from each window.
        there = radius > 0
        log_radius = np.log(radius, where=there, out=np.zeros_like(radius))
        right = steps / self.scale
        passed = there * np.abs(otf_on_grid(psf, -right, right)) ** 2

        def level(contrast, fall, noise):
            scene = passed * np.exp(contrast - fall * log_radius)
            return in_decibels(ROUNDING_NOISE * (_smoothed(scene) + np.exp(noise)))

        fitted = (radius >= LOWEST / self.window) & (radius <= HIGHEST)
        measured = self.level[fitted]

        def off(values):
            return level(*values)[fitted] - measured

        contrast = measured.max() / DECIBELS + FALL * np.log(LOWEST / self.window)
        start = contrast, FALL, 0.0
        return level(*least_squares(off, start, loss="soft_l1", f_scale=OUTLIER).x)


def in_decibels(power):
    """Decibels over the power of rounding to 8 bits, which is never undercut."""
    return DECIBELS * np.log1p(power / ROUNDING_NOISE)


def _smoothed(power):
    """Power (n, n) as windows with a Hann taper show it."""
    taps = hann_response(len(power))[np.arange(-HANN_REACH, HANN_REACH + 1)]
    for axis in (0, 1):
        power = convolve1d(power, taps, axis=axis, mode="wrap")
    return power
