"""What all PSFs share: their checks, their Fourier transform, their grid.

A PSF is a square array of odd side, centred on the middle pixel, non-negative, of sum one.
Lengths and radii are in pixels and never rounded; angles are in degrees from the +x axis,
counter-clockwise as seen on screen (rows grow downward).
"""

from numbers import Real

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

__all__ = ["check_psf", "psf_to_otf"]


def check_psf(psf: ArrayLike, name: str = "psf") -> NDArray[np.floating]:
    """Validate a PSF that came from outside, and return a normalised copy.

    Parameters
    ----------
    psf : array-like of shape (rows, columns)
        Both sides odd. Non-negative and finite, with a positive sum.

    name : str, default="psf"
        What to call it in an error message.

    Returns
    -------
    ndarray of shape (side, side)
        A copy of sum one, padded with zeros to a square; float32 stays float32,
        anything else becomes float64.

    Raises
    ------
    ValueError
        If the array is not two-dimensional, has an even side (no middle pixel), holds
        a negative or a non-finite value, or sums to zero.

    Examples
    --------
    >>> from skblur import check_psf
    >>> check_psf([[1, 2, 1]])
    array([[0.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25],
           [0.  , 0.  , 0.  ]])
    """
    psf = np.asarray(psf)
    if psf.dtype != np.float32:
        psf = psf.astype(np.float64)
    if psf.ndim != 2:
        raise ValueError(f"{name} must be a 2-D array, got {psf.ndim} dimension(s)")
    if not all(side % 2 for side in psf.shape):
        msg = f"{name} must have odd sides, got {psf.shape}: pad or crop it to centre it"
        raise ValueError(msg)
    if not np.isfinite(psf).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity in it")
    if psf.min() < 0:
        msg = f"{name} must be non-negative, got a minimum of {psf.min():g}"
        raise ValueError(msg)
    total = psf.sum(dtype=np.float64)
    if total == 0:
        raise ValueError(f"{name} must have a positive sum, got zeros only")
    side = max(psf.shape)
    psf = np.pad(psf, [((side - n) // 2,) * 2 for n in psf.shape])
    return (psf / total).astype(psf.dtype)


def check_psfs(psfs):
    """`check_psf` of one, or of an array (n_down, n_across, rows, columns) of them."""
    psfs = np.asarray(psfs)
    if psfs.ndim != 4 or not psfs.size:
        return check_psf(psfs)
    return np.array([[check_psf(psf) for psf in row] for row in psfs])


def psf_to_otf(
    psf: ArrayLike, shape: tuple[int, int], *, half: bool = False
) -> NDArray[np.complexfloating]:
    """Optical transfer function: the Fourier transform of a centred PSF.

    Parameters
    ----------
    psf : array-like of shape (rows, columns)
        Anything that `check_psf` takes; centred on its middle pixel.

    shape : tuple of (int, int)
        Shape of the picture it will multiply; at least that of the PSF.

    half : bool, default=False
        Only the non-negative horizontal frequencies, as `scipy.fft.rfft2` has them.

    Returns
    -------
    complex ndarray of shape `shape`, or (rows, columns // 2 + 1) if `half`
        With the zero frequency first. Multiplying a picture's spectrum by it blurs the
        picture, which wraps around, without moving it.

    Raises
    ------
    ValueError
        If the PSF is not valid or larger than `shape`.

    Examples
    --------
    >>> from skblur import defocus_psf, psf_to_otf
    >>> otf = psf_to_otf(defocus_psf(3), (32, 32))
    >>> otf.shape, round(float(otf[0, 0].real), 6)
    ((32, 32), 1.0)
    """
    psf = check_psf(psf)
    if psf.shape[0] > shape[0] or psf.shape[1] > shape[1]:
        msg = f"psf must fit into shape {tuple(shape)}, got {psf.shape}: crop it first"
        raise ValueError(msg)
    transform = scipy.fft.rfft2 if half else scipy.fft.fft2
    return transform(_centre_at_origin(psf, shape))


def _centre_at_origin(psf, shape):
    """Zero-padded to `shape`, the middle pixel moved to index (0, 0)."""
    padded = np.zeros(shape, psf.dtype)
    padded[: psf.shape[0], : psf.shape[1]] = psf
    return np.roll(padded, (-(psf.shape[0] // 2), -(psf.shape[1] // 2)), axis=(0, 1))


def check_number(value, name, low=0):
    if not isinstance(value, Real) or not np.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if low is not None and value < low:
        raise ValueError(f"{name} must be at least {low}, got {value!r}")
    return float(value)


def half_side(reach):
    """Pixels on each side of the middle one that a shape of this reach can touch."""
    return max(int(np.ceil(reach - 0.5)), 0)
