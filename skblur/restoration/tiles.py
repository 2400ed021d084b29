"""Large pictures, restored tile by tile: memory is bounded, and small FFTs are quick."""

from itertools import product

import numpy as np

from .spans import spans

__all__ = []

# A picture of more pixels is cut into tiles of about this side.
LARGEST, SIDE = 1_500_000, 1024
# What is looked at around a tile, in sides of the PSF and in pixels, and the width of the
# seam in which neighbours are mixed.
MARGIN_SIDES, MARGIN, SEAM = 1, 24, 16


def restore_in_tiles(channel, psf, where, restore):
    """``restore(part, psf, where)`` of a channel (H, W), or of its tiles.

    `where` is the mask of the pixels that count, or None if all do.
    """
    if channel.size <= LARGEST:
        return restore(channel, psf, where)
    margin = MARGIN_SIDES * len(psf) + MARGIN + SEAM
    lines = [spans(n, _count(n), margin, SEAM) for n in channel.shape]
    total = np.zeros_like(channel)
    for (rows, down), (columns, across) in product(*lines):
        part = np.s_[rows, columns]
        tile = restore(channel[part], psf, None if where is None else where[part])
        total[part] += np.outer(down, across) * tile
    return total


def count_tiles(shape):
    """How many tiles a picture of this shape is cut into."""
    if np.prod(shape) <= LARGEST:
        return 1
    return int(np.prod([_count(n) for n in shape]))


def _count(n):
    return max(round(n / SIDE), 1)
