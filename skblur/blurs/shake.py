"""Motion as hands make it: neither straight nor of constant speed."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["bowed_psf", "hand_psf", "shaken_psf"]

# Amplitudes, in lengths of the motion: of the bow and of the S of its path.
BOW, SWAY = 0.2, 0.1
# Largest relative change of speed.
JERK = 0.6
STEPS_PER_PIXEL = 8

# Of paths that are drawn of both kinds, those that wander as `hand_psf` says.
WANDERING = 0.7
# Steps of such a path, and how long a velocity lasts, in exposures.
STEPS, LASTING = 600, (0.03, 1.0)
# Periods of the tremor in an exposure (8 to 12 Hz, 1/40 to 1/3 s), and its part of the
# speed; the mean number of jerks, their speed, and how long one lasts.
TREMOR_PERIODS, TREMOR = (0.2, 4.0), 0.8
N_JERKS, JERK_SPEED, JERK_LASTS = 0.8, 3.0, 0.08
# Rests are so many at most, and take up to this share of the exposure together.
N_RESTS, RESTING = 2, 0.6
# Share of the light between the two ends of an extent.
WITHIN = 0.96
# A path that reaches this much farther than its extent is drawn again.
FARTHEST = 1.4


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
        If `length` is negative.

    Examples
    --------
    >>> from skblur.blurs.shake import shaken_psf
    >>> shaken_psf(9, 30, random_state=0).shape
    (11, 11)
    """
    rng = _rng_of(random_state)
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
        If `length` is negative.

    Examples
    --------
    >>> from skblur.blurs.shake import bowed_psf
    >>> bowed_psf(9, 30, random_state=0).shape
    (11, 11)
    """
    _check_length(length)
    rng = _rng_of(random_state)
    n_steps = max(int(STEPS_PER_PIXEL * length), 1)
    t = (np.arange(n_steps) + 0.5) / n_steps
    jerk, phase = JERK * rng.random_sample(), rng.random_sample()
    along = t + jerk / (2 * np.pi) * np.sin(2 * np.pi * (t + phase))
    bow, sway = BOW * rng.uniform(-1, 1), SWAY * rng.uniform(-1, 1)
    across = bow * np.sin(np.pi * t) + sway * np.sin(2 * np.pi * t)
    path = length * np.column_stack([along, across])
    return _splat(*_turned(path - path.mean(axis=0), angle), np.full(n_steps, 1 / n_steps))


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
        If `length` is negative.

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
    _check_length(length)
    rng = _rng_of(random_state)
    while True:
        path, weights = _wander(rng), _rests(rng)
        along = _on_main_axes(path, weights)
        extent = _extent(along[:, 0], weights)
        if np.ptp(along, axis=0).max() < FARTHEST * extent:
            break
    return _splat(*_turned(length / extent * along, angle), weights)


def _rng_of(random_state):
    # Types of blur are looked up where scikit-learn is not needed and takes a second.
    from sklearn.utils import check_random_state

    return check_random_state(random_state)


def _check_length(length):
    if not length >= 0:
        raise ValueError(f"length must be at least 0, got {length!r}")


def _wander(rng):
    """Places (STEPS, 2) of a path, in any unit."""
    from scipy.signal import lfilter

    t = (np.arange(STEPS) + 0.5) / STEPS
    last = np.exp(rng.uniform(*np.log(LASTING)))
    memory = np.exp(-1 / (last * STEPS))
    drawn = rng.standard_normal((STEPS, 2))
    # It moves already when the exposure begins.
    drawn[0] /= np.sqrt(1 - memory**2)
    velocity = lfilter([np.sqrt(1 - memory**2)], [1, -memory], drawn, axis=0)
    velocity += rng.exponential(0.7) * _direction(rng)
    periods, phases = rng.uniform(*TREMOR_PERIODS), rng.random_sample(2)
    swing = np.sin(2 * np.pi * (periods * t[:, None] + phases))
    velocity += TREMOR * rng.random_sample(2) * swing
    for _ in range(rng.poisson(N_JERKS)):
        since = t - rng.random_sample()
        felt = np.where(since > 0, np.exp(-np.maximum(since, 0) / JERK_LASTS), 0)
        velocity += JERK_SPEED * rng.random_sample() * _direction(rng) * felt[:, None]
    return velocity.cumsum(axis=0)


def _direction(rng):
    turn = 2 * np.pi * rng.random_sample()
    return np.array([np.cos(turn), np.sin(turn)])


def _rests(rng):
    """Share of the exposure that is spent at each step."""
    weights = np.full(STEPS, 1 / STEPS)
    n_rests = rng.randint(N_RESTS + 1)
    if n_rests:
        resting = RESTING * rng.random_sample()
        weights *= 1 - resting
        np.add.at(weights, rng.randint(STEPS, size=n_rests), resting / n_rests)
    return weights


def _on_main_axes(path, weights):
    """The path about its mean, in coordinates along and across its main direction."""
    off = path - weights @ path
    _, axes = np.linalg.eigh((off * weights[:, None]).T @ off)
    return off @ axes[:, ::-1]


def _extent(places, weights):
    order = np.argsort(places)
    mass = weights[order].cumsum() - weights[order] / 2
    low, high = np.interp([(1 - WITHIN) / 2, (1 + WITHIN) / 2], mass, places[order])
    return (high - low) / WITHIN


def _turned(path, angle):
    """Columns and rows of places along and across a direction."""
    turn = np.deg2rad(angle)
    along, across = path.T
    x = along * np.cos(turn) - across * np.sin(turn)
    y = -(along * np.sin(turn) + across * np.cos(turn))
    return x, y


def _splat(x, y, weights):
    """Weights at real places, each shared by the four pixels around it."""
    half = int(np.ceil(max(np.abs(x).max(), np.abs(y).max())))
    psf = np.zeros((2 * half + 1, 2 * half + 1))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for column, row in ((0, 0), (0, 1), (1, 0), (1, 1)):
        share = np.abs(1 - column - (x - left)) * np.abs(1 - row - (y - top))
        inside = share > 0
        places = (top + row + half)[inside], (left + column + half)[inside]
        np.add.at(psf, places, (weights * share)[inside])
    return psf / psf.sum()
