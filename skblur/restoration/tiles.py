"""Large pictures, restored tile by tile: memory is bounded, and small FFTs are quick."""

import numpy as np

from .spans import overlapping

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
    counts = _counts(channel.shape)
    if max(counts) == 1:
        return restore(channel, psf, where)
    margin = MARGIN_SIDES * len(psf) + MARGIN + SEAM
    total = np.zeros_like(channel)
    for part, share in overlapping(channel.shape, counts, margin, SEAM):
        tile = restore(channel[part], psf, None if where is None else where[part])
        total[part] += share * tile
    return total


def count_tiles(shape):
    """How many tiles a picture of this shape is cut into."""
    return int(np.prod(_counts(shape)))


def _counts(shape):
    """How many down and across."""
    if np.prod(shape) <= LARGEST:
        return 1, 1
    return tuple(max(round(n / SIDE), 1) for n in shape)
