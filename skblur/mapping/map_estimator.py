"""BlurMapEstimator, and blur_map: the blur at every pixel of a photograph."""

from copy import copy
from numbers import Integral, Real

import numpy as np
from sklearn.base import _fit_context, clone
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from ..blurs.types import blur_types
from ..estimation.base import ImagesEstimator, colours_of
from ..estimation.learning import Rows
from ..estimation.pooling import learn_trust
from ..images.channels import as_luma, luma_of
from ..images.scale import block_means, halve
from ..models.pretrained import shipped_model
from ..pipeline.recipes import spectrum_model
from ..spectra.windows import WINDOW
from .blur_map import BlurMap
from .evidence import local_evidence
from .smoothing import at_pixels, follow_edges, mean_field, pool_evidence, weighted_mean

__all__ = ["BlurMapEstimator", "blur_map"]

# Deviation of the neighbourhood whose evidence is pooled, in pixels.
POOLED = 24.0
# What a window that does not overlap others by half counts as a witness, if it has not been
# learned.
EVIDENCE = 0.1
# The map is kept at every so many pixels, and follows edges at this resolution.
KEPT = 4
# Side of what is looked at around a pixel to follow edges, in kept pixels.
EDGE_RADIUS = 10


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

    window : int, default=64
        Rows and columns of a window: 64, 128, 256, ... Large ones find wide blurs and are
        quick, small ones see small regions.

    stride : int, default=16
        Pixels from one window to the next, for a window of 64, and in proportion for
        larger ones. Half the stride is four times the work.

    agreement : float, default=1.0
        Gain in log probability where all neighbours are of one type.

    edge : float, default=0.1
        From which contrast on, in full scales, an edge of the picture may be a border.

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
        "window": [Interval(Integral, WINDOW, None, closed="left")],
        "stride": [Interval(Integral, 1, WINDOW, closed="both")],
        "agreement": [Interval(Real, 0, None, closed="left")],
        "edge": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        model=None,
        *,
        window=WINDOW,
        stride=16,
        agreement=1.0,
        edge=0.1,
        random_state=None,
    ):
        self.model = model
        self.window = window
        self.stride = stride
        self.agreement = agreement
        self.edge = edge
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, images, y, groups=None):
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

    def fit_rows(self, rows, images=(), y=()):
        """As `fit`, from what has been seen of photographs or windows.

        Parameters
        ----------
        rows : Rows
            Spectra and targets, as `skblur.estimation.learning.Rows.of` gives them.

        images : sequence of ndarray, default=()
            Lumas of photographs that are not among the rows, to learn what a window counts.

        y : array-like of shape (n_images, 3), default=()
            Their targets.

        Returns
        -------
        self : BlurMapEstimator
            The fitted estimator.
        """
        held = rows.held_out()
        model = self.model
        if model is None:
            model = spectrum_model(random_state=self.random_state)
        self.model_ = clone(model).fit(*rows.take(~held).as_training())
        self.classes_ = self.model_.classes_
        X, targets = rows.take(held).of_level(0)
        if len(targets) and hasattr(self.model_, "calibrate"):
            self.model_.calibrate(X, targets)
        self.evidence_ = self._learn_evidence(images, y)
        return self

    def estimate(self, image, *, channel_axis=None, report=None):
        """Map the blur of one photograph.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            bool, uint8, uint16, or floats in [0, 1]; at least as large as a window.

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        report : callable, default=None
            Called with the share of the work that is done, from 0 to 1.

        Returns
        -------
        BlurMap
            Types, sizes, angles and probabilities on the grid of the picture's pixels.

        Raises
        ------
        ValueError
            If the image is smaller than a window, or no image.
        """
        check_is_fitted(self)
        n_halves = _n_halves(self.window)
        luma = as_luma(image, channel_axis).astype(np.float32)
        shape = luma.shape
        if min(shape) < self.window:
            msg = (
                f"image must be at least {self.window} x {self.window} pixels, got {shape}"
            )
            raise ValueError(msg)
        for _ in range(n_halves):
            luma = halve(luma)
        evidence = local_evidence(luma, self.model_, WINDOW, self.stride, report)
        p = self._smooth(evidence)
        kept_shape = [-(-side // KEPT) for side in luma.shape]
        place = {"first": (evidence.first - KEPT / 2) / KEPT, "stride": self.stride / KEPT}
        p = at_pixels(p, **place, shape=kept_shape)
        p = follow_edges(p, block_means(luma, KEPT), EDGE_RADIUS, self.edge).clip(1e-4, 1)
        scale = 2**n_halves
        parameters = {}
        for code, found in evidence.parameters.items():
            smooth = weighted_mean(found, evidence.weights[code], POOLED / self.stride)
            smooth[..., 0] *= scale
            parameters[code] = at_pixels(smooth, **place, shape=kept_shape)
        kept = KEPT * scale
        return BlurMap(shape, p, parameters, first=(kept - 1) / 2, stride=kept)

    def predict(self, images):
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

    def _smooth(self, evidence):
        """Probabilities on the grid of windows, each with its neighbours' evidence."""
        reach = POOLED / self.stride
        log_p = pool_evidence(evidence.log_p, evidence.telling, reach)
        pooled = _with_all_types(log_p, self.classes_)
        return mean_field(pooled * (self.evidence_ * self._n_apart(reach)), self.agreement)

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
        _, whole = learn_trust(np.concatenate(means)[:, None], np.concatenate(columns))
        return whole / self._n_apart(reach)


def blur_map(
    image, *, channel_axis=None, window=WINDOW, stride=16, model=None, report=None
):
    """Name the blur at every pixel of a photograph and estimate its parameters.

    Use it where the blur differs across the photograph: an object that moved, a
    background out of focus. Windows all over it are judged one by one; their evidence is
    pooled with that of their neighbours, of which one type is expected, and the borders
    of the regions follow the picture's edges.

    Parameters
    ----------
    image : array-like of shape (H, W), or with a channel axis
        bool, uint8, uint16, or floats in [0, 1]; at least as large as a window.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image, which is reduced to luma; an alpha channel
        is ignored. None is a grey image.

    window : int, default=64
        Rows and columns of a window: 64, 128, 256, ... Large ones find wide blurs and are
        quick, small ones see small regions.

    stride : int, default=16
        Pixels from one window to the next, for a window of 64, and in proportion for
        larger ones. Half the stride is four times the work.

    model : BlurMapEstimator, default=None
        A fitted estimator to use in place of ``load_pretrained("window64")``.

    report : callable, default=None
        Called with the share of the work that is done, from 0 to 1.

    Returns
    -------
    BlurMap
        Types, sizes, angles and probabilities on the grid of the picture's pixels.

    Raises
    ------
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, or is smaller
        than a window; if `window` or `stride` is not as above.

    See Also
    --------
    BlurMapEstimator : The estimator behind it, to be trained and tuned.
    estimate_blur : One answer for the whole photograph, and a more exact one.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.ndimage import gaussian_filter
    >>> from skimage.data import camera
    >>> from skblur import blur_map
    >>> picture = camera() / 255
    >>> picture[:, 256:] = gaussian_filter(picture, 3)[:, 256:]
    >>> found = blur_map(picture)
    >>> bool((found.type_code[100:400, 350:450] == 1).mean() > 0.5)
    True
    """
    _n_halves(window)
    if not isinstance(stride, Integral) or not 1 <= stride <= WINDOW:
        raise ValueError(f"stride must be an integer from 1 to {WINDOW}, got {stride!r}")
    model = shipped_model("window64") if model is None else model
    # A shallow copy: the shipped object is everybody's.
    asked = copy(model).set_params(window=window, stride=stride)
    return asked.estimate(image, channel_axis=channel_axis, report=report)


def _n_halves(window):
    """How often the picture is to be halved for windows of 64 pixels to be so large."""
    n_halves = (
        np.log2(window / WINDOW) if isinstance(window, Integral) and window > 0 else -1
    )
    if n_halves < 0 or n_halves % 1:
        raise ValueError(f"window must be 64, 128, 256 and so on, got {window!r}")
    return int(n_halves)


def _with_all_types(log_p, classes):
    """With a column for each type, also for those that the model does not know."""
    known = [kind.code for kind in blur_types()]
    columns = np.full((*log_p.shape[:2], len(known)), log_p.min() - 10, np.float32)
    columns[..., np.searchsorted(known, classes)] = log_p
    return columns
