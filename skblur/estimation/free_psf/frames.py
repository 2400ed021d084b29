"""The photograph on grids that wrap around, in all sizes."""

import numpy as np
import scipy.fft
from scipy.ndimage import gaussian_filter, map_coordinates

from ...deconvolution.continuation import continue_around
from ...deconvolution.observation import SATURATION
from ...images.gradients import gradient, gradient_power

__all__ = []


class Scales:
    """The photograph in all sizes, each made once."""

    def __init__(self, luma):
        self.luma = luma
        self.known = luma < SATURATION
        self._made = {}

    def frame(self, scale, side):
        key = scale, side
        if key not in self._made:
            self._made[key] = Frame(*self._shrunk(scale), side)
        return self._made[key]

    def _shrunk(self, scale):
        if scale not in self._made:
            known = self.known.astype(np.float32)
            self._made[scale] = at_scale(self.luma, scale), at_scale(known, scale) > 0.99
        return self._made[scale]


class Frame:
    """A photograph on a grid that wraps around, for PSFs of one side."""

    def __init__(self, picture, known, side):
        self.picture, self.side = picture, side
        # None is all, which is the rule and saves time.
        self.known = None if known.all() else known
        self.shape = tuple(
            scipy.fft.next_fast_len(n + side, real=True) for n in picture.shape
        )
        # Mirrored borders would show edges that no PSF has blurred: twice the failures.
        continued = continue_around(picture, self.shape)
        self.gradient_power = gradient_power(self.shape)
        self.inside = tuple(slice(n) for n in picture.shape)
        self.continued = continued
        # Towards the frame the PSF sees what is unknown.
        self.weight = _taper(picture.shape, self.shape, 0.5 * side)
        self.gradients = self.inner_gradients(continued)

    def inner_gradients(self, picture):
        """Half spectra of the gradients, tapered at the frame."""
        slope = gradient(picture)
        slope *= self.weight
        return scipy.fft.rfft2(slope)

    def completed(self, predicted):
        """The photograph, with what is predicted where it is not known."""
        seen = predicted[self.inside]
        if self.known is None:
            seen[:] = self.picture
            return predicted
        np.copyto(seen, self.picture, where=self.known | (seen < self.picture))
        self.gradients = self.inner_gradients(predicted)
        return predicted


def _taper(inner, shape, width):
    """1 inside, falling to 0 over `width` pixels at the borders of the frame."""
    lines = []
    for n, whole in zip(inner, shape, strict=True):
        place = np.arange(n) + 0.5
        t = np.minimum(np.minimum(place, n - place) / width, 1)
        lines.append(np.pad(t * t * (3 - 2 * t), (0, whole - n)))
    return np.outer(*lines).astype(np.float32)


def at_scale(picture, scale):
    """The picture at a smaller scale, smoothed before."""
    if scale == 1:
        return picture
    smooth = gaussian_filter(picture, 0.4 * np.sqrt(1 / scale**2 - 1))
    shape = [round(n * scale) for n in picture.shape]
    places = [
        (np.arange(m) + 0.5) * n / m - 0.5
        for n, m in zip(picture.shape, shape, strict=True)
    ]
    grid = np.meshgrid(*places, indexing="ij")
    return map_coordinates(smooth, grid, order=1, mode="nearest")
