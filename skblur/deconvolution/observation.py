"""What is known of a blurred picture: its pixels, which of them count, blur and noise.

The blurred picture ``y`` is ``m (k * x) + noise``: the sharp picture ``x`` reaches
beyond the frame by the PSF's half width, and the mask ``m`` is 1 where the blurred one
was recorded. The sharp picture is solved for on the whole grid, so nothing is assumed of
the outside but the prior; the wrap-around of the FFT falls outside the mask.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.fft

from ..blurs.psf import psf_to_otf
from .continuation import continue_around
from .noise import ROUNDING, estimate_noise

__all__ = []

# Recorded values from here on may have been clipped: the scene may have been brighter.
SATURATION = 0.996
# The least rows and columns of a grid: patches of 8 x 8 pixels must fit in, and then some.
LEAST_SIDE = 16


@dataclass(frozen=True)
class Observation:
    """One channel on its grid; arrays are float32, spectra are half ones.

    `data` is continued outside of `window`, smoothly around the grid. `mask` is 0 there and
    where the picture is saturated.
    """

    data: np.ndarray
    mask: np.ndarray
    saturated: np.ndarray | None
    psf: np.ndarray
    otf: np.ndarray
    otf_power: np.ndarray  # ``|K|^2``
    window: tuple
    noise: float
    # What the PSF gets wrong at each pixel, squared; None if it is believed.
    mistakes: np.ndarray | None = None

    @property
    def shape(self):
        return self.data.shape

    @property
    def psf_energy(self):
        """Sum of the squared PSF: the share of white noise's power that it passes."""
        return float(np.sum(self.psf**2, dtype=np.float64))

    def fft(self, image):
        return scipy.fft.rfft2(image)

    def ifft(self, spectrum):
        return scipy.fft.irfft2(spectrum, s=self.shape)

    def blur(self, image):
        """``K x``, before the mask."""
        return self.blur_spectrum(self.fft(image))

    def blur_spectrum(self, spectrum):
        """`blur` of the picture that has this half spectrum."""
        return self.ifft(self.otf * spectrum)

    def correlate(self, image):
        """``K^T x``, the adjoint of `blur`."""
        return self.ifft(self.otf.conj() * self.fft(image))

    def binding(self, predicted):
        """The mask against a predicted blurred picture.

        A saturated pixel counts unless the prediction is brighter: the scene may have
        been brighter than the picture, but not darker. Within the noise, or what rounding
        to 8 bits adds, it counts, or nothing would hold what lies exactly at full scale.
        """
        if self.saturated is None:
            return self.mask
        slack = np.float32(max(self.noise, ROUNDING))
        return self.mask + (self.saturated & (predicted < self.data + slack))

    def trust(self):
        """How much of the data's word is taken at each pixel: all, or an array's shares."""
        if self.mistakes is None:
            return 1.0
        return self.noise**2 / (self.noise**2 + self.mistakes)

    def trusted(self, sharp):
        """With what a sharp picture predicts in place of the data that are not trusted.

        What explains these best explains the data better than that picture, each pixel as
        far as it is trusted, which is the step of a majorization.
        """
        if self.mistakes is None:
            return self
        predicted = self.blur(sharp)
        data = predicted + self.trust() * (self.data - predicted)
        if self.saturated is not None:
            # These do not count, and would bind what is no brighter than predicted.
            brighter = self.saturated & (predicted > self.data)
            data[brighter] = self.data[brighter]
        return replace(self, data=data)

    def crop(self, image):
        return image[self.window]


def observe(
    image,
    psf,
    noise=None,
    *,
    where=None,
    least_noise=0.0,
    saturation=SATURATION,
    doubt=0.0,
):
    """Put a float32 channel (H, W) on the grid that the deblurring needs.

    Where the mask `where` is not, nothing is known of the picture. A PSF that may be wrong,
    as an estimate is, errs by a part of the contrast that it smears: by `doubt` times the
    deviation of what is seen as far as it reaches.
    """
    psf = _trim(psf.astype(np.float32))
    needed = [
        max(n + side - 1, LEAST_SIDE)
        for n, side in zip(image.shape, psf.shape, strict=True)
    ]
    shape = tuple(scipy.fft.next_fast_len(n, real=True) for n in needed)
    window = tuple(slice(n) for n in image.shape)
    data = continue_around(image, shape)
    clipped = np.zeros(shape, bool)
    clipped[window] = image >= saturation
    mask = np.zeros(shape, np.float32)
    mask[window] = ~clipped[window] if where is None else where & ~clipped[window]
    otf = psf_to_otf(psf, shape, half=True)
    power = otf.real**2 + otf.imag**2
    if noise is None:
        noise = max(estimate_noise(image, power, shape), least_noise)
    saturated = clipped if clipped.any() else None
    seen = Observation(data, mask, saturated, psf, otf, power, window, float(noise))
    return replace(seen, mistakes=doubt**2 * _contrast(seen)) if doubt else seen


def _contrast(observation):
    """Variance of what is seen as far as the PSF reaches, weighted by it."""
    o = observation
    # Around the middle of the range, for small differences of large numbers lose digits.
    seen = o.data - np.float32(0.5)
    variance = o.blur(seen**2)
    variance -= o.blur(seen) ** 2
    return np.maximum(variance, 0, out=variance)


def _trim(psf):
    """Square, without the border that is empty on all sides."""
    used = np.flatnonzero(psf.any(axis=0) | psf.any(axis=1))
    cut = min(used[0], len(psf) - 1 - used[-1])
    return psf[cut : len(psf) - cut, cut : len(psf) - cut]
