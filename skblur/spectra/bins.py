"""Means over bins of a frequency coordinate, as one matrix."""

from typing import NamedTuple

import numpy as np

# A bin with less than this part of one frequency counts as empty: what it has is rounding.
EMPTY = 1e-6


class FrequencyGrid(NamedTuple):
    """The frequencies of a flattened, centred spectrum, symmetric about zero.

    On an axis of even length the Nyquist frequency is stored once but has two signs, so
    it is listed twice with half a share: nothing that follows prefers one of them.
    """

    right: np.ndarray  # cycles per pixel along the columns
    up: np.ndarray  # cycles per pixel against the rows, which grow downward
    column: np.ndarray  # where in the flattened spectrum
    share: np.ndarray  # how much of it; those of one column sum to 1
    size: int  # values of the flattened spectrum


def frequency_grid(shape):
    """The `FrequencyGrid` of spectra of this shape."""
    rows, columns = (np.arange(-(side // 2), side // 2 + 1) for side in shape)
    share_down, share_across = (
        np.where(2 * np.abs(steps) == side, 0.5, 1.0)
        for steps, side in zip((rows, columns), shape, strict=True)
    )
    down, right = np.meshgrid(rows / shape[0], columns / shape[1], indexing="ij")
    height, width = shape
    place = (rows[:, None] + height // 2) % height * width + (columns + width // 2) % width
    return FrequencyGrid(
        right=right.ravel(),
        up=-down.ravel(),
        column=place.ravel(),
        share=np.outer(share_down, share_across).ravel(),
        size=height * width,
    )


def bin_weights(coordinate, grid, n_bins, max_frequency):
    """Matrix (n_bins, grid.size) that averages spectra over bins of a coordinate.

    `coordinate` holds one number, at least 0, per frequency of the grid. The bins are of
    equal width from 0 to `max_frequency`; a frequency is shared linearly between the two
    bins whose centres enclose it, so a profile changes smoothly with the coordinate. What
    lies beyond `max_frequency` is left out. All rows sum to 1.
    """
    # Sums of squares put a frequency that lies on the limit on either side of it.
    inside = coordinate <= max_frequency * (1 + 1e-9)
    position = np.clip(coordinate * (n_bins / max_frequency) - 0.5, 0, n_bins - 1)
    lower = position.astype(int)
    upper = np.minimum(lower + 1, n_bins - 1)
    to_upper = (position - lower) * grid.share * inside
    to_lower = grid.share * inside - to_upper
    cells = np.concatenate([lower, upper]) * grid.size + np.tile(grid.column, 2)
    sums = np.bincount(cells, np.concatenate([to_lower, to_upper]), n_bins * grid.size)
    return _as_means(sums.reshape(n_bins, grid.size))


def _as_means(sums):
    """Rows scaled to sum 1; an empty one is interpolated from the nearest that are not.

    The first row is never empty, for the zero frequency is in it.
    """
    totals = sums.sum(axis=1)
    filled = np.flatnonzero(totals > EMPTY)
    means = sums[filled] / totals[filled, None]
    if len(filled) == len(sums):
        return means
    bins = np.arange(len(sums))
    hats = np.stack([np.interp(bins, filled, hat) for hat in np.eye(len(filled))], axis=1)
    return hats @ means
