"""A picture at half the size, again and again: wide blurs become narrow ones."""

import numpy as np

__all__ = []


def halve(luma):
    """Means of blocks of 2 x 2 pixels; an odd last row or column is left out."""
    height, width = (side // 2 * 2 for side in luma.shape)
    rows = luma[:height:2, :width] + luma[1:height:2, :width]
    halved = rows[:, ::2] + rows[:, 1::2]
    halved *= luma.dtype.type(0.25)
    return halved


def pyramid(luma, smallest):
    """The picture, then each time half as large, while both sides have `smallest`."""
    while min(luma.shape) >= smallest:
        yield luma
        luma = halve(luma)


def level_size(size, level):
    """A size of pixels of the picture in pixels of a level of its pyramid."""
    return np.ldexp(size, -level)
