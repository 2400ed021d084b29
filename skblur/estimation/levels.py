"""The levels of a photograph's pyramid, and what is seen at each."""

from functools import cache
from typing import NamedTuple

import numpy as np

from ..images.scale import halve, halvings_within
from ..spectra.levels import as_spectrum, at_contrast, largest_level
from ..spectra.photo_row import WINDOWS, row_of
from ..spectra.welch import Seen, seen_by_windows
from ..spectra.windows import WINDOW

__all__ = []

# A photograph of more pixels a side is looked at made smaller.
VIEWED_SIDE = 1024


class Level(NamedTuple):
    """What is seen at one level of the pyramid."""

    seen: Seen
    spectrum: np.ndarray
    largest: np.float32  # what the spectrum was divided by


class Levels:
    """The levels of a photograph (H, W), each looked at when first asked for."""

    def __init__(self, luma):
        self.shape = luma.shape
        self._lumas, self._seen, self._levels = [luma], {}, {}

    def __getitem__(self, index):
        """The level, or None where the picture has become too small."""
        if index not in self._levels:
            self._levels[index] = self._level(index)
        return self._levels[index]

    def picture(self, index):
        """Luma (h, w) of a level that has been looked at."""
        return self._lumas[index]

    def row(self, index):
        """`photo_row` of the level, out of what has been seen already."""
        seen = [self._see(index + i, window) for i, window in enumerate(WINDOWS)]
        return row_of([each for each in seen if each is not None])

    def pair(self, index):
        """The level and the next one, if there is one."""
        return [level for level in (self[index], self[index + 1]) if level is not None]

    def first_within(self, side):
        """Index of the first level of at most so many pixels a side, if there is one."""
        return halvings_within(self.shape, side, WINDOW)

    def _level(self, index):
        seen = self._see(index, WINDOW)
        if seen is None:
            return None
        spectrum = as_spectrum(seen.power, (WINDOW, WINDOW)).astype(np.float32, copy=False)
        return Level(seen, spectrum, np.float32(largest_level(seen.power)))

    def _see(self, index, window):
        while len(self._lumas) <= index:
            self._lumas.append(halve(self._lumas[-1]))
        luma = self._lumas[index]
        if min(luma.shape) < window:
            return None
        if (index, window) not in self._seen:
            seen = seen_by_windows(luma, (window, window), logs=True)
            self._seen[index, window] = seen
        return self._seen[index, window]


def spectra_of(levels, kind):
    """Their spectra as rows, as the regressor of a type of blur gets them."""
    spectra = np.stack([level.spectrum for level in levels])
    return told_by(kind, spectra, np.array([level.largest for level in levels]))


def told_by(kind, spectra, largest):
    """Spectra as the regressor of a type gets them.

    Where zeros lie does not depend on the brightness. How far a spectrum without any falls
    before it meets the noise floor does, so that it is looked at in a usual contrast.
    """
    return spectra if kind.has_zeros else at_contrast(spectra, largest)


def fall(power):
    """How many times more power there is at low frequencies than at high ones."""
    low, high = _low_and_high(power.shape[1])
    return power[:, low].mean() / max(power[:, high].mean(), np.finfo(power.dtype).tiny)


@cache
def _low_and_high(n):
    steps = np.arange(n)
    radius = np.hypot(steps[:, None], steps)
    return (radius > 2) & (radius < 6), radius > 20
