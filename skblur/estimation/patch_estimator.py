"""PatchBlurEstimator: the blur of a photograph by the votes of its patches."""

from collections.abc import Iterable
from math import isqrt
from numbers import Integral, Real
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from sklearn.base import _fit_context, clone
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from ..blurs.targets import as_target_rows
from ..blurs.types import blur_type
from ..grnn.angles import decode_angle, encode_angle
from ..images.channels import as_luma, has_two_levels
from ..images.rows import row_chunks
from ..pipeline.pipeline import BlurTypeThenParamPipeline
from ..threads import one_blas_thread
from .base import TWO_LEVELS, BasePhotoEstimator, lumas_of, undecided
from .blur_estimate import BlurEstimate
from .pooling import bounded_log, by_name, learn_evidence, pool

__all__ = ["PatchBlurEstimator"]

# Patches of one photograph are no independent witnesses: one counts as this, if it has not
# been learned.
EVIDENCE = 1 / 8
# No patch is surer than this that a type it is not.
LEAST = 1e-9
# One photograph in so many is kept aside by `fit`, to learn what a patch counts.
HELD_OUT = 5


class PatchBlurEstimator(BasePhotoEstimator):
    """Name the blur of whole photographs by a model of their patches, which vote.

    The patches of most contrast are judged one by one. Their log probabilities are pooled
    into the photograph's, and the parameters are the weighted medians over the patches.
    Use it where a model of patches is given; `PhotoBlurEstimator` sees more.

    Parameters
    ----------
    model : BlurTypeThenParamPipeline, default=None
        Model of flattened square patches, cloned and trained by `fit`. None is
        ``BlurTypeThenParamPipeline()``.

    side : int, default=32
        Rows and columns of a patch.

    stride : int, default=16
        Pixels from one patch to the next.

    max_patches : int, default=400
        Patches of a photograph that vote, those of most contrast.

    min_patches : int, default=4
        With fewer patches that show something a photograph is undecided.

    min_std : float, default=0.02
        Standard deviation below which a patch shows nothing.

    Attributes
    ----------
    model_ : BlurTypeThenParamPipeline
        The fitted model of patches.

    evidence_ : float
        What a patch counts as a witness, learned on photographs that `fit` sets aside.

    classes_ : ndarray of shape (n_classes,)
        Codes of the types.

    See Also
    --------
    PhotoBlurEstimator : By the spectra of the whole photograph.
    estimate_blur : The verb for one photograph.

    Examples
    --------
    >>> from skimage.data import clock
    >>> from skblur import PatchBlurEstimator, load_pretrained
    >>> votes = PatchBlurEstimator.of(load_pretrained("patch32"))
    >>> votes.estimate(clock()).blur_type
    'motion'
    """

    _parameter_constraints: dict = {
        "model": [HasMethods(["fit", "predict"]), None],
        "side": [Interval(Integral, 2, None, closed="left")],
        "stride": [Interval(Integral, 1, None, closed="left")],
        "max_patches": [Interval(Integral, 1, None, closed="left")],
        "min_patches": [Interval(Integral, 1, None, closed="left")],
        "min_std": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        model: BlurTypeThenParamPipeline | None = None,
        *,
        side: int = 32,
        stride: int = 16,
        max_patches: int = 400,
        min_patches: int = 4,
        min_std: float = 0.02,
    ) -> None:
        self.model = model
        self.side = side
        self.stride = stride
        self.max_patches = max_patches
        self.min_patches = min_patches
        self.min_std = min_std

    @classmethod
    def of(cls, model: BlurTypeThenParamPipeline) -> Self:
        """The votes of a model that is fitted already.

        Parameters
        ----------
        model : BlurTypeThenParamPipeline
            Fitted to flattened square patches.

        Returns
        -------
        PatchBlurEstimator
            Fitted; eight patches count as one witness.
        """
        check_is_fitted(model)
        votes = cls(side=isqrt(model.n_features_in_))
        votes.model_, votes.classes_, votes.evidence_ = model, model.classes_, EVIDENCE
        return votes

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, images: Iterable[ArrayLike], y: ArrayLike) -> Self:
        """Train the model on the patches of photographs, and learn what a patch counts.

        Parameters
        ----------
        images : sequence of array-like, (H, W) or (H, W, channels)
            Photographs, one in five of which is kept aside.

        y : array-like of shape (n_samples, 3)
            Rows ``(type, size, angle)``.

        Returns
        -------
        self : PatchBlurEstimator
            The fitted estimator.
        """
        y = as_target_rows(y, "y")
        seen = [self._select(luma) for luma in lumas_of(images, y)]
        held = np.arange(len(seen)) % HELD_OUT == HELD_OUT - 1
        model = BlurTypeThenParamPipeline() if self.model is None else clone(self.model)
        owner = np.repeat(
            np.flatnonzero(~held), [len(seen[i]) for i in np.flatnonzero(~held)]
        )
        X = np.concatenate([seen[i] for i in np.flatnonzero(~held)])
        self.model_ = model.fit(X, y[owner])
        self.classes_ = self.model_.classes_
        self.evidence_ = self._learn_evidence(
            [(seen[i], y[i]) for i in np.flatnonzero(held)]
        )
        return self

    def _learn_evidence(self, held):
        """What a patch counts, by photographs (patches, target) that were kept aside."""
        known = set(self.classes_)
        held = [(X, y) for X, y in held if len(X) >= self.min_patches and y[0] in known]
        if not held:
            return EVIDENCE
        means = [bounded_log(self.model_.predict_proba(X), LEAST).mean(0) for X, _ in held]
        columns = np.searchsorted(self.classes_, [y[0] for _, y in held])
        # The mean of a photograph is one witness, worth as many patches as it is of.
        whole = learn_evidence(np.array(means), columns)
        return whole / np.mean([len(X) for X, _ in held])

    @one_blas_thread
    def estimate(
        self, image: ArrayLike, *, channel_axis: int | None = None
    ) -> BlurEstimate:
        """Name the blur of one photograph and estimate its parameters.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            bool, uint8, uint16, or floats in [0, 1]; at least as large as a patch.

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        Returns
        -------
        BlurEstimate
            Type, parameters and confidence.

        Raises
        ------
        ValueError
            If the image is smaller than a patch, or no image.
        """
        check_is_fitted(self)
        luma = as_luma(image, channel_axis)
        patches = self._select(luma)
        if has_two_levels(luma):
            return undecided(TWO_LEVELS)
        if len(patches) < self.min_patches:
            return undecided("the picture has almost no structure")
        model = self.model_
        features = model.extract_features(patches)
        log_p = bounded_log(model.classifier_.predict_proba(features), LEAST)
        pooled = pool(log_p, self.evidence_)
        kind = blur_type(self.classes_[pooled.argmax()])
        probabilities = by_name(self.classes_, pooled)
        if not kind.parameters:
            return BlurEstimate(kind.name, probabilities)
        parameters, deviations = model.regressors_[kind.code].predict_with_std(features)
        weights = np.exp(log_p[:, pooled.argmax()])[:, None] * _trust(deviations)
        found, std = _pool_parameters(parameters, weights, kind, self.evidence_)
        return BlurEstimate(kind.name, probabilities, found, std)

    def _select(self, luma):
        """Flattened patches of most contrast on a grid."""
        side = self.side
        if min(luma.shape) < side:
            msg = f"image must be at least {side} x {side} pixels, got {luma.shape}"
            raise ValueError(msg)
        patches = sliding_window_view(luma, (side, side))[:: self.stride, :: self.stride]
        # A few rows of the grid at a time: the deviation makes copies of all patches.
        chunks = row_chunks(len(patches), patches[0].nbytes)
        contrast = np.concatenate([patches[c].std(axis=(2, 3)).ravel() for c in chunks])
        best = np.argsort(contrast)[::-1][: self.max_patches]
        best = best[contrast[best] >= self.min_std]
        rows, columns = np.unravel_index(best, patches.shape[:2])
        return patches[rows, columns].reshape(len(best), side * side).astype(np.float32)


def _trust(deviations):
    """Inverse variances, one for all where the model gives none."""
    floor = np.maximum(np.median(deviations, axis=0) / 4, 1e-6)
    trust = 1 / np.maximum(deviations, floor) ** 2
    return np.where(np.isnan(trust), 1.0, trust)


def _pool_parameters(parameters, weights, kind, evidence):
    """Parameters by name as BlurEstimate has them, and their standard deviations."""
    # Few patches carry most of the weight; these are the ones that count.
    n_effective = weights.sum(axis=0) ** 2 / (weights**2).sum(axis=0)
    # The standard error of a median of as many independent patches.
    relative = 1.25 / np.sqrt(np.maximum(n_effective * evidence, 1))
    found, std = {}, {}
    for p in kind.parameters:
        column = p.index - 1
        values, weight = parameters[:, column], weights[:, column]
        if p.period is None:
            middle = _weighted_median(values, weight)
        else:
            points = encode_angle(values, p.period)
            mean = np.average(points, axis=0, weights=weight)
            middle = float(decode_angle(mean[None], p.period)[0])
        # The median absolute deviation of a normal distribution is 0.6745 of its own.
        spread = _weighted_median(p.error(values, middle), weight) / 0.6745
        found[p.name], std[p.name] = middle, float(spread * relative[column])
    return found, std


def _weighted_median(values, weights):
    order = np.argsort(values)
    mass = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(weights.sum() / 2, mass, values[order]))
