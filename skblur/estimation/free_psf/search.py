"""Picture and PSF by turns, from coarse to fine, by several plans."""

from typing import NamedTuple

import numpy as np
import scipy.fft
from scipy.ndimage import gaussian_filter

from ...blurs.psf import psf_to_otf
from .frames import Scales
from .latent import fewest_gradients, score_psf
from .plans import best_window, plans_for
from .psf_step import fit_psf, resize_psf

__all__ = []

# Sizes of the pyramid are these powers apart; at the coarsest the PSF has this side.
FACTOR, COARSEST_SIDE = np.sqrt(0.5), 5
TURNS = 6
# At this scale, of the searches only so many go on: those of the best score.
PRUNE_SCALE, KEPT = 0.71, 3
# What is found tends to be too peaked: smoothed by this deviation, in pixels, it restores a
# little better (0.04 dB on photographs that were not used for the choice); more harms.
FINISH = 0.4


class FreePsf(NamedTuple):
    """The best PSF, and how alike the others are that were finished.

    `agreement` is the mean similarity of the others to the best, at most 1. Below 0.75 it
    is a guess: 12 of 118 shaken photographs were, among them all 4 that were harmed.
    """

    psf: np.ndarray
    agreement: float


def find_psf(luma, side=None):
    """`FreePsf` of a picture; `side` is the largest that the PSF can have, if known."""
    luma = np.asarray(luma, np.float32)
    plans = plans_for(luma.shape, side)
    window = best_window(luma, plans)
    scales = Scales(luma[window])
    searches = [Search(scales, plan) for plan in plans]
    for search in searches:
        search.run_to(PRUNE_SCALE)
    searches.sort(key=lambda search: search.score())
    for search in searches[:KEPT]:
        search.run_to(1.0)
    last = sorted(searches[:KEPT], key=lambda search: search.score())
    best, *others = (finished(search.psf) for search in last)
    alike = [similarity(best, other) for other in others]
    return FreePsf(best, float(np.mean(alike)) if alike else 1.0)


def similarity(a, b):
    """Largest normalised correlation of two PSFs, wherever they lie."""
    return float(correlation(a, b).max() / np.sqrt(np.sum(a**2) * np.sum(b**2)))


def correlation(a, b):
    """Of two PSFs, by how far the second is moved down and right; it wraps around."""
    side = len(a) + len(b) - 1
    first, second = (scipy.fft.rfft2(psf, (side, side)) for psf in (a, b))
    return scipy.fft.irfft2(first * second.conj(), (side, side))


class Search:
    """Picture and PSF by turns, by one plan, from coarse to fine."""

    def __init__(self, scales, plan):
        self.scales, self.plan, self.weight = scales, plan, plan.first
        self.todo = ladder(plan.side)
        n_turns = TURNS * len(self.todo)
        self.decay = float((plan.last / plan.first) ** (1 / (n_turns - 1)))
        self.psf, self.scale = None, None

    def run_to(self, scale):
        """All scales up to this one, and the coarsest, which a narrow PSF alone has."""
        while self.todo and (self.psf is None or self.todo[0][0] <= scale + 1e-6):
            self._one_scale(*self.todo.pop(0))

    def _one_scale(self, scale, side):
        frame = self.scales.frame(scale, side)
        if self.psf is None:
            psf = np.zeros((side, side), np.float32)
            psf[side // 2, side // 2] = 1
        else:
            psf = resize_psf(self.psf, side, scale / self.scale)
        spectrum = scipy.fft.rfft2(frame.continued)
        for _ in range(TURNS):
            psf, spectrum = turn(frame, spectrum, psf, self.weight, self.plan.ridge)
            self.weight *= self.decay
        self.psf, self.scale, self.last = psf, scale, frame

    def score(self):
        return score_psf(self.last, self.psf)


def turn(frame, spectrum, psf, weight, ridge):
    """The next PSF, and the half spectrum of the photograph completed by it."""
    otf = psf_to_otf(psf, frame.shape, half=True)
    picture, sharp = fewest_gradients(frame, spectrum, otf, weight)
    psf = fit_psf(frame, picture, psf, ridge)
    predicted = psf_to_otf(psf, frame.shape, half=True) * sharp
    filled = frame.completed(scipy.fft.irfft2(predicted, frame.shape))
    return psf, scipy.fft.rfft2(filled)


def finished(psf):
    """What a search has ended with, without its grain."""
    smooth = gaussian_filter(psf, FINISH, mode="constant")
    return smooth / smooth.sum()


def ladder(side):
    """Scales and sides of the PSF there, from coarse to fine."""
    steps = []
    scale = 1.0
    while True:
        there = max(int(side * scale) // 2 * 2 + 1, 3)
        steps.append((scale, there))
        if there <= COARSEST_SIDE:
            return steps[::-1]
        scale *= FACTOR
