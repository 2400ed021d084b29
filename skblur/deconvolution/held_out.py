"""How well a PSF explains a picture: pixels that are held out, predicted from the others.

A restoration that has seen all pixels explains them whatever the PSF. So small blocks of
pixels are held out, the picture is restored from the others and blurred again, and what
that says of the blocks is compared with what they were. The right PSF predicts them best.
And the noise for which the prediction is best is all that the model cannot explain: noise,
but also rounding, JPEG, what moves, and a PSF that is not quite right. Blocks rather than
single pixels, because what JPEG leaves is alike in neighbours.
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from ..images.light import from_light, to_light
from .noise import ROUNDING
from .observation import observe
from .tv import deblur_tv

__all__ = []

# Side of a block, and the share of the pixels that are held out.
BLOCK, SHARE = 3, 0.06
# Rows and columns of the part that is looked at, and of how many sides of a PSF at least.
PART, SIDES = 256, 4
# Noises that are tried, each so many times the one before.
STEP = 2.0
MOST_NOISE = 0.08


class Explained(NamedTuple):
    """The noise for which the prediction is best, and its rms error there."""

    noise: float
    error: float


class HeldOut:
    """A picture of values (H, W) in [0, 1], some pixels of which are held out."""

    def __init__(self, values, seed=0):
        self.values = values.astype(np.float32, copy=False)
        blocks = [-(-n // BLOCK) for n in values.shape]
        chosen = np.random.default_rng(seed).random(blocks) < SHARE
        held = np.kron(chosen, np.ones((BLOCK, BLOCK), bool))
        self.held = held[: values.shape[0], : values.shape[1]]
        self.shown = _filled(self.values, self.held)

    @classmethod
    def of_part(cls, values, psf_side=1, seed=0):
        """The part of the picture with most structure, if it is large."""
        return cls(values[most_structure(values, max(PART, SIDES * psf_side))], seed)

    def squared_errors(self, psf, noise, gamma=1.0):
        """Squared errors of the prediction (H, W), 0 where nothing was held out."""
        light = to_light(self.shown, gamma)
        observation = observe(light, psf, noise, where=~self.held)
        predicted = observation.crop(observation.blur(deblur_tv(observation)))
        # What counts is the picture's values, in whatever light it was blurred.
        off = from_light(predicted, gamma) - self.values
        return np.where(self.held, off**2, 0)

    def error(self, psf, noise, gamma=1.0):
        """Root mean square of the prediction's error."""
        off = self.squared_errors(psf, noise, gamma)
        return float(np.sqrt(off.sum(dtype=np.float64) / np.count_nonzero(self.held)))

    def explain(self, psf, gamma=1.0, least_noise=ROUNDING):
        """`Explained` by a PSF, with noise from the least upward, until it gets worse."""
        best = Explained(least_noise, self.error(psf, least_noise, gamma))
        noise = STEP * least_noise
        while noise <= MOST_NOISE:
            error = self.error(psf, noise, gamma)
            if error > best.error:
                break
            best = Explained(noise, error)
            noise *= STEP
        return best


def _filled(values, held):
    """The picture with means of the neighbours in place of what is held out.

    The methods begin with the picture: what they are not to know must not be in it.
    """
    known = gaussian_filter((~held).astype(np.float32), BLOCK / 2)
    means = gaussian_filter(np.where(held, 0, values), BLOCK / 2) / known
    return np.where(held, means, values)


def most_structure(values, side):
    """Slices of the part of so many rows and columns that has most edges."""
    sides = [min(side, n) for n in values.shape]
    edges = np.zeros_like(values, np.float64)
    edges[1:] += np.abs(np.diff(values, axis=0))
    edges[:, 1:] += np.abs(np.diff(values, axis=1))
    # The root, for many weak edges to count beside few strong ones.
    total = np.pad(np.sqrt(edges), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    rows, columns = sides
    sums = total[rows:, columns:] - total[:-rows, columns:]
    sums += total[:-rows, :-columns] - total[rows:, :-columns]
    top, left = np.unravel_index(np.argmax(sums), sums.shape)
    return slice(top, top + rows), slice(left, left + columns)
