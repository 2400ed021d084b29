"""Defocus as real lenses make it: no perfect disc."""

import numpy as np
from numpy.typing import NDArray

from .psf import check_number

__all__ = ["iris_psf"]

# Blades of an iris, and how far a polygon of them is rounded, from not at all to a circle.
BLADES, ROUNDNESS = (5, 10), (0.3, 1.0)
# Width of the soft edge, as a share of the radius: aberration and diffraction.
SOFTNESS = (0.01, 0.12)
# How much brighter the edge is than the middle; below 0, darker.
RING = (-0.3, 1.5)
# Half of them are longer in one direction than across, up to so many times: astigmatism,
# lights that the lens cuts off towards the corners, pictures squashed to another format.
STRETCHED, STRETCH = 0.5, 1.6
# The light lies within so many radii.
REACH = 2.1
# Points of the fine grid to a pixel, and to a radius at least.
PER_PIXEL, PER_RADIUS = 3, 12


def iris_psf(
    radius: float, random_state: int | np.random.RandomState | None = None
) -> NDArray[np.float64]:
    """PSF of a lens out of focus with an iris and aberrations, drawn at random.

    Use it where `defocus_psf` is too ideal: to train or to test with the blur of real
    lenses. The blades of the iris make a rounded polygon, its edge is soft, and a ring of
    more or less light than in the middle lies along it.

    Parameters
    ----------
    radius : float
        Radius in pixels of the disc of the same area, at least 0.

    random_state : int, RandomState instance or None, default=None
        Draws the lens.

    Returns
    -------
    ndarray of shape (side, side)
        Non-negative, of sum 1, centred on the middle pixel.

    Raises
    ------
    ValueError
        If `radius` is negative or not finite.

    Examples
    --------
    >>> from skblur.blurs.iris import iris_psf
    >>> iris_psf(4, random_state=0).shape
    (19, 19)
    """
    # Types of blur are looked up where scikit-learn is not needed and takes a second.
    from scipy.special import expit
    from sklearn.utils import check_random_state

    radius = check_number(radius, "radius")
    rng = check_random_state(random_state)
    if radius == 0:
        return np.ones((1, 1))
    half = int(np.ceil(REACH * radius))
    fine = max(PER_PIXEL, int(np.ceil(PER_RADIUS / radius)))
    side = 2 * half + 1
    place = (np.arange(side * fine) + 0.5) / fine - side / 2
    away, turn = _polar(place, rng)
    edge = radius * _outline(turn, rng)
    softness = rng.uniform(*SOFTNESS) * radius
    light = expit(2 * (edge - away) / softness)
    light *= 1 + rng.uniform(*RING) * np.minimum(away / edge, 1) ** 4
    psf = light.reshape(side, fine, side, fine).sum(axis=(1, 3))
    return psf / psf.sum()


def _polar(place, rng):
    """Distance and direction of the points of a grid, in the lens's own coordinates."""
    stretch = STRETCH ** (rng.random_sample() / 2)
    if rng.random_sample() >= STRETCHED:
        stretch = 1.0
    turn = np.pi * rng.random_sample()
    along = place * np.cos(turn) + place[:, None] * np.sin(turn)
    across = place[:, None] * np.cos(turn) - place * np.sin(turn)
    along, across = along / stretch, across * stretch
    return np.hypot(along, across), np.arctan2(across, along)


def _outline(turn, rng):
    """Distance of the edge from the middle in each direction, of a unit disc's area."""
    n_blades, roundness = rng.randint(*BLADES), rng.uniform(*ROUNDNESS)
    sector = 2 * np.pi / n_blades
    within = (turn + 2 * np.pi * rng.random_sample()) % sector - sector / 2
    polygon = np.cos(sector / 2) / np.cos(within)
    # A polygon of the area pi.
    polygon *= np.sqrt(np.pi / (n_blades / 2 * np.sin(sector)))
    return roundness + (1 - roundness) * polygon
