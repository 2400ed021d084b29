"""How well a PSF explains a picture: pixels that are held out, predicted from the others.

A restoration that has seen all pixels explains them whatever the PSF. So small blocks of
pixels are held out, the picture is restored from the others and blurred again, and what
that says of the blocks is compared with what they were. The right PSF predicts them best.
And the noise for which the prediction is best is all that the model cannot explain: noise,
but also rounding, JPEG, what moves, and a PSF that is not quite right. Blocks rather than
single pixels, because what JPEG leaves is alike in neighbours.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from ..images.light import OF_CAMERAS, from_light, to_light
from ..images.scale import block_means
from .noise import ROUNDING, estimate_noise
from .observation import observe
from .tv import N_ITER, fewest_variations

__all__ = []

# The lights that a picture may have been blurred in: its values, or sRGB's linear light.
LIGHTS = (1.0, OF_CAMERAS)
# In linear light what is held out is predicted a little worse than in values, also where it
# is the right one, for rounding is even noise in values only: by so much more variance. Of
# 60 pictures whose values or light were blurred one is then told wrongly, a Gaussian.
LIGHT_HANDICAP = 0.42 * ROUNDING**2
# What cannot be told is taken for a blur of values: light has to predict so much better.
LIGHT_MARGIN = 0.98
# Side of a block, and the share of the pixels that are held out.
BLOCK, SHARE = 3, 0.06
# Rows and columns of the part that is looked at, and of how many sides of a PSF at least.
PART, SIDES = 256, 4
# The part is looked for in steps of such a share of its side.
STEPS = 64
# Noises that are tried, each so many times the one before; to compare PSFs these two do.
STEP = 2.0
COMPARED = (0.002, 0.008)
# And so many iterations: by a wide PSF with many bends a prediction gets better slowly.
COMPARED_ITER = 20
MOST_NOISE = 0.08


class Explained(NamedTuple):
    """The noise for which the prediction is best, and its rms error there."""

    noise: float
    error: float


class HeldOut:
    """A picture of values (H, W) in [0, 1], some pixels of which are held out.

    `known` is the mask of those that the PSF has blurred; None is all of them.
    """

    def __init__(self, values, known=None):
        self.values = values.astype(np.float32, copy=False)
        blocks = [-(-n // BLOCK) for n in values.shape]
        chosen = np.random.default_rng(0).random(blocks) < SHARE
        held = np.kron(chosen, np.ones((BLOCK, BLOCK), bool))
        held = held[: values.shape[0], : values.shape[1]]
        self.held = held if known is None else held & known
        self.used = ~held if known is None else ~held & known
        self.shown = _filled(self.values, self.held)
        self._last = None, None, None

    @classmethod
    def of_part(cls, values, psf_side=1, known=None):
        """The part of the picture with most structure, if it is large."""
        shown = values if known is None else np.where(known, values, 0)
        part = most_structure(shown, max(PART, SIDES * psf_side))
        return cls(values[part], None if known is None else known[part])

    def squared_errors(self, psf, noise, gamma=1.0, n_iter=N_ITER, doubt=0.0):
        """Squared errors of the prediction (H, W), 0 where nothing was held out."""
        observation = replace(self._observed(psf, gamma, doubt), noise=noise)
        predicted = observation.crop(fewest_variations(observation, n_iter)[1])
        # What counts is the picture's values, in whatever light it was blurred.
        off = from_light(predicted, gamma) - self.values
        return np.where(self.held, off**2, 0)

    def _observed(self, psf, gamma, doubt=0.0):
        """What is not held out; kept, for a PSF is asked with one noise after the other."""
        last_psf, last_how, observation = self._last
        if last_psf is not psf or last_how != (gamma, doubt):
            light = to_light(self.shown, gamma)
            observation = observe(light, psf, ROUNDING, where=self.used, doubt=doubt)
            self._last = psf, (gamma, doubt), observation
        return observation

    def error(self, psf, noise, gamma=1.0, n_iter=N_ITER, doubt=0.0):
        """Root mean square of the prediction's error; `doubt` is that of `observe`."""
        off = self.squared_errors(psf, noise, gamma, n_iter, doubt)
        n_held = max(np.count_nonzero(self.held), 1)
        return float(np.sqrt(off.sum(dtype=np.float64) / n_held))

    def least_error(self, psf, gamma=1.0):
        """The error with little and with more noise, whichever is less: to compare PSFs."""
        return min(self.error(psf, noise, gamma, COMPARED_ITER) for noise in COMPARED)

    def measured_noise(self, psf, gamma=1.0, doubt=0.0):
        """Deviation of the noise in some light, where the blur has left nothing else."""
        o = self._observed(psf, gamma, doubt)
        return estimate_noise(to_light(self.values, gamma), o.otf_power, o.shape)

    def explain_at(self, psf, noise, gamma=1.0, doubt=0.0):
        """`Explained` by a PSF with this noise."""
        return Explained(noise, self.error(psf, noise, gamma, doubt=doubt))

    def explain(self, psf, gamma=1.0, least_noise=ROUNDING, known=None, doubt=0.0):
        """`Explained` by a PSF, with noise from the least upward, until it gets worse.

        `known` is what is `Explained` with some noise already, which may be the least.
        """
        best = known
        if known is None or known.noise != least_noise:
            best = self.explain_at(psf, least_noise, gamma, doubt)
        while STEP * best.noise <= MOST_NOISE:
            further = self.explain_at(psf, STEP * best.noise, gamma, doubt)
            if further.error > best.error:
                break
            best = further
        return best


def comparable(error, gamma):
    """An error in some light, to be held against one in another."""
    if gamma == 1:
        return error
    return float(np.sqrt(max(error**2 - LIGHT_HANDICAP, 0))) / LIGHT_MARGIN


def _filled(values, held):
    """The picture with means of the neighbours in place of what is held out.

    The methods begin with the picture: what they are not to know must not be in it.
    """
    known = gaussian_filter((~held).astype(np.float32), BLOCK / 2)
    means = gaussian_filter(np.where(held, 0, values), BLOCK / 2) / known
    return np.where(held, means, values)


def most_structure(values, side):
    """Slices of the part of so many rows and columns that has most edges."""
    edges = np.zeros_like(values)
    edges[1:] += np.abs(np.diff(values, axis=0))
    edges[:, 1:] += np.abs(np.diff(values, axis=1))
    # The root, for many weak edges to count beside few strong ones.
    step = max(side // STEPS, 1)
    means = block_means(np.sqrt(edges, out=edges), step)
    sides = [min(side, n) for n in values.shape]
    size = [-(-n // step) for n in sides]
    total = np.pad(means, ((1, 0), (1, 0))).cumsum(axis=0, dtype=float).cumsum(axis=1)
    rows, columns = size
    sums = total[rows:, columns:] - total[:-rows, columns:]
    sums += total[:-rows, :-columns] - total[rows:, :-columns]
    first = np.multiply(step, np.unravel_index(np.argmax(sums), sums.shape)).tolist()
    first = [min(f, n - s) for f, n, s in zip(first, values.shape, sides, strict=True)]
    return tuple(slice(f, f + s) for f, s in zip(first, sides, strict=True))
