"""Motion as hands make it: neither straight nor of constant speed."""

import numpy as np
from sklearn.utils import check_random_state

__all__ = ["shaken_psf"]

# Amplitudes, in lengths of the motion: of the bow and of the S of its path.
BOW, SWAY = 0.2, 0.1
# Largest relative change of speed.
JERK = 0.6
STEPS_PER_PIXEL = 8


def shaken_psf(length, angle=0.0, random_state=None):
    """PSF of a path that bends and hurries, drawn at random about a straight one.

    Use it where `motion_psf` is too ideal: to train or to test with the blur of a camera
    held by hand. The path ends where the straight one ends; in between it leaves it by
    up to a quarter of its length, at a speed that changes by up to six tenths.

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
        If `length` is negative.

    Examples
    --------
    >>> from skblur.blurs.shake import shaken_psf
    >>> shaken_psf(9, 30, random_state=0).shape
    (11, 11)
    """
    if not length >= 0:
        raise ValueError(f"length must be at least 0, got {length!r}")
    rng = check_random_state(random_state)
    n_steps = max(int(STEPS_PER_PIXEL * length), 1)
    t = (np.arange(n_steps) + 0.5) / n_steps
    jerk, phase = JERK * rng.random_sample(), rng.random_sample()
    along = t + jerk / (2 * np.pi) * np.sin(2 * np.pi * (t + phase))
    bow, sway = BOW * rng.uniform(-1, 1), SWAY * rng.uniform(-1, 1)
    across = bow * np.sin(np.pi * t) + sway * np.sin(2 * np.pi * t)
    turn = np.deg2rad(angle)
    x = length * (along * np.cos(turn) - across * np.sin(turn))
    y = -length * (along * np.sin(turn) + across * np.cos(turn))
    return _splat(x - x.mean(), y - y.mean())


def _splat(x, y):
    """Equal weights at real places, each shared by the four pixels around it."""
    half = int(np.ceil(max(np.abs(x).max(), np.abs(y).max())))
    psf = np.zeros((2 * half + 1, 2 * half + 1))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for column, row in ((0, 0), (0, 1), (1, 0), (1, 1)):
        share = np.abs(1 - column - (x - left)) * np.abs(1 - row - (y - top))
        inside = share > 0
        places = (top + row + half)[inside], (left + column + half)[inside]
        np.add.at(psf, places, share[inside])
    return psf / psf.sum()
