"""Defocus blur: the disc that a lens out of focus makes of a point."""

import numpy as np
from numpy.typing import NDArray

from .blur_type import BlurType, Parameter
from .iris import iris_psf
from .psf import check_number, half_side

__all__ = ["defocus_psf"]


def defocus_psf(radius: float) -> NDArray[np.float64]:
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
    radius = check_number(radius, "radius")
    half = half_side(radius)
    if half == 0:
        return np.ones((1, 1))
    border = np.arange(-half, half + 2) - 0.5
    corner = _disc_area(np.abs(border)[:, None], np.abs(border), radius)
    corner *= np.sign(border)[:, None] * np.sign(border)
    area = np.maximum(np.diff(np.diff(corner, axis=0), axis=1), 0)
    return area / area.sum()


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


def _lens_otf(down, across, radius):
    """A disc's transform is Airy's amplitude."""
    from scipy.special import j1

    turns = 2 * np.pi * radius * np.hypot(down, across)
    # Its limit at zero is 1; the argument only must not be divided by.
    turns = np.maximum(turns, 1e-6)
    return 2 * j1(turns) / turns


DEFOCUS = BlurType(
    code=3,
    name="defocus",
    meaning="a lens out of focus",
    psf=defocus_psf,
    parameters=(
        Parameter(
            name="radius",
            unit="px",
            meaning="radius",
            paper=(2.0, 10.0),
            photo=(1.5, 16.0),
            trained=(1.2, 13.0),
            least=1.0,
        ),
    ),
    symmetry="round",
    has_zeros=True,
    lens_otf=_lens_otf,
    drawn_psf=iris_psf,
    colour=(0.1, 0.68, 0.5),
)
