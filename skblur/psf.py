"""Point spread functions of the three blurs, exact for real-valued parameters.

All follow one convention: a square array of odd side, centred on the middle pixel,
non-negative, of sum one. Lengths and radii are in pixels and never rounded; angles are
in degrees from the +x axis, counter-clockwise as seen on screen (rows grow downward).
"""

from numbers import Real

import numpy as np
import scipy.fft

__all__ = ["check_psf", "defocus_psf", "gaussian_psf", "motion_psf", "psf_to_otf"]


def gaussian_psf(sigma):
    """Gaussian sampled at the pixel centres on [-3 sigma, 3 sigma].

    Use it for atmospheric blur, for the blur of most resampling filters and for a
    slightly misfocused lens of soft aperture.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, at least 0; 0 is the unit impulse.

    Returns
    -------
    ndarray of shape (side, side)
        ``exp(-(x^2 + y^2) / (2 sigma^2))``, divided by its sum; the side is
        ``2 ceil(3 sigma) + 1``.

    Raises
    ------
    ValueError
        If `sigma` is negative or not finite.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, eq. 2.

    Examples
    --------
    >>> from skblur import gaussian_psf
    >>> gaussian_psf(0.5).round(3)[1:4, 1:4]
    array([[0.011, 0.084, 0.011],
           [0.084, 0.619, 0.084],
           [0.011, 0.084, 0.011]])
    """
    sigma = _check_number(sigma, "sigma")
    half = int(np.ceil(3 * sigma))
    x = np.arange(-half, half + 1)
    line = np.exp(-0.5 * (x / sigma) ** 2) if half else np.ones(1)
    line /= line.sum()
    return np.outer(line, line)


def motion_psf(length, angle=0.0):
    """Straight segment of uniform motion through the centre of the middle pixel.

    Use it for a camera or an object that moves at constant speed during the exposure.

    Parameters
    ----------
    length : float
        Length of the segment in pixels, at least 0; 0 is the unit impulse.

    angle : float, default=0.0
        Direction in degrees from the +x axis, counter-clockwise as seen on screen.
        Undirected: `angle` and ``angle + 180`` give the same array.

    Returns
    -------
    ndarray of shape (side, side)
        The weight of a pixel is the length of the segment inside its unit square,
        divided by `length`.

    Raises
    ------
    ValueError
        If `length` is negative, or either number is not finite.

    References
    ----------
    Yan and Shao 2016, eq. 3 (there on the rounded grid; here exact).

    Examples
    --------
    >>> from skblur import motion_psf
    >>> motion_psf(3, 0)
    array([[0.        , 0.        , 0.        ],
           [0.33333333, 0.33333333, 0.33333333],
           [0.        , 0.        , 0.        ]])
    """
    length = _check_number(length, "length")
    angle = np.deg2rad(_check_number(angle, "angle", low=None))
    along_x, along_y = np.cos(angle), -np.sin(angle)
    half = _half_side(length / 2 * max(abs(along_x), abs(along_y)))
    if half == 0:
        return np.ones((1, 1))
    pixel = np.arange(-half, half + 1)
    enter_x, leave_x = _crossing(pixel, along_x)
    enter_y, leave_y = _crossing(pixel, along_y)
    enter = np.maximum(np.maximum(enter_x, enter_y[:, None]), -length / 2)
    leave = np.minimum(np.minimum(leave_x, leave_y[:, None]), length / 2)
    weight = leave - enter
    # A segment that only touches a corner is not in that pixel, whatever rounding says.
    weight[weight < 1e-12] = 0
    return weight / weight.sum()


def defocus_psf(radius):
    """Disc of uniform light: the geometric image of a point out of focus.

    Parameters
    ----------
    radius : float
        Radius in pixels, at least 0; up to 0.5 the disc lies inside the middle pixel
        and the answer is the unit impulse.

    Returns
    -------
    ndarray of shape (side, side)
        The weight of a pixel is the area of its unit square inside the disc, divided
        by ``pi radius^2``.

    Raises
    ------
    ValueError
        If `radius` is negative or not finite.

    References
    ----------
    Yan and Shao 2016, eq. 4 (there on the rounded grid; here exact).

    Examples
    --------
    >>> from skblur import defocus_psf
    >>> defocus_psf(1).round(4)
    array([[0.0251, 0.1453, 0.0251],
           [0.1453, 0.3183, 0.1453],
           [0.0251, 0.1453, 0.0251]])
    """
    radius = _check_number(radius, "radius")
    half = _half_side(radius)
    if half == 0:
        return np.ones((1, 1))
    border = np.arange(-half, half + 2) - 0.5
    corner = _disc_area(np.abs(border)[:, None], np.abs(border), radius)
    corner *= np.sign(border)[:, None] * np.sign(border)
    area = np.maximum(np.diff(np.diff(corner, axis=0), axis=1), 0)
    return area / area.sum()


def check_psf(psf, name="psf"):
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


def psf_to_otf(psf, shape, *, half=False):
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


def _check_number(value, name, low=0):
    if not isinstance(value, Real) or not np.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if low is not None and value < low:
        raise ValueError(f"{name} must be at least {low}, got {value!r}")
    return float(value)


def _half_side(reach):
    """Pixels on each side of the middle one that a shape of this reach can touch."""
    return max(int(np.ceil(reach - 0.5)), 0)


def _crossing(pixel, direction):
    """Where the line ``t * direction`` enters and leaves each pixel's slab."""
    # A line that runs along the slab never leaves it; it must not divide by zero.
    step = max(abs(direction), 1e-12)
    pixel = pixel * (1 if direction > 0 else -1)
    return (pixel - 0.5) / step, (pixel + 0.5) / step


def _disc_area(x, y, radius):
    """Area of the disc inside the rectangle [0, x] x [0, y], in closed form."""
    x, y = np.minimum(x, radius), np.minimum(y, radius)
    # The circle comes down to the height y at x = edge; left of it the strip is full.
    edge = np.minimum(_circle(y, radius), x)
    return edge * y + _under_arc(x, radius) - _under_arc(edge, radius)


def _under_arc(x, radius):
    """Integral of ``sqrt(radius^2 - t^2)`` over [0, x]."""
    sector = radius**2 * np.arcsin(np.minimum(x / radius, 1))
    return 0.5 * (x * _circle(x, radius) + sector)


def _circle(x, radius):
    # Factored, so that rounding never makes it negative at x = radius.
    return np.sqrt((radius - x) * (radius + x))
