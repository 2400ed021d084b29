"""Undirected angles, which repeat after half a turn."""

from typing import Any

from numpy.typing import ArrayLike

from .types import blur_type

__all__ = ["angle_error"]


def angle_error(estimated: ArrayLike, true: ArrayLike) -> Any:
    """Smallest difference of undirected angles.

    Parameters
    ----------
    estimated, true : array-like of shape (n_samples,) or float
        Angles in degrees, modulo 180.

    Returns
    -------
    ndarray of shape (n_samples,) or float
        Degrees in [0, 90].

    Examples
    --------
    >>> from skblur.metrics import angle_error
    >>> float(angle_error(179, 1))
    2.0
    """
    return blur_type("motion").angle.error(estimated, true)
