"""estimate_psf: a PSF of no assumed form from one photograph."""

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..blurs.psf import check_number
from ..images.channels import as_luma
from ..images.light import to_light
from ..threads import one_blas_thread
from .free_psf.search import find_psf

__all__ = ["estimate_psf"]

# Rows and columns that a photograph has to have, and the standard deviation.
LEAST_SIDE, LEAST_STD = 32, 0.005


@one_blas_thread
def estimate_psf(
    image: ArrayLike,
    *,
    side: int | None = None,
    gamma: float = 1.0,
    channel_axis: int | None = None,
) -> NDArray[np.float64]:
    """Find a PSF of no assumed form in one photograph.

    Use it where a hand shook or something moved, and the blur has no simple form: no
    model of the path is assumed. Where the blur is a straight motion, a disc or a Gaussian,
    `estimate_blur` is quicker and more exact, and says how sure it is.

    Parameters
    ----------
    image : array-like of shape (H, W), or with a channel axis
        bool, uint8, uint16, or floats in [0, 1], at least 32 x 32 pixels. Of a large
        photograph the part with the most edges in all directions is looked at.

    side : int, default=None
        Most rows and columns that the PSF can have, odd. None tries several and takes the
        best; up to 49, and up to 73 in a photograph of at least 876 pixels a side.

    gamma : float, default=1.0
        Power of the tone curve, as of `skblur.camera.Camera`: 2.4 (sRGB) looks for the PSF
        in linear light, where a camera blurs; 1.0 in the values of the picture.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image, which is reduced to luma. None is a grey
        image.

    Returns
    -------
    ndarray of shape (side, side)
        Non-negative, of sum 1, float64; its centre of mass is on the middle pixel. Where
        in the frame a blur puts the picture cannot be known, nor whether both are upside
        down, but for what pictures are like.

    Raises
    ------
    TypeError
        If the image is a path.
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, is too small or
        flat, or `side` is not an odd integer from 3 to the image's shorter side.

    See Also
    --------
    estimate_blur : Names the blur first.
    psf_from_pair : Where the sharp picture is there too.

    Notes
    -----
    Picture and PSF are found by turns (see ``skblur.estimation.free_psf``). It can fail:
    `deblur` looks at what comes of it before it gives a picture back.

    References
    ----------
    Xu, Zheng and Jia, "Unnatural L0 sparse representation for natural image deblurring",
    CVPR 2013.

    Anger, Facciolo and Delbracio, "Blind image deblurring using the l0 gradient prior",
    Image Processing On Line 9, 2019.

    Examples
    --------
    >>> from scipy.signal import fftconvolve
    >>> from skimage.data import camera
    >>> from skblur import estimate_psf
    >>> from skblur.blurs.shake import bowed_psf
    >>> path = bowed_psf(15, 30, random_state=0)
    >>> seen = fftconvolve(camera()[100:300, 150:400] / 255, path, mode="valid").clip(0, 1)
    >>> found = estimate_psf(seen)
    >>> bool(fftconvolve(found, path[::-1, ::-1]).max() > 0.7 * (path**2).sum())
    True
    """
    if side is not None and not (isinstance(side, Integral) and side >= 3 and side % 2):
        raise ValueError(f"side must be an odd integer of at least 3, got {side!r}")
    gamma = check_number(gamma, "gamma", low=1)
    luma = as_luma(image, channel_axis).astype(np.float32)
    if min(luma.shape) < LEAST_SIDE:
        msg = f"image must be at least {LEAST_SIDE} x {LEAST_SIDE} pixels, got {luma.shape}"
        raise ValueError(msg)
    if side is not None and side > min(luma.shape):
        msg = f"side must be at most that of the image, {luma.shape}, got {side}"
        raise ValueError(msg)
    if luma.std() < LEAST_STD:
        raise ValueError("image must show something: almost all of it has the same value")
    psf = find_psf(to_light(luma, gamma), side).psf.astype(np.float64)
    return psf / psf.sum()
