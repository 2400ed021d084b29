"""PhotoBlurEstimator: the blur of a photograph by the spectra of its pyramid."""

from collections.abc import Iterable
from dataclasses import replace
from math import prod
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn import config_context
from sklearn.base import BaseEstimator, _fit_context, clone
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, check_memory

from ..blurs.motion import MOTION
from ..blurs.none import NONE
from ..blurs.types import UNDECIDED_NAME, blur_type
from ..images.channels import as_luma, has_two_levels
from ..images.scale import level_size
from ..pipeline.recipes import photo_classifier, spectrum_regressors
from ..pipeline.steps import fit_step
from ..spectra.windows import WINDOW, lay_windows
from ..threads import one_blas_thread
from .base import TWO_LEVELS, BasePhotoEstimator, undecided
from .blur_estimate import BlurEstimate
from .learning import LEAST_STD, Rows, fit_by_type, learn_judgement
from .levels import VIEWED_SIDE, Levels, fall
from .pooling import by_name, weakened
from .settling import guesses_of, settle
from .weighing import may_be_blurred_after_all, weigh

__all__ = ["PhotoBlurEstimator"]

# At a level so much coarser than the blur needs, a finer one is asked for its size.
MUCH_TOO_NARROW = 1 / 4
# By which power of the number of pixels a small picture says less.
WEIGHT_OF_PIXELS = 0.32


class PhotoBlurEstimator(BasePhotoEstimator):
    """Name the blur of whole photographs and estimate its parameters.

    A classifier names the blur by the mean spectra of the photograph's windows at full,
    half and quarter size together (``skblur.spectra.photo_row``); regressors guess its
    parameters by the spectrum of one size. Wide blurs are looked for in smaller copies. For
    blurs whose spectra have zeros the parameters are then fitted to the spectrum.

    Parameters
    ----------
    classifier : classifier, default=None
        Of the types, by rows of ``skblur.spectra.photo_row.photo_row``; cloned and trained
        by `fit`. None is the one that the shipped model has, a `CommitteeClassifier`.

    regressor : regressor or dict, default=None
        Of the parameters, by flattened spectra of 64 x 64 frequencies, as of
        `BlurTypeThenParamPipeline`: cloned for each type, or a dict with one for each.
        None is what the shipped model has.

    viewed_side : int, default=1024
        A photograph whose longer side has more pixels is named by a smaller copy: blur
        that does not show there is none, whatever single pixels look like.

    min_windows : int, default=4
        A photograph that has fewer windows with something in them is undecided. One of
        less than 80 x 80 pixels has room for a single one, by which parameters are mostly
        wrong.

    min_fall : float, default=3.0
        A photograph has so many times more power at low frequencies than at high ones, or
        it is mere noise, and undecided.

    min_confidence : float, default=0.4
        What is surer of nothing than this is undecided.

    sure_side : int, default=256
        A photograph of fewer pixels than a square of this side says less of its blur than
        the classifier takes it to: its log probabilities count for only
        ``(n_pixels / sure_side**2) ** 0.32``. By as much deviations of parameters are
        larger, and `min_confidence` is higher; and what is called sharp stays so, whatever
        a free PSF says.

    max_misfit : float, default=0.45
        Root mean square of log power by which the spectrum of a motion may differ from
        that of the straight one that was fitted, before a free PSF is looked for. Of
        straight motions through a camera nine in ten differ by less, of shaken ones all
        by more (30 photographs of Berkeley each).

    may_move : float, default=0.15
        What is named another blur with at least this probability of a motion may be a
        hand's: a free PSF is looked for. Real defocus seldom has a tenth.

    free_psf : bool or "auto", default="auto"
        Whether to look for PSFs of no simple form, too, as of `estimate_blur`; also where
        `predict`, `predict_proba` and `score` are asked. False never does, for mere sorting
        and `sklearn.model_selection.GridSearchCV`: photographs of all types are predicted
        27 times as fast, and shaken ones have the ideal blur that is most like theirs.

    random_state : int, RandomState instance or None, default=None
        Seeds the default classifier and regressors.

    Attributes
    ----------
    classifier_ : classifier
        The fitted classifier.

    regressors_ : dict of int to ParameterRegressor
        By the code of a type; sizes are in pixels of the level that a spectrum is of.

    classes_ : ndarray of shape (n_classes,)
        Codes of the types.

    widest_ : dict of int to float
        By the code of a type, the size from which on a level leaves it to the next.

    least_std_ : dict of int to (float, float)
        By the code of a type, the least standard deviations of a guess: a share of the
        size, and degrees.

    See Also
    --------
    estimate_blur : The verb for one photograph.
    skblur.load_pretrained : Gives a trained one.

    Examples
    --------
    >>> from skblur import load_pretrained
    >>> from skblur.datasets import load_sharp_photos
    >>> photographs = load_pretrained("photo")
    >>> photographs.predict(load_sharp_photos()[2:4])
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """

    _parameter_constraints: dict = {
        "classifier": [HasMethods(["fit", "predict_proba"]), None],
        "regressor": [HasMethods(["fit", "predict"]), dict, None],
        "viewed_side": [Interval(Integral, WINDOW, None, closed="left")],
        "min_windows": [Interval(Integral, 1, None, closed="left")],
        "min_fall": [Interval(Real, 0, None, closed="left")],
        "min_confidence": [Interval(Real, 0, 1, closed="both")],
        "sure_side": [Interval(Integral, 1, 2**16, closed="both")],
        "max_misfit": [Interval(Real, 0, None, closed="left")],
        "may_move": [Interval(Real, 0, 1, closed="both")],
        "free_psf": ["boolean", StrOptions({"auto"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        classifier: BaseEstimator | None = None,
        regressor: BaseEstimator | dict[str, Any] | None = None,
        *,
        viewed_side: int = VIEWED_SIDE,
        min_windows: int = 4,
        min_fall: float = 3.0,
        min_confidence: float = 0.4,
        sure_side: int = 256,
        max_misfit: float = 0.45,
        may_move: float = 0.15,
        free_psf: bool | Literal["auto"] = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.classifier = classifier
        self.regressor = regressor
        self.viewed_side = viewed_side
        self.min_windows = min_windows
        self.min_fall = min_fall
        self.min_confidence = min_confidence
        self.sure_side = sure_side
        self.max_misfit = max_misfit
        self.may_move = may_move
        self.free_psf = free_psf
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, images: Iterable[ArrayLike], y: ArrayLike, groups: ArrayLike | None = None
    ) -> Self:
        """Train on photographs, and learn on others how far to believe what was learned.

        Parameters
        ----------
        images : iterable of array-like, (H, W) or (H, W, channels)
            Photographs of at least 64 x 64 pixels; they are looked at one after the other,
            so a generator need not hold them all.

        y : array-like of shape (n_samples, 3)
            Rows ``(type, size, angle)``.

        groups : array-like of shape (n_samples,), default=None
            Numbers of the scenes that the photographs show: what is learned from and what
            is kept aside share none. None is a scene for each.

        Returns
        -------
        self : PhotoBlurEstimator
            The fitted estimator.
        """
        return self.fit_rows(Rows.of(images, y, groups))

    def fit_rows(
        self, named: Rows, measured: Rows | None = None, *, memory: Any = None
    ) -> Self:
        """As `fit`, from what has been seen of photographs.

        Parameters
        ----------
        named : Rows
            Rows of photographs and their types, as ``skblur.estimation.learning.Rows.of``
            gives them, to learn the names from.

        measured : Rows, default=None
            Spectra and targets, to learn the parameters from: best of ideal blurs, whose
            parameters are exact. None is `named`.

        memory : str or object with the joblib.Memory interface, default=None
            Caches the fitted classifier; those of regressors are their own.

        Returns
        -------
        self : PhotoBlurEstimator
            The fitted estimator.
        """
        measured = named if measured is None else measured
        aside = [rows.held_out() for rows in (named, measured)]
        classifier, regressor = self.classifier, self.regressor
        if classifier is None:
            classifier = photo_classifier(random_state=self.random_state)
        if regressor is None:
            regressor = spectrum_regressors(random_state=self.random_state)
        X, types = named.take(~aside[0]).of_photos()
        fit = check_memory(memory).cache(fit_step)
        self.classifier_ = fit(clone(classifier), X, types, {})
        self.classes_ = self.classifier_.classes_
        self.regressors_ = fit_by_type(regressor, measured.take(~aside[1]))
        return learn_judgement(self, named.take(aside[0]), measured.take(aside[1]))

    @one_blas_thread
    def estimate(
        self,
        image: ArrayLike,
        *,
        channel_axis: int | None = None,
        free_psf: bool | Literal["auto"] | None = None,
    ) -> BlurEstimate:
        """Name the blur of one photograph and estimate its parameters.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            bool, uint8, uint16, or floats in [0, 1].

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        free_psf : bool or "auto", default=None
            Whether to look for a PSF of no simple form, too, and take it if it explains
            the photograph better; ``"auto"`` does where the spectrum of a motion is not
            that of a straight one, where another blur may be a motion, and where it is not
            sure that the photograph is sharp. None is what the estimator's parameter says.

        Returns
        -------
        BlurEstimate
            Type, parameters and confidence; undecided, with a reason, if the picture has
            room for fewer than `min_windows` windows of 64 x 64 pixels, has almost no
            structure or only two levels or is mere noise, or if no type is likely enough.

        Raises
        ------
        ValueError
            If the image has the wrong number of axes, a wrong dtype or range, or if
            `free_psf` is none of its values.
        """
        check_is_fitted(self)
        free_psf = self.free_psf if free_psf is None else free_psf
        check_free_psf(free_psf)
        luma = as_luma(image, channel_axis).astype(np.float32, copy=False)
        if min(luma.shape) < WINDOW:
            return undecided(f"the picture is smaller than {WINDOW} x {WINDOW} pixels")
        if has_two_levels(luma):
            return undecided(TWO_LEVELS)
        levels = Levels(luma)
        start = levels.first_within(self.viewed_side)
        if levels[start].seen.n_windows < self.min_windows:
            return undecided(self._why_few_windows(levels.picture(start)))
        if fall(levels[start].seen.power) < self.min_fall:
            return undecided("the picture is mere noise")
        # The spectra are finite, and the model has been checked when it was fitted.
        with config_context(assume_finite=True, skip_parameter_validation=True):
            found = self._judge(levels, start)
        found = replace(found, picture=levels.picture(start), scale=2.0**start)
        if free_psf and self._may_be_shaken(found, luma.size, free_psf != "auto"):
            return weigh(found, luma)
        return found

    def _may_be_shaken(self, found, n_pixels, as_asked):
        """Whether a motion does not look straight, or something else may be one."""
        if not found.parameters:
            # What a model does not know it does not name.
            return (
                found.blur_type == NONE.name
                and MOTION.name in found.probabilities
                and may_be_blurred_after_all(found, n_pixels, self.sure_side)
                and _rather_moved(found.shares)
            )
        if as_asked:
            return True
        if blur_type(found.blur_type).angle is None:
            return found.probabilities.get(MOTION.name, 0.0) >= self.may_move
        return found.misfit is not None and found.misfit > self.max_misfit

    def _why_few_windows(self, picture):
        n_laid = prod(lay_windows(picture, (WINDOW, WINDOW)).shape[:2])
        if n_laid >= self.min_windows:
            return "the picture has almost no structure"
        windows = f"{self.min_windows} windows of {WINDOW} x {WINDOW} pixels"
        return f"the picture is too small: it has room for {n_laid} of {windows}"

    def _judge(self, levels, start):
        kind, index, guesses, p = self._name(levels, start)
        evidence = _evidence(levels.shape, self.sure_side)
        told = weakened(p, evidence)
        probabilities = by_name(self.classes_, told)
        if p.max() < self.min_confidence:
            return undecided("no type is likely enough", probabilities)
        if told.max() < self.min_confidence / evidence:
            return undecided("the picture is too small to tell", probabilities)
        if not kind.parameters:
            return BlurEstimate(kind.name, probabilities)
        regressor = self.regressors_[kind.code]
        least = self.widest_.get(kind.code, 0.0) * MUCH_TOO_NARROW
        while index > 0 and guesses[0][0][0] < least:
            # So narrow a blur is seen better at a finer level.
            index -= 1
            guesses = guesses_of(levels.pair(index), kind, regressor)
        least_std = self.least_std_.get(kind.code, LEAST_STD)
        settled = settle(guesses, levels[index], kind, least_std, of_lens=index > 0)
        std = np.divide(settled.std, evidence)
        parameters, std = (_named(kind, v, index) for v in (settled.found, std))
        return BlurEstimate(
            kind.name, probabilities, parameters, std, misfit=settled.misfit
        )

    def _name(self, levels, start):
        """The type, at the first level at which the blur is not too wide."""
        index = start
        while True:
            (p,) = self.classifier_.predict_proba(levels.row(index)[None])
            kind = blur_type(self.classes_[p.argmax()])
            if not kind.parameters:
                return kind, index, None, p
            pair = levels.pair(index)
            guesses = guesses_of(pair, kind, self.regressors_[kind.code])
            widest = self.widest_.get(kind.code, np.inf)
            if guesses[0][0][0] < widest or len(pair) == 1:
                return kind, index, guesses, p
            index += 1


def check_free_psf(free_psf):
    """Refuse what would be taken for True or "auto"."""
    if not (isinstance(free_psf, bool | np.bool_) or free_psf == "auto"):
        raise ValueError(f"free_psf must be True, False or 'auto', got {free_psf!r}")


def _rather_moved(shares):
    """Whether what windows take for blurred is a motion's, not what a lens left behind."""
    blurred = 1 - shares[NONE.name] - shares[UNDECIDED_NAME]
    return shares[MOTION.name] > blurred / 2


def _evidence(shape, sure_side):
    """What the log probabilities of a photograph of so few pixels count for, at most 1.

    The power is a measured one. Of crops of photographs the classifier's temperature of
    least cross-entropy is 2.3 at 64 x 64, 2.2 at 80, 1.8 at 96, 1.7 at 128, 1.3 at 192 and
    1 at 256 x 256 pixels, and of others that of a square of as many.
    """
    return min((prod(shape) / sure_side**2) ** WEIGHT_OF_PIXELS, 1.0)


def _named(kind, values, level):
    """Size and angle, of pixels of a level, by name and in pixels of the photograph."""
    size, angle = values
    row = (kind.code, level_size(size, -level), angle)
    return kind.named(row)
