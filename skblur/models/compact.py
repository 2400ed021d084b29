"""Weights in hundredths of their root mean square, which a file holds in a third.

A matrix is ``levels * rows[:, None] * columns``: rows and columns have the scale of their
root mean square, and levels are integers. They are kept as two planes of bytes, the low
ones and the high ones, for the high ones are nearly all alike and compress to nothing.
"""

import numpy as np

__all__ = []

STEPS = 100
# Smaller ones are not worth it, and thin ones are no weights but rows of a GRNN.
LEAST_SIZE = 4096
LEAST_SIDE = 9


def is_compactable(array):
    """Whether an array is a matrix of weights that is worth it."""
    return (
        array.dtype == np.float32
        and array.ndim == 2
        and array.size >= LEAST_SIZE
        and min(array.shape) >= LEAST_SIDE
        and bool(np.isfinite(array).all())
    )


def compacted(matrix):
    """Planes (2, n_rows, n_columns) of bytes, and the scales of rows and columns."""
    rows = _scale(matrix, axis=1)
    columns = _scale(matrix / rows[:, None], axis=0) / np.float32(STEPS)
    levels = np.rint(matrix / rows[:, None] / columns).astype(np.int32)
    # Signs go to the lowest bit, so that small numbers have small codes.
    codes = ((levels << 1) ^ (levels >> 31)).clip(0, 2**16 - 1)
    return np.stack([codes & 255, codes >> 8]).astype(np.uint8), rows, columns


def expanded(planes, rows, columns):
    """The matrix, up to half a step."""
    codes = planes[0] + (planes[1].astype(np.int32) << 8)
    levels = (codes >> 1) ^ -(codes & 1)
    return levels.astype(np.float32) * rows[:, None] * columns


def _scale(matrix, axis):
    scale = np.sqrt(np.square(matrix, dtype=np.float64).mean(axis=axis)).astype(np.float32)
    return np.where(scale > 0, scale, np.float32(1))
