"""BlurMapEstimator: the blur at every pixel of a photograph."""

from collections.abc import Callable, Iterable, Sequence
from numbers import Integral, Real
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.base import _fit_context, clone
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, check_memory

from ..blurs.none import NONE
from ..blurs.types import blur_types
from ..estimation.base import ImagesEstimator, colours_of
from ..estimation.blur_estimate import BlurEstimate
from ..estimation.learning import Rows
from ..estimation.levels import VIEWED_SIDE
from ..estimation.pooling import learn_evidence
from ..images.channels import Picture, luma_of
from ..images.scale import halvings_within
from ..pipeline.pipeline import BlurTypeThenParamPipeline
from ..pipeline.recipes import window_model
from ..pipeline.steps import fit_step
from ..spectra.windows import WINDOW
from ..threads import one_blas_thread
from .detail import log_detail, with_detail
from .evidence import local_evidence
from .grain import grain_log_odds
from .levels import LevelMap, guides_of, mixed, pictures_of
from .map import BlurMap
from .prior import with_whole
from .smoothing import at_pixels, follow_edges, mean_field, pool_evidence, weighted_mean

__all__ = ["BlurMapEstimator"]

# Deviation of the neighbourhood whose evidence is pooled, in pixels.
POOLED = 24.0
# What a window that does not overlap others by half counts as a witness, if it has not been
# learned.
EVIDENCE = 0.1
# Levels of the pyramid that are looked at, at most.
MOST_LEVELS = 4
# The map is kept at every so many pixels, and follows edges at this resolution.
KEPT = 4
# How far around a pixel is looked to follow edges, in kept pixels.
EDGE_RADIUS = 12


class BlurMapEstimator(ImagesEstimator):
    """Name the blur at every pixel of photographs and estimate its parameters.

    Windows all over a photograph are judged one by one; their evidence is pooled with that
    of their neighbours, of which one type is expected, and the borders of the regions
    follow the picture's edges.

    Parameters
    ----------
    model : BlurTypeThenParamPipeline, default=None
        Model of the spectra of windows of 64 x 64 pixels, with ``"none"`` among its types;
        cloned and trained by `fit`. None is the one that the shipped model is of.

    window : "auto" or int, default="auto"
        Rows and columns of a window: 64, 128, 256, ... Large ones find wide blurs and are
        quick, small ones see small regions. ``"auto"`` takes several: the smallest as for
        `estimate_blur`, which looks at a large photograph made smaller, to at most 1024
        pixels, and larger ones where the blur is too wide for these.

    stride : int, default=16
        Pixels from one window to the next, for a window of 64, and in proportion for
        larger ones. Half the stride is four times the work.

    agreement : float, default=1.0
        Gain in log probability where all neighbours are of one type.

    edge : float, default=0.1
        From which contrast on, in full scales, an edge of the picture may be a border; one
        of colour, from a third of it.

    random_state : int, RandomState instance or None, default=None
        Seeds the default model.

    Attributes
    ----------
    model_ : BlurTypeThenParamPipeline
        The fitted model of spectra.

    evidence_ : float
        What a window counts as a witness for its neighbourhood, learned on photographs that
        `fit` sets aside.

    classes_ : ndarray of shape (n_classes,)
        Codes of the types.

    See Also
    --------
    blur_map : The verb for one photograph.
    PhotoBlurEstimator : One answer for the whole photograph, and a more exact one.

    Examples
    --------
    >>> from skblur import load_pretrained
    >>> from skimage.data import camera
    >>> maps = load_pretrained("window64").set_params(stride=32)
    >>> maps.estimate(camera()).type_code.shape
    (512, 512)
    """

    _parameter_constraints: dict = {
        "model": [HasMethods(["fit", "predict"]), None],
        "window": [StrOptions({"auto"}), Interval(Integral, WINDOW, None, closed="left")],
        "stride": [Interval(Integral, 1, WINDOW, closed="both")],
        "agreement": [Interval(Real, 0, None, closed="left")],
        "edge": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        model: BlurTypeThenParamPipeline | None = None,
        *,
        window: int | Literal["auto"] = "auto",
        stride: int = 16,
        agreement: float = 1.0,
        edge: float = 0.1,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.model = model
        self.window = window
        self.stride = stride
        self.agreement = agreement
        self.edge = edge
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, images: Iterable[ArrayLike], y: ArrayLike, groups: ArrayLike | None = None
    ) -> Self:
        """Train the model on photographs, each of one blur.

        Parameters
        ----------
        images : iterable of array-like, (H, W) or (H, W, channels)
            Photographs or windows of at least 64 x 64 pixels.

        y : array-like of shape (n_samples, 3)
            Rows ``(type, size, angle)``.

        groups : array-like of shape (n_samples,), default=None
            Numbers of the scenes that the photographs show. None is a scene for each.

        Returns
        -------
        self : BlurMapEstimator
            The fitted estimator.
        """
        images = [luma_of(image) for image in images]
        rows = Rows.of(images, y, groups, photos=False)
        held = np.flatnonzero(rows.held_out())
        return self.fit_rows(rows, [images[i] for i in held], rows.y[held])

    def fit_rows(
        self,
        rows: Rows,
        images: Sequence[NDArray[np.floating]] = (),
        y: ArrayLike = (),
        *,
        named: Rows | None = None,
    ) -> Self:
        """As `fit`, from what has been seen of photographs or windows.

        Parameters
        ----------
        rows : Rows
            Spectra and targets, as ``skblur.estimation.learning.Rows.of`` gives them.

        images : sequence of ndarray, default=()
            Lumas of photographs that are not among the rows, to learn what a window counts.

        y : array-like of shape (n_images, 3), default=()
            Their targets.

        named : Rows, default=None
            Rows to learn the names of blurs from, whose parameters may be rough: those of
            hands and lenses. None is `rows`.

        Returns
        -------
        self : BlurMapEstimator
            The fitted estimator.
        """
        model = self.model
        if model is None:
            model = window_model(random_state=self.random_state)
        held = rows.held_out()
        self.model_ = clone(model).fit(*rows.take(~held).as_training())
        X, targets = rows.take(held).of_level(0)
        if named is not None:
            held = named.held_out()
            X, types = named.take(~held).of_windows()
            fit = check_memory(getattr(model, "memory", None)).cache(fit_step)
            self.model_.classifier_ = fit(clone(model.classifier), X, types, {})
            self.model_.classes_ = self.model_.classifier_.classes_
            X, targets = named.take(held).of_windows()
        self.classes_ = self.model_.classes_
        if len(targets) and hasattr(self.model_, "calibrate"):
            self.model_.calibrate(X, targets)
        self.evidence_ = self._learn_evidence(images, y)
        return self

    @one_blas_thread
    def estimate(
        self,
        image: ArrayLike,
        *,
        channel_axis: int | None = None,
        whole: BlurEstimate | None = None,
        report: Callable[[float], object] | None = None,
    ) -> BlurMap:
        """Map the blur of one photograph.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            bool, uint8, uint16, or floats in [0, 1]; at least as large as a window.

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        whole : BlurEstimate, default=None
            What has been found of the whole photograph: if that is not sharp, no large part
            of it is, and most of its parts have its blur.

        report : callable, default=None
            Called with the share of the work that is done, from 0 to 1.

        Returns
        -------
        BlurMap
            Types, sizes, angles and probabilities on the grid of the picture's pixels.

        Raises
        ------
        TypeError
            If the image is a path, or `whole` no `BlurEstimate`.
        ValueError
            If the image is smaller than a window, or no image.
        """
        check_is_fitted(self)
        if not (whole is None or isinstance(whole, BlurEstimate)):
            msg = "whole must be a BlurEstimate, as of estimate_blur, or None, got "
            raise TypeError(f"{msg}{whole!r}")
        picture = Picture.read(image, channel_axis)
        luma = picture.luma.astype(np.float32, copy=False)
        shape = luma.shape
        if self.window == "auto":
            # As for one answer: blur that does not show in the smaller picture is none.
            first, n_levels = halvings_within(shape, VIEWED_SIDE, WINDOW), MOST_LEVELS
            least = WINDOW
        else:
            first, n_levels, least = _n_halves(self.window), 1, self.window
        if min(shape) < least:
            msg = f"image must be at least {least} x {least} pixels, got {shape}"
            raise ValueError(msg)
        scale = 2**first
        kept = KEPT * scale
        lumas, guides = pictures_of(luma, first, n_levels), guides_of(picture, luma, kept)
        reports = _shared(report, [each.size for each in lumas])
        found = [
            self._see(luma, guide, whole, each)
            for luma, guide, each in zip(lumas, guides, reports, strict=False)
        ]
        told = found.pop()
        while found:
            told = mixed(found.pop(), told)
        for of_type in told.parameters.values():
            of_type[..., 0] *= scale
        return BlurMap(shape, told.p, told.parameters, first=(kept - 1) / 2, stride=kept)

    def _see(self, luma, guide, whole, report):
        """`LevelMap` of one level, whose borders follow those of a guide."""
        evidence = local_evidence(luma, self.model_, WINDOW, self.stride, report)
        kept_shape = [-(-side // KEPT) for side in luma.shape]
        place = {"first": (evidence.first - KEPT / 2) / KEPT, "stride": self.stride / KEPT}
        p = at_pixels(self._smooth(evidence, whole), **place, shape=kept_shape)
        p = _by_detail(p, luma, evidence)
        # Odd last rows that were left out of a level are still in the blocks of the guide.
        guide = guide[: kept_shape[0], : kept_shape[1]]
        p = follow_edges(p, guide, EDGE_RADIUS, self.edge).clip(1e-4, 1)
        reach = POOLED / self.stride
        parameters = {
            code: at_pixels(
                weighted_mean(found, evidence.weights[code], reach),
                **place,
                shape=kept_shape,
            )
            for code, found in evidence.parameters.items()
        }
        return LevelMap(p, parameters)

    def predict(self, images: Iterable[ArrayLike]) -> list[NDArray[np.floating]]:
        """Types and parameters at every pixel of photographs.

        Parameters
        ----------
        images : iterable of array-like, (H, W) or (H, W, channels)
            Photographs of any size, at least as large as a window.

        Returns
        -------
        list of ndarray of shape (H, W, 3)
            Of each, ``(type, size, angle)`` at every pixel; -1 where it is undecided.
        """
        found = (self.estimate(im, channel_axis=colours_of(im)) for im in images)
        return [np.dstack([each.type_code, each.size, each.angle]) for each in found]

    def _smooth(self, evidence, whole):
        """Probabilities on the grid of windows, each with its neighbours' evidence."""
        reach = POOLED / self.stride
        log_p = pool_evidence(evidence.log_p, evidence.telling, reach)
        pooled = _with_all_types(log_p, self.classes_)
        pooled *= self.evidence_ * self._n_apart(reach)
        if whole is not None:
            pooled = with_whole(pooled, whole)
        return mean_field(pooled, self.agreement)

    def _n_apart(self, reach):
        """Windows of a neighbourhood, as many as do not overlap by more than half."""
        pooled = max(4 * np.pi * reach**2, 1)
        return max(pooled * (self.stride / (WINDOW / 2)) ** 2, 1)

    def _learn_evidence(self, images, y):
        """What a window counts, by the neighbourhoods of photographs."""
        reach, means, columns = POOLED / self.stride, [], []
        for luma, target in zip(images, y, strict=True):
            if min(luma.shape) < WINDOW or target[0] not in self.classes_:
                continue
            luma = np.asarray(luma, np.float32)
            seen = local_evidence(luma, self.model_, WINDOW, self.stride)
            log_p = pool_evidence(seen.log_p, seen.telling, reach)[seen.telling]
            means.append(log_p)
            columns.append(np.full(len(log_p), np.searchsorted(self.classes_, target[0])))
        if not means or not sum(map(len, means)):
            return EVIDENCE
        whole = learn_evidence(np.concatenate(means), np.concatenate(columns))
        return whole / self._n_apart(reach)


def _shared(report, sizes):
    """One report for each level, of the share of all work."""
    total, before = sum(sizes), np.cumsum([0, *sizes])
    if report is None:
        return [None] * len(sizes)
    return [
        lambda share, start=start, size=size: report((start + share * size) / total)
        for start, size in zip(before, sizes, strict=False)
    ]


def _by_detail(p, luma, evidence):
    """Probabilities (rows, columns, n_types) at kept pixels, with what detail says.

    Less what grain, which looks like detail, has made windows say.
    """
    centres = tuple(
        (evidence.first + evidence.stride * np.arange(n)) // KEPT
        for n in evidence.telling.shape
    )
    sharp = p[..., NONE.code].clip(1e-4, 1 - 1e-4)
    odds = with_detail(logit(sharp), log_detail(luma, KEPT), centres, evidence.telling)
    odds -= grain_log_odds(luma)
    joined = expit(odds)[..., None].astype(np.float32)
    p = p * ((1 - joined) / (1 - sharp[..., None]))
    p[..., NONE.code] = joined[..., 0]
    return p


def _n_halves(window):
    """How often the picture is to be halved for windows of 64 pixels to be so large."""
    n = np.log2(window / WINDOW) if isinstance(window, Integral) and window > 0 else -1
    if n < 0 or n % 1:
        msg = f"window must be 64, 128, 256 and so on, or 'auto', got {window!r}"
        raise ValueError(msg)
    return int(n)


def _with_all_types(log_p, classes):
    """With a column for each type, also for those that the model does not know."""
    known = [kind.code for kind in blur_types()]
    columns = np.full((*log_p.shape[:2], len(known)), log_p.min() - 10, np.float32)
    columns[..., np.searchsorted(known, classes)] = log_p
    return columns
