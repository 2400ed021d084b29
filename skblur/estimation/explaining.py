"""By what a photograph was blurred, and in which light: what predicts held-out pixels best.

Blur adds up light. Values of a picture are not light, so a blur that was in linear light
is no convolution of the values, and the PSF that fits them is a wrong one. So the shapes
are estimated in both lights, a PSF of no simple form is looked for, and what predicts best
wins.
"""

from typing import NamedTuple

import numpy as np

from ..blurs.motion import MOTION
from ..blurs.none import NONE
from ..blurs.types import blur_type
from ..deconvolution.held_out import LIGHTS, HeldOut, comparable
from ..images.light import OF_CAMERAS, to_light
from .blur_estimate import BlurEstimate
from .free_psf.search import find_psf
from .weighing import (
    AGREED,
    LEAST_SPREAD,
    LONGEST,
    is_better,
    may_be_blurred_after_all,
    spread,
    with_free_psf,
)

__all__ = []

# A free PSF has to come down to this part of the error of the best ideal shape. To be
# named by it takes more (`weighing.BETTER`); to be undone, little is lost by the wrong one.
BETTER = 0.93
# Shares of a size that no zeros of a spectrum have told.
SMALLER = 0.8, 0.9
# To few edges a free PSF fits itself. In a picture that is smaller than a square of
# `sure_side` its candidates have to agree so much, and below this part of the side none is
# looked for. Of shaken crops of 192 and 224 pixels a side 3 of 92 that agree more are
# harmed by it, 15 of 67 that agree less; of those of 128 and 160 that agree more 8 of 63.
AGREED_OF_FEW, FEWEST = 0.9, 0.75
# Of smaller pictures too little can be held out to ask them.
LEAST_SIDE = 64


class Explanation(NamedTuple):
    """An estimate, the power of the tone curve in whose light it holds, and its error.

    Lights, if there are several, are compared by `least_error`, which a slightly smaller
    size may have.
    """

    estimate: BlurEstimate
    gamma: float
    error: float
    least_error: float


def explain(estimator, luma, gamma=None, *, of_camera=False):
    """`Explanation`s of a photograph, the best first: an ideal shape, a free PSF, or both.

    Parameters
    ----------
    estimator : PhotoBlurEstimator
        Judges the ideal shapes.
    luma : ndarray of shape (H, W)
        The photograph, float32 in [0, 1].
    gamma : float, default=None
        The light, if it is known.
    of_camera : bool, default=False
        Whether a camera is likely to have taken it, where the light is not known. It is
        told all the same, but for a free PSF, which fits itself to either.
    """
    lights = LIGHTS if gamma is None else (gamma,)
    # Networks have learned from values; what they call sharp is left alone.
    named = estimator.estimate(luma, free_psf=False)
    if not _may_be_blurred(estimator, named, luma) or min(luma.shape) < LEAST_SIDE:
        return [Explanation(named, lights[0], np.inf, np.inf)]
    ideals = {
        light: estimator.estimate(to_light(luma, light), free_psf=False)
        if light != 1
        else named
        for light in lights
    }
    judge = _Judge(luma, ideals, estimator.may_move)
    if luma.size >= (FEWEST * estimator.sure_side) ** 2:
        agreed = AGREED if luma.size >= estimator.sure_side**2 else AGREED_OF_FEW
        for light in lights:
            judge.look_for_free_psf(light, agreed)
    ranked = judge.ranked(lights)
    if not ranked:
        # Nothing explains anything: what there is.
        return [Explanation(ideals[lights[0]], lights[0], np.inf, np.inf)]
    if of_camera:
        free_first = _is_free(ranked[0])
        return (judge.ranked([OF_CAMERAS]) if free_first else ranked[:1]) or ranked
    return ranked


def _may_be_blurred(estimator, named, luma):
    """Whether it is neither sharp, a free PSF or not, nor without structure."""
    if named.parameters:
        return True
    if not may_be_blurred_after_all(named, luma.size, estimator.sure_side):
        return False
    if named.blur_type != NONE.name:
        return True
    return bool(estimator.estimate(luma, free_psf="auto").parameters)


class _Judge:
    """Keeps what may explain a photograph, and how well each does."""

    def __init__(self, luma, ideals, may_move):
        self.luma, self.ideals, self.may_move = luma, ideals, may_move
        self.held = HeldOut.of_part(luma, LONGEST)
        self.explanations = []
        for light, found in ideals.items():
            if found.parameters:
                self._add(found, light, self.held.least_error(found.psf, light))

    def look_for_free_psf(self, light, agreed):
        found = find_psf(to_light(self.luma, light))
        if found.agreement < agreed or spread(found.psf) < LEAST_SPREAD:
            return
        ideal, error = self.ideals[light], self.held.least_error(found.psf, light)
        keeps_name = bool(ideal.parameters) and not self._renames(error, ideal)
        self._add(with_free_psf(ideal, found.psf, keeps_name=keeps_name), light, error)

    def _renames(self, error, ideal):
        """Whether a free PSF makes a motion of it; lenses, which are no discs, stay."""
        if ideal.probabilities.get(MOTION.name, 0.0) < self.may_move:
            return False
        (of_ideal,) = (e.error for e in self.explanations if e.estimate is ideal)
        return is_better(error, of_ideal, ideal)

    def ranked(self, lights):
        """The best of the shapes and of the free PSFs in these lights, the better first."""
        these = [e for e in self.explanations if e.gamma in lights]
        ideal, free = (_least(these, is_free) for is_free in (False, True))
        if ideal and free and _comparable(free) >= BETTER * _comparable(ideal):
            return [ideal, free]
        return [each for each in (free, ideal) if each]

    def _add(self, found, light, error):
        errors = [error]
        if len(self.ideals) > 1:
            errors += [self.held.least_error(psf, light) for psf in _smaller(found)]
        self.explanations.append(Explanation(found, light, error, min(errors)))


def _smaller(found):
    """PSFs of an estimate whose size may be a tenth too large, or two.

    In the right light such a one may predict worse than in the wrong one. They tell the
    light alone: of sizes held-out pixels like those best that are too small.
    """
    kind = blur_type(found.blur_type)
    if found.free_psf is not None or kind.has_zeros or kind.size is None:
        return []
    values = {p.name: found.parameters[p.name] for p in kind.parameters}
    sizes = [{kind.size.name: share * values[kind.size.name]} for share in SMALLER]
    return [kind.psf(*(values | size).values()) for size in sizes]


def _least(explanations, is_free):
    these = [e for e in explanations if _is_free(e) == is_free]
    return min(these, key=_of_light, default=None)


def _is_free(explanation):
    return explanation.estimate.free_psf is not None


def _comparable(explanation):
    return comparable(explanation.error, explanation.gamma)


def _of_light(explanation):
    return comparable(explanation.least_error, explanation.gamma)
