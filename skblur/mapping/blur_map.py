"""blur_map: the blur at every pixel of one photograph."""

from collections.abc import Callable
from copy import copy
from numbers import Integral
from typing import Literal

from numpy.typing import ArrayLike

from ..estimation.base import BasePhotoEstimator
from ..estimation.blur_estimate import BlurEstimate
from ..models.pretrained import shipped_model
from ..spectra.windows import WINDOW
from .map import BlurMap
from .map_estimator import BlurMapEstimator

__all__ = ["blur_map"]


def blur_map(
    image: ArrayLike,
    *,
    channel_axis: int | None = None,
    window: int | Literal["auto"] = "auto",
    stride: int = 16,
    whole: BlurEstimate | None = None,
    model: BlurMapEstimator | None = None,
    report: Callable[[float], object] | None = None,
) -> BlurMap:
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
        Axis of the colours of a colour image. Its luma tells the blur, its colours where a
        region ends; an alpha channel is ignored. None is a grey image.

    window : "auto" or int, default="auto"
        Rows and columns of a window: 64, 128, 256, ... Large ones find wide blurs and are
        quick, small ones see small regions. ``"auto"`` takes several: the smallest as for
        `estimate_blur`, which looks at a large photograph made smaller, to at most 1024
        pixels, and larger ones where the blur is too wide for these.

    stride : int, default=16
        Pixels from one window to the next, for a window of 64, and in proportion for
        larger ones. Half the stride is four times the work.

    whole : BlurEstimate, default=None
        What `estimate_blur` found of the whole photograph: if that is not sharp, no large
        part of it is, and most of its parts have its blur. None asks
        ``load_pretrained("photo")``.

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
    TypeError
        If the image is a path, `whole` no `BlurEstimate`, or `model` no estimator of maps.
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, or is smaller
        than a window; if `window` or `stride` is not as above.

    See Also
    --------
    BlurMapEstimator : The estimator behind it, to be trained and tuned.
    estimate_blur : One answer for the whole photograph, and a more exact one.

    Notes
    -----
    A picture of less than 128 pixels a side has room for next to no windows that do not
    overlap: its map has one answer for all of it, and is surer than it should be. Whether
    so small a picture tells its blur says `estimate_blur`.

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
    if not isinstance(stride, Integral) or not 1 <= stride <= WINDOW:
        raise ValueError(f"stride must be an integer from 1 to {WINDOW}, got {stride!r}")
    model = shipped_model("window64") if model is None else model
    # One's own may be of any class; what judges whole photographs makes no maps.
    if isinstance(model, BasePhotoEstimator) or not hasattr(model, "estimate"):
        got = type(model).__name__
        raise TypeError(f"model must be a fitted BlurMapEstimator or None, got a {got}")
    # A shallow copy: the shipped object is everybody's.
    asked = copy(model).set_params(window=window, stride=stride)
    if whole is None:
        photographs = shipped_model("photo")
        whole = photographs.estimate(image, channel_axis=channel_axis, free_psf=False)
    return asked.estimate(image, channel_axis=channel_axis, whole=whole, report=report)
