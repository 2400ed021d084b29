"""Motion as hands make it: neither straight nor of constant speed."""

import numpy as np
from numpy.typing import NDArray

from .paths import hand_path, splat, turned
from .psf import check_number

__all__ = ["bowed_psf", "hand_psf", "shaken_psf"]

# Amplitudes, in lengths of the motion: of the bow and of the S of its path.
BOW, SWAY = 0.2, 0.1
# Largest relative change of speed.
JERK = 0.6
STEPS_PER_PIXEL = 8

# Of paths that are drawn of both kinds, those that wander as `hand_psf` says.
WANDERING = 0.7


def shaken_psf(
    length: float,
    angle: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float64]:
    """PSF of a camera that was not held still, drawn at random.

    Use it where `motion_psf` is too ideal: to train or to test with the blur of a camera
    held by hand. Seven in ten are those of `hand_psf`, the others of `bowed_psf`.

    Parameters
    ----------
    length : float
        Extent along the path's main direction in pixels, at least 0.

    angle : float, default=0.0
        That direction, in degrees from the +x axis, counter-clockwise as seen on screen.

    random_state : int, RandomState instance or None, default=None
        Draws the path.

    Returns
    -------
    ndarray of shape (side, side)
        Non-negative, of sum 1, centred on the mean position.

    Raises
    ------
    ValueError
        If `length` is negative, or a number is not finite.

    Examples
    --------
    >>> from skblur.blurs.shake import shaken_psf
    >>> shaken_psf(9, 30, random_state=0).shape
    (11, 11)
    """
    rng = rng_of(random_state)
    draw = hand_psf if rng.random_sample() < WANDERING else bowed_psf
    return draw(length, angle, random_state=rng)


def bowed_psf(
    length: float,
    angle: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float64]:
    """PSF of a path that bends and hurries, drawn at random about a straight one.

    The path ends where the straight one ends; in between it leaves it by up to a quarter
    of its length, at a speed that changes by up to six tenths.

    Parameters
    ----------
    length : float
        Distance of the two ends in pixels, at least 0.

    angle : float, default=0.0
        Direction from one end to the other, in degrees from the +x axis,
        counter-clockwise as seen on screen.

    random_state : int, RandomState instance or None, default=None
        Draws the path.

    Returns
    -------
    ndarray of shape (side, side)
        Non-negative, of sum 1, centred on the mean position.

    Raises
    ------
    ValueError
        If `length` is negative, or a number is not finite.

    Examples
    --------
    >>> from skblur.blurs.shake import bowed_psf
    >>> bowed_psf(9, 30, random_state=0).shape
    (11, 11)
    """
    length, angle = check_motion(length, angle)
    rng = rng_of(random_state)
    n_steps = max(int(STEPS_PER_PIXEL * length), 1)
    t = (np.arange(n_steps) + 0.5) / n_steps
    jerk, phase = JERK * rng.random_sample(), rng.random_sample()
    along = t + jerk / (2 * np.pi) * np.sin(2 * np.pi * (t + phase))
    bow, sway = BOW * rng.uniform(-1, 1), SWAY * rng.uniform(-1, 1)
    across = bow * np.sin(np.pi * t) + sway * np.sin(2 * np.pi * t)
    path = length * np.column_stack([along, across])
    return splat(*turned(path - path.mean(axis=0), angle), np.full(n_steps, 1 / n_steps))


def hand_psf(
    length: float,
    angle: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float64]:
    """PSF of a path that wanders, trembles, jerks and rests, as hands make it.

    The velocity is random and lasts for a while (inertia); to it come a steady drift,
    the tremor of muscles, a jerk now and then, and rests, which leave bright spots on the
    path and ghosts in the picture.

    Parameters
    ----------
    length : float
        Extent in pixels along the main direction, at least 0: between what holds the
        outermost 2 % of the light at both ends, by 0.96. Of a straight motion it is its
        length.

    angle : float, default=0.0
        Main direction, in degrees from the +x axis, counter-clockwise as seen on screen.

    random_state : int, RandomState instance or None, default=None
        Draws the path.

    Returns
    -------
    ndarray of shape (side, side)
        Non-negative, of sum 1, centred on the mean position.

    Raises
    ------
    ValueError
        If `length` is negative, or a number is not finite.

    References
    ----------
    Boracchi and Foi, "Modeling the performance of image restoration from motion blur",
    IEEE Transactions on Image Processing 21(8), 2012.

    Examples
    --------
    >>> from skblur.blurs.shake import hand_psf
    >>> hand_psf(9, 30, random_state=0).shape
    (11, 11)
    """
    length, angle = check_motion(length, angle)
    rng = rng_of(random_state)
    x, y, weights = hand_path(length, angle, rng)
    return splat(x, y, weights)


def rng_of(random_state):
    # Types of blur are looked up where scikit-learn is not needed and takes a second.
    from sklearn.utils import check_random_state

    return check_random_state(random_state)


def check_motion(length, angle):
    """Both as numbers, if they are finite and the length is at least 0."""
    return check_number(length, "length"), check_number(angle, "angle", low=None)
