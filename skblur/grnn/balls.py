"""Rows in balls: neighbours side by side, and how near to a query they can be.

The leaves of a balanced tree that halves the rows across the axis along which they are
spread out most. Where the data are clustered or of few dimensions, most balls are far from
a query; where they fill many dimensions, hardly any is.
"""

from typing import NamedTuple

import numpy as np

# So many rows are worth a matrix product of their own; a ball has at least half of them.
MOST_ROWS = 1000


class Balls(NamedTuple):
    """Where the balls are.

    Attributes
    ----------
    starts : ndarray of shape (n_balls + 1,), int
        The rows of ball b are those from ``starts[b]`` up to ``starts[b + 1]``, the one
        nearest to the centre first.
    centers : ndarray of shape (n_balls, n_features), float64
    radii : ndarray of shape (n_balls,), float64
        Largest distance of a row from the centre.
    """

    starts: np.ndarray
    centers: np.ndarray
    radii: np.ndarray


def gather(X):
    """Order rows so that each ball has a slice of them.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)

    Returns
    -------
    order : ndarray of shape (n_rows,)
    balls : Balls
        Of the rows in that order.
    """
    order = np.arange(len(X))
    pending, starts, centers, radii = [(0, len(X))], [], [], []
    while pending:
        start, stop = pending.pop()
        rows, half = order[start:stop], (stop - start) // 2
        if len(rows) > MOST_ROWS:
            rows[:] = rows[np.argpartition(_along_longest_axis(X[rows]), half)]
            pending += [(start + half, stop), (start, start + half)]
            continue
        center = X[rows].mean(axis=0, dtype=np.float64)
        distances = np.linalg.norm(X[rows] - center, axis=1)
        nearest = distances.argmin()
        rows[[0, nearest]] = rows[[nearest, 0]]
        starts.append(start)
        centers.append(center)
        radii.append(distances.max())
    return order, Balls(np.array([*starts, len(X)]), np.array(centers), np.array(radii))


def _along_longest_axis(X):
    """Coordinates along nearly the first principal axis, by the power method."""
    deviations = X - X.mean(axis=0)
    axis = deviations[np.einsum("if,if->i", deviations, deviations).argmax()]
    for _ in range(3):
        axis = (deviations @ axis) @ deviations
        axis /= max(np.linalg.norm(axis), np.finfo(axis.dtype).tiny)
    return deviations @ axis
