"""Gaussian blur: of the air, of most resampling, of a lens slightly out of focus."""

import numpy as np
from numpy.typing import NDArray

from .blur_type import BlurType, Parameter
from .psf import check_number

__all__ = ["gaussian_psf"]


def gaussian_psf(sigma: float) -> NDArray[np.float64]:
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
    sigma = check_number(sigma, "sigma")
    half = int(np.ceil(3 * sigma))
    x = np.arange(-half, half + 1)
    line = np.exp(-0.5 * (x / sigma) ** 2) if half else np.ones(1)
    line /= line.sum()
    return np.outer(line, line)


GAUSSIAN = BlurType(
    code=1,
    name="gaussian",
    meaning="a soft lens, resampling or the air",
    psf=gaussian_psf,
    parameters=(
        Parameter(
            name="sigma",
            unit="px",
            meaning="standard deviation",
            paper=(1.0, 5.0),
            photo=(0.6, 8.0),
            trained=(0.5, 7.0),
            least=0.4,
        ),
    ),
    symmetry="round",
    separable=True,
    colour=(0.0, 0.33, 0.65),
)
