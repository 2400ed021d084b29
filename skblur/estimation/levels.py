"""The levels of a photograph's pyramid, and what is seen at each."""

from typing import NamedTuple

import numpy as np

from ..images.scale import pyramid
from ..spectra.levels import as_spectrum
from ..spectra.welch import welch_power
from ..spectra.windows import WINDOW

__all__ = []


class Level(NamedTuple):
    """What is seen at one level of the pyramid."""

    power: np.ndarray
    spectrum: np.ndarray
    n_windows: int


class Levels:
    """The levels of a photograph (H, W), each looked at when first asked for."""

    def __init__(self, luma):
        self.shape = luma.shape
        self._lumas, self._seen = pyramid(luma, WINDOW), []

    def __getitem__(self, index):
        """The level, or None where the picture has become too small."""
        while len(self._seen) <= index:
            luma = next(self._lumas, None)
            self._seen.append(None if luma is None else look(luma))
        return self._seen[index]

    def pair(self, index):
        """The level and the next one, if there is one."""
        return [level for level in (self[index], self[index + 1]) if level is not None]

    def first_within(self, side):
        """Index of the first level of at most so many pixels a side, if there is one."""
        index = max(int(np.ceil(np.log2(max(self.shape) / side))), 0)
        while self[index] is None:
            index -= 1
        return index


def look(luma):
    """What is seen of a picture by itself."""
    power, n_windows = welch_power(luma, WINDOW)
    spectrum = as_spectrum(power, (WINDOW, WINDOW)).astype(np.float32)
    return Level(power, spectrum, n_windows)


def spectra_of(levels):
    """Their spectra as rows."""
    return np.stack([level.spectrum for level in levels])


def fall(power):
    """How many times more power there is at low frequencies than at high ones."""
    steps = np.arange(power.shape[1])
    radius = np.hypot(steps[:, None], steps)
    low, high = (radius > 2) & (radius < 6), radius > 20
    return power[:, low].mean() / max(power[:, high].mean(), np.finfo(power.dtype).tiny)
