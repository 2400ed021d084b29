"""Photographs in figures: as many pixels as a screen shows, on the axes of all of them."""

import numpy as np

from ..images.scale import block_means
from .figure import entitle

__all__ = []

# Pixels a side that are drawn at most.
MOST_PIXELS = 1200


def show_photograph(axis, picture):
    """A `Picture`, grey or in colour, with its size in pixels for a title."""
    height, width = shape = picture.plane(0).shape
    every = step_of(shape)
    planes = [block_means(picture.plane(i), every) for i in range(picture.n_planes)]
    shown = planes[0] if len(planes) == 1 else np.stack(planes, axis=-1)
    show_pixels(axis, shown, shape, cmap="gray", vmin=0, vmax=1)
    entitle(axis, f"{width} x {height} pixels")
    axis.set(xticks=[], yticks=[], anchor="SW")


def step_of(shape):
    """Every so many pixels down and across are drawn."""
    return -(-max(shape) // MOST_PIXELS)


def show_pixels(axis, shown, shape, **settings):
    """Every so many pixels of a picture of a shape, on axes of its pixels."""
    every = step_of(shape)
    height, width = (every * side - 0.5 for side in shown.shape[:2])
    axis.imshow(shown, extent=(-0.5, width, height, -0.5), **settings)
    axis.set(xlim=(-0.5, shape[1] - 0.5), ylim=(shape[0] - 0.5, -0.5))
