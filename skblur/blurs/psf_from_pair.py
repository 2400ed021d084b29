"""psf_from_pair: the PSF between a sharp and a blurred picture of the same scene."""

from numbers import Integral

import numpy as np
import scipy.linalg
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls
from sklearn.utils import check_random_state

from ..images.channels import as_luma

__all__ = ["psf_from_pair"]

# Pixels of the blurred picture for each pixel of the PSF; more hardly say more.
PIXELS_PER_UNKNOWN = 30
# Share of the mean curvature that is added to all, against directions the scene lacks.
RIDGE = 1e-9


def psf_from_pair(
    sharp: ArrayLike,
    blurred: ArrayLike,
    side: int = 31,
    *,
    channel_axis: int | None = None,
    random_state: int | np.random.RandomState | None = 0,
) -> NDArray[np.float64]:
    """The non-negative PSF that best explains a blurred picture by a sharp one.

    Use it to measure a blur where the same scene was taken twice, or where a program
    blurred a picture: the answer needs no model of the blur. Both have to be aligned to
    the pixel; a difference in exposure does not matter.

    Parameters
    ----------
    sharp : array-like of shape (H, W), or with a channel axis
        The sharp picture: bool, uint8, uint16, or floats in [0, 1].

    blurred : array-like, of the same shape or smaller by an even number of pixels
        The blurred one. A smaller one is taken to lie in the middle, as after a
        convolution where the PSF lies inside the picture.

    side : int, default=31
        Rows and columns of the PSF, odd.

    channel_axis : int or None, default=None
        Axis of the colours of colour images, which are reduced to luma.

    random_state : int, RandomState instance or None, default=0
        Draws the pixels that the fit is made to, where there are more than enough.

    Returns
    -------
    ndarray of shape (side, side)
        Non-negative, of sum 1.

    Raises
    ------
    TypeError
        If a picture is a path.
    ValueError
        If the shapes do not fit each other, `side` is not an odd integer, the pictures are
        too small for it, or nothing in them varies.

    See Also
    --------
    estimate_blur : Without the sharp picture.

    Notes
    -----
    Least squares under the constraint of no negative values (Lawson and Hanson) over
    pixels whose neighbourhood lies in the picture; nothing is assumed outside of it.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.signal import convolve2d
    >>> from skblur import motion_psf
    >>> from skblur import psf_from_pair
    >>> sharp = np.random.default_rng(0).random((60, 80))
    >>> blurred = convolve2d(sharp, motion_psf(5, 30), mode="valid")
    >>> found = psf_from_pair(sharp, blurred, 5)
    >>> bool(np.abs(found - motion_psf(5, 30)).max() < 1e-6)
    True
    """
    if not isinstance(side, Integral) or side < 1 or side % 2 == 0:
        raise ValueError(f"side must be an odd integer of at least 1, got {side!r}")
    sharp = as_luma(sharp, channel_axis, "sharp").astype(np.float64)
    blurred = as_luma(blurred, channel_axis, "blurred").astype(np.float64)
    around, target = _aligned(sharp, blurred, side)
    rows = np.arange(target.size)
    wanted = PIXELS_PER_UNKNOWN * side**2
    if len(rows) > wanted:
        rows = check_random_state(random_state).choice(len(rows), wanted, replace=False)
    # A convolution turns the PSF around.
    X = around[np.unravel_index(rows, target.shape)][:, ::-1, ::-1].reshape(len(rows), -1)
    y = target.ravel()[rows]
    psf = _non_negative_fit(X - X.mean(axis=0), y - y.mean()).reshape(side, side)
    if not psf.sum() > 0:
        msg = (
            "sharp and blurred must show the same scene: no PSF leads from one to the other"
        )
        raise ValueError(msg)
    return psf / psf.sum()


def _aligned(sharp, blurred, side):
    """Neighbourhoods (rows, columns, side, side) in the sharp picture; their results."""
    less = np.subtract(sharp.shape, blurred.shape)
    if (less < 0).any() or (less % 2).any():
        msg = (
            "blurred must have the shape of sharp, or an even number of rows and columns "
            f"less, got {blurred.shape} and {sharp.shape}"
        )
        raise ValueError(msg)
    # Where a neighbourhood reaches beyond the sharp picture, or there is no result.
    margin = np.maximum(side // 2, less // 2)
    if (np.subtract(sharp.shape, 2 * margin) < 1).any():
        raise ValueError(f"sharp must be larger than side={side}, got {sharp.shape}")
    reach = margin - side // 2
    sharp = sharp[tuple(slice(m, n - m) for m, n in zip(reach, sharp.shape, strict=True))]
    cut = margin - less // 2
    blurred = blurred[
        tuple(slice(m, n - m) for m, n in zip(cut, blurred.shape, strict=True))
    ]
    return sliding_window_view(sharp, (side, side)), blurred


def _non_negative_fit(X, y):
    """Least squares by the triangular factor of the normal equations."""
    curvature = X.T @ X
    level = np.trace(curvature) / len(curvature)
    if not level > 0:
        raise ValueError("sharp must show something: all of it has the same value")
    curvature[np.diag_indices_from(curvature)] += RIDGE * level
    factor = scipy.linalg.cholesky(curvature)
    half = scipy.linalg.solve_triangular(factor, X.T @ y, trans="T")
    return nnls(factor, half)[0]
