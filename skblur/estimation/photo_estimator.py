"""PhotoBlurEstimator: the blur of a photograph by the spectra of its pyramid."""

from numbers import Integral, Real

import numpy as np
from scipy.special import softmax
from sklearn import config_context
from sklearn.base import _fit_context, clone
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from ..blurs.types import blur_type
from ..images.channels import as_luma
from ..images.scale import level_size
from ..pipeline.recipes import spectrum_model
from ..spectra.windows import WINDOW
from .base import BasePhotoEstimator, undecided
from .blur_estimate import BlurEstimate
from .learning import Rows, learn_judgement
from .levels import Levels, fall, spectra_of
from .pooling import bounded_log, by_name, pooled_log
from .settling import guesses_of, settle
from .weighing import weigh

__all__ = ["PhotoBlurEstimator"]

# At a level so much coarser than the blur needs, a finer one is asked for its size.
MUCH_TOO_NARROW = 1 / 4


class PhotoBlurEstimator(BasePhotoEstimator):
    """Name the blur of whole photographs and estimate its parameters.

    The power of a photograph's windows is averaged into one spectrum, at full size and at
    half of it. A model of such spectra names the blur by both, and guesses its parameters.
    Wide blurs are looked for in smaller copies. For blurs whose spectra have zeros the
    parameters are then fitted to the spectrum.

    Parameters
    ----------
    model : BlurTypeThenParamPipeline, default=None
        Model of flattened spectra of 64 x 64 frequencies, with ``"none"`` among its types;
        cloned and trained by `fit`. None is the one that the shipped model is of.

    viewed_side : int, default=1024
        A photograph whose longer side has more pixels is named by a smaller copy: blur
        that does not show there is none, whatever single pixels look like.

    min_windows : int, default=4
        A photograph that has fewer windows with something in them is undecided.

    min_fall : float, default=3.0
        A photograph has so many times more power at low frequencies than at high ones, or
        it is mere noise, and undecided.

    min_confidence : float, default=0.4
        What is surer of nothing than this is undecided.

    max_misfit : float, default=0.45
        Root mean square of log power by which the spectrum of a motion may differ from
        that of the straight one that was fitted, before a free PSF is looked for. Of
        straight motions through a camera nine in ten differ by less, of shaken ones all
        by more (30 photographs of Berkeley each).

    random_state : int, RandomState instance or None, default=None
        Seeds the default model.

    Attributes
    ----------
    model_ : BlurTypeThenParamPipeline
        The fitted model of spectra; sizes are in pixels of the level they are of.

    classes_ : ndarray of shape (n_classes,)
        Codes of the types.

    trust_ : ndarray of shape (2,)
        Relative weight of a level and of the next one, of half the size.

    evidence_ : float
        What one of them counts as a witness.

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
    >>> photographs.predict(load_sharp_photos()[:2])
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """

    _parameter_constraints: dict = {
        "model": [HasMethods(["fit", "predict"]), None],
        "viewed_side": [Interval(Integral, WINDOW, None, closed="left")],
        "min_windows": [Interval(Integral, 1, None, closed="left")],
        "min_fall": [Interval(Real, 0, None, closed="left")],
        "min_confidence": [Interval(Real, 0, 1, closed="both")],
        "max_misfit": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        model=None,
        *,
        viewed_side=1024,
        min_windows=4,
        min_fall=3.0,
        min_confidence=0.4,
        max_misfit=0.45,
        random_state=None,
    ):
        self.model = model
        self.viewed_side = viewed_side
        self.min_windows = min_windows
        self.min_fall = min_fall
        self.min_confidence = min_confidence
        self.max_misfit = max_misfit
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, images, y, groups=None):
        """Train the model on photographs, and learn on others how far to believe it.

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

    def fit_rows(self, rows):
        """As `fit`, from what has been seen of photographs.

        Parameters
        ----------
        rows : Rows
            Spectra and targets, as `skblur.estimation.learning.Rows.of` gives them.

        Returns
        -------
        self : PhotoBlurEstimator
            The fitted estimator.
        """
        held = rows.held_out()
        model = self.model
        if model is None:
            model = spectrum_model(random_state=self.random_state)
        self.model_ = clone(model).fit(*rows.take(~held).as_training())
        self.classes_ = self.model_.classes_
        return learn_judgement(self, rows.take(held))

    def estimate(self, image, *, channel_axis=None, free_psf="auto"):
        """Name the blur of one photograph and estimate its parameters.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            bool, uint8, uint16, or floats in [0, 1].

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        free_psf : bool or "auto", default="auto"
            Whether to look for a PSF of no simple form, too, and take it if it explains
            the photograph better; ``"auto"`` does where the spectrum of a motion is not
            that of a straight one.

        Returns
        -------
        BlurEstimate
            Type, parameters and confidence; undecided, with a reason, if the picture is
            smaller than 64 x 64 pixels, has almost no structure or is mere noise, or if no
            type is likely enough.
        """
        check_is_fitted(self)
        luma = as_luma(image, channel_axis)
        if min(luma.shape) < WINDOW:
            return undecided(f"the picture is smaller than {WINDOW} x {WINDOW} pixels")
        levels = Levels(luma)
        start = levels.first_within(self.viewed_side)
        if levels[start].n_windows < self.min_windows:
            return undecided("the picture has almost no structure")
        if fall(levels[start].power) < self.min_fall:
            return undecided("the picture is mere noise")
        # The spectra are finite, and the model has been checked when it was fitted.
        with config_context(assume_finite=True, skip_parameter_validation=True):
            found = self._judge(levels, start)
        if free_psf is True or (free_psf == "auto" and self._is_bent(found)):
            return weigh(found, luma.astype(np.float32))
        return found

    def _is_bent(self, found):
        """Whether a blur that may bend does not look straight."""
        may_bend = found.misfit is not None and blur_type(found.blur_type).drawn_psf
        return may_bend and found.misfit > self.max_misfit

    def _judge(self, levels, start):
        kind, index, guesses, pooled = self._name(levels, start)
        pooled = softmax(pooled)
        probabilities = by_name(self.classes_, pooled)
        if pooled.max() < self.min_confidence:
            return undecided("no type is likely enough", probabilities)
        if not kind.parameters:
            return BlurEstimate(kind.name, probabilities)
        regressor = self.model_.regressors_[kind.code]
        least = self.widest_[kind.code] * MUCH_TOO_NARROW
        while index > 0 and guesses[0][0][0] < least:
            # So narrow a blur is seen better at a finer level.
            index -= 1
            guesses = guesses_of(levels.pair(index), regressor)
        least_std = self.least_std_[kind.code]
        settled = settle(guesses, levels[index], kind, least_std, of_lens=index > 0)
        parameters, std = (_named(kind, v, index) for v in (settled.found, settled.std))
        return BlurEstimate(
            kind.name, probabilities, parameters, std, misfit=settled.misfit
        )

    def _name(self, levels, start):
        """The type, at the first level at which the blur is not too wide."""
        index = start
        while True:
            pair = levels.pair(index)
            p = self.model_.classifier_.predict_proba(spectra_of(pair))
            pooled = pooled_log(bounded_log(p), self.evidence_, self.trust_[: len(pair)])
            kind = blur_type(self.classes_[pooled.argmax()])
            if not kind.parameters:
                return kind, index, None, pooled
            guesses = guesses_of(pair, self.model_.regressors_[kind.code])
            if guesses[0][0][0] < self.widest_[kind.code] or len(pair) == 1:
                return kind, index, guesses, pooled
            index += 1


def _named(kind, values, level):
    """Size and angle, of pixels of a level, by name and in pixels of the photograph."""
    size, angle = values
    row = (kind.code, level_size(size, -level), angle)
    return kind.named(row)
