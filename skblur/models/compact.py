"""Weights in hundredths of their root mean square, which a file holds in a third.

A matrix is ``levels * columns * rows[:, None]``: rows and columns have the scale of their
root mean square, and levels are integers. They are kept as two planes of bytes, the low
ones and the high ones, for the high ones are nearly all alike and compress to nothing.
"""

import numpy as np

__all__ = []

STEPS = 100
# Smaller matrices are not worth it.
LEAST_SIZE = 4096
# The parts of a matrix in a file: names, dtypes and numbers of axes.
PARTS = {"planes": (np.uint8, 3), "rows": (np.float32, 1), "columns": (np.float32, 1)}


def compacted(matrix):
    """The parts of a matrix: planes (2, n_rows, n_columns), scales of rows and columns.

    None of what is no large matrix of float32, or has numbers so far from the others that
    their levels have no codes.
    """
    if matrix.dtype != np.float32 or matrix.ndim != 2 or matrix.size < LEAST_SIZE:
        return None
    wide = matrix.astype(np.float64)
    rows = _scale(wide, axis=1)
    columns = _scale(wide / rows[:, None], axis=0) / STEPS
    levels = wide / rows[:, None] / columns
    scales = np.finfo(np.float32)
    within = [
        (scales.tiny < each).all() and (each < scales.max).all() for each in (rows, columns)
    ]
    # Not finite numbers fail here, too.
    if not (all(within) and np.abs(levels).max() < 2**15 - 1):
        return None
    levels = np.rint(levels).astype(np.int32)
    # Signs go to the lowest bit, so that small numbers have small codes.
    codes = (levels << 1) ^ (levels >> 31)
    planes = np.stack([codes & 255, codes >> 8]).astype(np.uint8)
    return planes, rows.astype(np.float32), columns.astype(np.float32)


def check_parts(planes, rows, columns):
    """Check that parts are those of one matrix, before it is made.

    Raises
    ------
    ValueError
        If they are not.
    """
    for part, (dtype, n_axes) in zip((planes, rows, columns), PARTS.values(), strict=True):
        if part.dtype != dtype or part.ndim != n_axes:
            raise ValueError(
                "a compact matrix must have planes of bytes and float32 scales"
            )
    if planes.shape != (2, len(rows), len(columns)):
        raise ValueError(f"a compact matrix has planes of shape {planes.shape}")


def expanded(planes, rows, columns):
    """The matrix, up to half a step."""
    codes = planes[0] + (planes[1].astype(np.int32) << 8)
    levels = (codes >> 1) ^ -(codes & 1)
    # Columns first, for scales of rows may be near the largest number there is.
    return levels.astype(np.float32) * columns * rows[:, None]


def _scale(matrix, axis):
    with np.errstate(all="ignore"):
        scale = np.sqrt(np.square(matrix).mean(axis=axis))
    return np.where(scale == 0, 1.0, scale)
