"""blur_map: the blur at every pixel of a photograph."""

from functools import cache
from numbers import Integral

import numpy as np

from .images import as_luma
from .local import local_evidence
from .mapped import BlurMap
from .persistence import load_pretrained
from .pyramid import halve
from .smoothing import (
    follow_edges,
    mean_field,
    pool_evidence,
    shrink,
    to_picture,
    weighted_mean,
)
from .targets import BLUR_TYPES
from .welch import WINDOW

__all__ = ["blur_map"]

# Deviation of the neighbourhood whose evidence is pooled, in pixels.
POOLED = 24.0
# How many windows one counts as: they overlap.
WITNESSES = 0.1
# Gain in log probability where all neighbours are of one type.
AGREEMENT = 1.0
# The map is kept at every so many pixels, and follows edges at this resolution.
KEPT = 4
# Side of what is looked at around a pixel to follow edges, in kept pixels, and the edge,
# in full scales, from which on they count.
EDGE_RADIUS, EDGE = 10, 0.1


def blur_map(image, *, channel_axis=None, window=64, stride=16, model=None, report=None):
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

    model : BlurTypeThenParamPipeline, default=None
        A fitted model of the spectra of windows to use in place of
        ``load_pretrained("window64")``.

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
    n_halves = _check_options(window, stride)
    luma = as_luma(image, channel_axis).astype(np.float32)
    shape = luma.shape
    if min(shape) < window:
        msg = f"image must be at least {window} x {window} pixels, got {shape}"
        raise ValueError(msg)
    for _ in range(n_halves):
        luma = halve(luma)
    model = _shipped_model() if model is None else model
    evidence = local_evidence(luma, model, WINDOW, stride, report)
    reach = POOLED / stride
    pooled = _by_code(pool_evidence(evidence.log_p, evidence.telling, reach), model)
    p = mean_field(pooled * _witnesses(stride, reach), AGREEMENT)
    kept_shape = [-(-side // KEPT) for side in luma.shape]
    place = {"first": (evidence.first - KEPT / 2) / KEPT, "stride": stride / KEPT}
    p = to_picture(p, **place, shape=kept_shape)
    p = follow_edges(p, shrink(luma, KEPT), EDGE_RADIUS, EDGE).clip(1e-4, 1)
    scale = 2**n_halves
    parameters = {}
    for code, found in evidence.parameters.items():
        smooth = weighted_mean(found, evidence.weights[code], reach)
        smooth[..., 0] *= scale
        parameters[code] = to_picture(smooth, **place, shape=kept_shape)
    kept = KEPT * scale
    return BlurMap(shape, p, parameters, first=(kept - 1) / 2, stride=kept)


@cache
def _shipped_model():
    return load_pretrained("window64")


def _check_options(window, stride):
    """How often the picture is to be halved."""
    n_halves = (
        np.log2(window / WINDOW) if isinstance(window, Integral) and window > 0 else -1
    )
    if n_halves < 0 or n_halves % 1:
        raise ValueError(f"window must be 64, 128, 256 and so on, got {window!r}")
    if not isinstance(stride, Integral) or not 1 <= stride <= WINDOW:
        raise ValueError(f"stride must be an integer from 1 to {WINDOW}, got {stride!r}")
    return int(n_halves)


def _by_code(log_p, model):
    """With a column for each type, also for those that the model does not know."""
    columns = np.full((*log_p.shape[:2], len(BLUR_TYPES)), log_p.min() - 10, np.float32)
    columns[..., model.classes_.astype(int)] = log_p
    return columns


def _witnesses(stride, reach):
    """For how many windows a neighbourhood stands: as many as do not overlap by half."""
    pooled = max(4 * np.pi * reach**2, 1)
    return WITNESSES * max(pooled * (stride / (WINDOW / 2)) ** 2, 1)
