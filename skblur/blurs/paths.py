"""The paths that hands make in an exposure, and PSFs of paths."""

import numpy as np

__all__ = []

# Steps of a path, and how long a velocity lasts, in exposures.
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


def hand_path(length, angle, rng):
    """Columns and rows of a path about its mean, in pixels, and the light of each place."""
    while True:
        path, weights = wander(rng), rests(rng)
        along = on_main_axes(path, weights)
        reach = extent(along[:, 0], weights)
        if np.ptp(along, axis=0).max() < FARTHEST * reach:
            break
    return *turned(length / reach * along, angle), weights


def wander(rng):
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


def rests(rng):
    """Share of the exposure that is spent at each step."""
    weights = np.full(STEPS, 1 / STEPS)
    n_rests = rng.randint(N_RESTS + 1)
    if n_rests:
        resting = RESTING * rng.random_sample()
        weights *= 1 - resting
        np.add.at(weights, rng.randint(STEPS, size=n_rests), resting / n_rests)
    return weights


def on_main_axes(path, weights):
    """The path about its mean, in coordinates along and across its main direction."""
    off = path - weights @ path
    _, axes = np.linalg.eigh((off * weights[:, None]).T @ off)
    return off @ axes[:, ::-1]


def extent(places, weights):
    """How far light reaches along a line: of a straight motion its length."""
    order = np.argsort(places)
    mass = weights[order].cumsum() - weights[order] / 2
    low, high = np.interp([(1 - WITHIN) / 2, (1 + WITHIN) / 2], mass, places[order])
    return (high - low) / WITHIN


def turned(path, angle):
    """Columns and rows of places along and across a direction."""
    turn = np.deg2rad(angle)
    along, across = path.T
    x = along * np.cos(turn) - across * np.sin(turn)
    y = -(along * np.sin(turn) + across * np.cos(turn))
    return x, y


def splat(x, y, weights, half=None):
    """Weights at real places, each shared by the four pixels around it.

    On so many pixels on each `half` of the middle, or as many as it takes.
    """
    if half is None:
        half = int(np.ceil(max(np.abs(x).max(), np.abs(y).max())))
    psf = np.zeros((2 * half + 1, 2 * half + 1))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for column, row in ((0, 0), (0, 1), (1, 0), (1, 1)):
        share = np.abs(1 - column - (x - left)) * np.abs(1 - row - (y - top))
        inside = share > 0
        places = (top + row + half)[inside], (left + column + half)[inside]
        np.add.at(psf, places, (weights * share)[inside])
    return psf / psf.sum()
