"""From the guesses of a regressor at two levels to the parameters of a blur."""

from typing import NamedTuple

import numpy as np

from ..blurs.angles import angle_error
from .levels import spectra_of
from .refinement import refine

__all__ = []

# Guesses of two levels that differ by less than this share lead to the same fit.
SAME_GUESS = 0.06
# Degrees from an indistinct angle within which that angle itself is tried too: next to
# the angles that cannot be told apart a fit may find no way in.
NEAR_INDISTINCT = 12.0
# Pixels by which a fit may be off beside its own deviation: cameras blur light, and after
# the tone curve lengths and radii look larger, by 0.05 to 0.2 pixels mostly.
OF_LIGHT = 0.1
# A guess of a Gaussian and the like is never surer than this, in pixels.
LEAST_STD = 1e-3


class Settled(NamedTuple):
    """Size and angle, their deviations, and how far the spectrum is from the fit's."""

    found: tuple
    std: tuple
    misfit: float | None  # rms in log power; None where nothing was fitted


def guesses_of(levels, kind, regressor):
    """Of each level, size and angle in pixels of the finest, and their deviations."""
    found, std = regressor.predict_with_std(spectra_of(levels, kind))
    scale = 2.0 ** np.arange(len(levels))
    found[:, 0] *= scale
    std[:, 0] *= scale
    return list(zip(found, std, strict=True))


def settle(guesses, level, kind, least_std, *, of_lens):
    """What the guesses lead to at a level.

    A type whose OTF has zeros is fitted to the spectrum. Of `least_std`, the least
    deviations of a guess, the first is a share of the size, the second are degrees.
    """
    # Of a regressor that does not say how sure it is the least is taken.
    guesses = [
        (guess, np.where(np.isnan(std), _least(guess, least_std), std))
        for guess, std in guesses
    ]
    if not kind.has_zeros:
        return _precise_mean(guesses)
    (size, angle), std = guesses[0]
    if len(guesses) > 1 and abs(guesses[1][0][0] - size) < SAME_GUESS * size:
        guesses = guesses[:1]
    sampled = kind.indistinct is not None and not of_lens
    if sampled:
        (size, angle), std = guesses[0]
        other, _ = kind.indistinct(size, angle)
        if angle_error(angle, other) < NEAR_INDISTINCT:
            guesses = [*guesses, (np.array([size, other]), std)]
    fits = [
        refine(
            level.seen.power,
            kind,
            *guess,
            std=np.maximum(std, _least(guess, least_std)),
            of_lens=of_lens,
        )
        for guess, std in guesses
    ]
    best = min(fits, key=lambda fit: fit.misfit)
    best = best._replace(size_std=float(np.hypot(best.size_std, OF_LIGHT)))
    if sampled:
        return _as_told(kind, best)
    return Settled(best[:2], best[2:4], best.misfit)


def _least(guess, least_std):
    """The least deviations of a guess, in pixels and degrees."""
    return np.array([least_std[0] * guess[0], least_std[1]])


def _precise_mean(guesses):
    """The mean size by how sure each guess is, and the angle of the surest."""
    sizes, stds = (np.array([each[i][0] for each in guesses]) for i in (0, 1))
    precision = np.maximum(stds, LEAST_STD) ** -2.0
    (_, angle), (_, angle_std) = guesses[stds.argmin()]
    size = sizes @ precision / precision.sum()
    return Settled((size, angle), (stds.min(), angle_std), None)


def _as_told(kind, fit):
    """Of the angles that have the same PSF the one that stands for all."""
    size, angle, size_std, angle_std, misfit = fit
    other, reach = kind.indistinct(size, angle)
    if angle_error(angle, other) < reach:
        angle, angle_std = other, reach / np.sqrt(3)
    return Settled((size, angle), (size_std, angle_std), misfit)
