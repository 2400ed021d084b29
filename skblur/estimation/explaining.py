"""By what a photograph was blurred, and in which light: what predicts held-out pixels best.

Blur adds up light. Values of a picture are not light, so a blur that was in linear light
is no convolution of the values, and the PSF that fits them is a wrong one. So the shapes
are estimated in both lights, a PSF of no simple form is looked for, and what predicts best
wins.
"""

from typing import NamedTuple

import numpy as np

from ..blurs.none import NONE
from ..blurs.types import blur_type
from ..deconvolution.held_out import LIGHTS, HeldOut, comparable
from ..images.light import to_light
from .blur_estimate import BlurEstimate
from .free_psf.search import find_psf
from .weighing import (
    AGREED,
    LEAST_SPREAD,
    LONGEST,
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


def explain(estimator, luma, gamma=None):
    """`Explanation`s of a photograph, the best first: an ideal shape, a free PSF, or both.

    Parameters
    ----------
    estimator : PhotoBlurEstimator
        Judges the ideal shapes.
    luma : ndarray of shape (H, W)
        The photograph, float32 in [0, 1].
    gamma : float, default=None
        The light, if it is known.
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
    judge = _Judge(luma, ideals)
    for light in lights:
        judge.look_for_free_psf(light)
    return judge.ranked()


def _may_be_blurred(estimator, named, luma):
    """Whether it is neither sharp, a free PSF or not, nor without structure."""
    if named.parameters:
        return True
    if not may_be_blurred_after_all(named, luma.size, estimator.sure_side):
        return False
    return named.blur_type != NONE.name or bool(estimator.estimate(luma).parameters)


class _Judge:
    """Keeps what may explain a photograph, and how well each does."""

    def __init__(self, luma, ideals):
        self.luma, self.ideals = luma, ideals
        self.held = HeldOut.of_part(luma, LONGEST)
        self.explanations = []
        for light, found in ideals.items():
            if found.parameters:
                self._add(found, light)

    def look_for_free_psf(self, light):
        found = find_psf(to_light(self.luma, light))
        if found.agreement >= AGREED and spread(found.psf) >= LEAST_SPREAD:
            self._add(with_free_psf(self.ideals[light], found.psf), light)

    def ranked(self):
        """The best of the shapes and of the free PSFs, the better first."""
        ideal, free = (self._least(is_free) for is_free in (False, True))
        if ideal and free and _comparable(free) >= BETTER * _comparable(ideal):
            return [ideal, free]
        if ideal or free:
            return [each for each in (free, ideal) if each]
        # Nothing explains anything: what there is.
        light, found = next(iter(self.ideals.items()))
        return [Explanation(found, light, np.inf, np.inf)]

    def _least(self, is_free):
        these = [e for e in self.explanations if _is_free(e) == is_free]
        return min(these, key=_of_light, default=None)

    def _add(self, found, light):
        error = self.held.least_error(found.psf, light)
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


def _is_free(explanation):
    return explanation.estimate.free_psf is not None


def _comparable(explanation):
    return comparable(explanation.error, explanation.gamma)


def _of_light(explanation):
    return comparable(explanation.least_error, explanation.gamma)
