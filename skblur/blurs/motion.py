"""Motion blur: a camera or an object that moves at constant speed."""

import numpy as np
from numpy.typing import NDArray

from .blur_type import BlurType, Parameter
from .psf import check_number, half_side
from .shake import shaken_psf

__all__ = ["motion_psf"]


def motion_psf(length: float, angle: float = 0.0) -> NDArray[np.float64]:
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
    length = check_number(length, "length")
    angle = np.deg2rad(check_number(angle, "angle", low=None))
    along_x, along_y = np.cos(angle), -np.sin(angle)
    half = half_side(length / 2 * max(abs(along_x), abs(along_y)))
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


def _crossing(pixel, direction):
    """Where the line ``t * direction`` enters and leaves each pixel's slab."""
    # A line that runs along the slab never leaves it; it must not divide by zero.
    step = max(abs(direction), 1e-12)
    pixel = pixel * (1 if direction > 0 else -1)
    return (pixel - 0.5) / step, (pixel + 0.5) / step


def _lens_otf(down, across, length, angle):
    """A segment's transform is a sinc of the frequency along it."""
    turn = np.deg2rad(angle)
    return np.sinc(length * (across * np.cos(turn) - down * np.sin(turn)))


def _indistinct(length, angle):
    """The axis, if the motion stays within one row or column of pixels around it.

    There is nothing in the picture then that would tell its angle from that of the axis.
    """
    axis = 90.0 * round(angle / 90) % 180
    widest = np.rad2deg(np.arcsin(min(1 / length, 1)))
    return axis, widest


MOTION = BlurType(
    code=2,
    name="motion",
    meaning="a camera or an object that moved",
    psf=motion_psf,
    parameters=(
        Parameter(
            name="length",
            unit="px",
            meaning="length",
            paper=(5.0, 20.0),
            photo=(3.0, 40.0),
            trained=(2.5, 28.0),
            least=2.0,
        ),
        Parameter(
            name="angle",
            unit="deg",
            meaning="direction from the x axis, counter-clockwise",
            column="angle",
            period=180.0,
        ),
    ),
    has_zeros=True,
    lens_otf=_lens_otf,
    indistinct=_indistinct,
    drawn_psf=shaken_psf,
    colour=(0.84, 0.37, 0.0),
)
