"""Pictures that were taken with the camera held otherwise."""

import numpy as np

__all__ = []

# By the number that EXIF has for it: whether rows and columns change places, and then
# which axes are reversed.
TURNS = {
    1: (False, ()),
    2: (False, (1,)),
    3: (False, (0, 1)),
    4: (False, (0,)),
    5: (True, ()),
    6: (True, (1,)),
    7: (True, (0, 1)),
    8: (True, (0,)),
}


def is_on_its_side(orientation):
    """Whether width and height change places."""
    return TURNS[orientation][0]


def upright(image, orientation):
    """A picture (H, W, ...) as it is to be seen, one after another in memory."""
    swapped, reversed_axes = TURNS[orientation]
    if swapped:
        image = image.swapaxes(0, 1)
    return np.ascontiguousarray(np.flip(image, reversed_axes))
