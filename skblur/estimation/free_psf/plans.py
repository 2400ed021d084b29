"""How a free PSF is looked for: sides, weights, and the window of the photograph."""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from ...deconvolution.observation import SATURATION
from ...images.gradients import gradient

__all__ = []


# Against a PSF that scatters.
RIDGE = 20.0


class Plan(NamedTuple):
    """Side of the PSF, weight of a gradient at the first and last turn, and a ridge."""

    side: int
    first: float
    last: float = 4e-4
    ridge: float = RIDGE


# What fails with one plan succeeds with another. With a last weight of 6e-5 most fail.
PLANS = (
    Plan(37, 2e-2),
    Plan(37, 4e-2),
    Plan(49, 2e-2),
    Plan(27, 1e-2, ridge=10.0),
)
# For large photographs only, which are blurred more widely.
WIDE_PLANS = (Plan(73, 2e-2),)
# If the side is known: the same weights.
WEIGHTS = (2e-2, 4e-2, 1e-2)
# Of a larger photograph a window of this side is looked at, or this many sides of the PSF.
WINDOW, SIDES_PER_WINDOW = 640, 8
# Sides of the blocks by which windows are weighed, and the gradient above which all edges
# count alike.
BLOCK, STRONG = 20, 0.1
# Rows that are weighed at a time, whole blocks, and what is seen beyond them.
BAND, HALO = 25 * BLOCK, 6


def plans_for(shape, side):
    if side is not None:
        return [Plan(side // 2 * 2 + 1, weight) for weight in WEIGHTS]
    plans = PLANS + (WIDE_PLANS if min(shape) >= SIDES_PER_WINDOW * 73 * 1.5 else ())
    small = [plan for plan in plans if plan.side <= max(min(shape) // 5, 9)]
    if len(small) > 1:
        return small
    # A single candidate would agree with itself.
    return [Plan(max(min(shape) // 5, 3) // 2 * 2 + 1, weight) for weight in WEIGHTS]


def best_window(luma, plans):
    """The window with the most edges in the direction that has the fewest."""
    side = max(WINDOW, SIDES_PER_WINDOW * max(plan.side for plan in plans))
    if luma.size <= 1.2 * side**2:
        return slice(None), slice(None)
    tensor = _edge_tensor(luma)
    size = [min(side // BLOCK, n) for n in tensor[0].shape]
    a, b, c = (_window_sums(t, size) for t in tensor)
    least = (a + b) / 2 - np.sqrt((a - b) ** 2 / 4 + c**2)
    top, left = np.unravel_index(np.argmax(least), least.shape)
    return tuple(
        slice(BLOCK * i, BLOCK * (i + n)) for i, n in zip((top, left), size, strict=True)
    )


def _edge_tensor(luma):
    """Of each block, sums of the squared gradients down and across, and of their product.

    In bands, for of a large picture they are many times as large as it is.
    """
    bands = []
    for top in range(0, len(luma) // BLOCK * BLOCK, BAND):
        # With what the smoothing and the gradients see around the band.
        first = max(top - HALO, 0)
        part = luma[first : top + BAND + HALO]
        down, right = gradient(gaussian_filter(part, 1.0))
        # Strong edges count alike, and clipped ones not at all.
        weight = part < SATURATION
        weight = weight / np.maximum(np.hypot(down, right), STRONG) ** 2
        inside = slice(top - first, min(top + BAND, len(luma)) - first)
        products = (down**2, right**2, down * right)
        bands.append([_block_sums((weight * p)[inside]) for p in products])
    return [np.concatenate(sums) for sums in zip(*bands, strict=True)]


def _block_sums(values):
    rows, columns = (n // BLOCK for n in values.shape)
    values = values[: rows * BLOCK, : columns * BLOCK]
    return values.reshape(rows, BLOCK, columns, BLOCK).sum(axis=(1, 3), dtype=np.float64)


def _window_sums(values, size):
    total = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    h, w = size
    return total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]
