"""Motion of a camera that turns about its axis: another PSF at every place of the frame."""

import numpy as np
from numpy.typing import NDArray

from .paths import extent, hand_path, on_main_axes, splat, wander
from .psf import check_number
from .shake import check_motion, rng_of

__all__ = ["turning_psfs"]

# A camera turns by up to so many lengths of the motion of the middle, at the corners.
MOST_TURN = 1.2
# Pixels by which the motions of neighbouring places may differ, and most places in a row.
NEAR, MOST_PLACES = 2.0, 9


def turning_psfs(
    length: float,
    angle: float = 0.0,
    turn: float | None = None,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float64]:
    """PSFs all over the frame of a camera that moves and turns, drawn at random.

    The middle moves as `hand_psf` says, and the camera turns about it in the same
    exposure, by an angle that wanders and trembles like the path and rests when it does.

    Parameters
    ----------
    length : float
        Extent along the main direction in pixels, in the middle, at least 0.

    angle : float, default=0.0
        That direction, in degrees from the +x axis, counter-clockwise as seen on screen.

    turn : float, default=None
        How far the turn alone moves the corners of the frame, in lengths of the motion of
        the middle, at least 0. None draws it, up to 1.2.

    random_state : int, RandomState instance or None, default=None
        Draws the path and the turn.

    Returns
    -------
    ndarray of shape (places, places, side, side)
        PSFs at equal distances from corner to corner of the frame, down and across, as
        many as it takes for neighbours to be alike; each non-negative, of sum 1, centred
        on the mean position.

    Raises
    ------
    ValueError
        If `length` or `turn` is negative, or a number is not finite.

    See Also
    --------
    skblur.camera.take_photo : Takes a photograph through them.
    skblur.datasets.make_blur_photos : Has cameras that turn among others.

    References
    ----------
    Whyte, Sivic, Zisserman and Ponce, "Non-uniform deblurring for shaken images",
    International Journal of Computer Vision 98(2), 2012.

    Examples
    --------
    >>> from skblur.blurs.turning import turning_psfs
    >>> turning_psfs(9, 30, 0.5, random_state=0).shape[:2]
    (5, 5)
    """
    length, angle = check_motion(length, angle)
    rng = rng_of(random_state)
    turn = rng.uniform(0, MOST_TURN) if turn is None else check_number(turn, "turn")
    x, y, weights = hand_path(length, angle, rng)
    turned = on_main_axes(wander(rng), weights)[:, 0]
    # At the corners, which are at a distance of 1 from the middle.
    turned *= turn * length / extent(turned, weights)
    # From one side of the frame to the other.
    furthest = np.sqrt(2) * turn * length
    n_places = int(np.clip(np.ceil(furthest / NEAR), 1, MOST_PLACES - 1)) + 1
    places = np.sqrt(0.5) * np.linspace(-1, 1, n_places)
    paths = np.array(
        [[(x - turned * down, y + turned * across) for across in places] for down in places]
    )
    half = int(np.ceil(np.abs(paths).max()))
    return np.array([[splat(*path, weights, half) for path in row] for row in paths])
