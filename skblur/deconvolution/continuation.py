"""A picture continued beyond its frame, on a grid that wraps around."""

import numpy as np
from scipy.ndimage import gaussian_filter

__all__ = []

# Deviations of the smoothing of what is drawn out, the more the farther away, and how many
# of them a Gaussian reaches.
SMOOTH, REACH = (4, 2, 1), 4


def continue_around(picture, shape):
    """A picture (H, W) in the first corner of a grid, on which it wraps around smoothly.

    Mirrored borders meet in edges that no PSF has blurred, which a method that begins with
    them takes many iterations to undo.
    """
    rows, columns = picture.shape
    out = np.empty(shape, picture.dtype)
    out[:rows, :columns] = picture
    across = _ease(shape[1] - columns, out.dtype)
    out[:rows, columns:] = picture[:, -1:] * (1 - across) + picture[:, :1] * across
    down = _ease(shape[0] - rows, out.dtype)[:, None]
    out[rows:] = out[rows - 1] * (1 - down) + out[0] * down
    for sigma in SMOOTH:
        across = slice(columns + sigma, shape[1] - sigma)
        below = slice(rows + sigma, shape[0] - sigma)
        smooth = _smoothed(out, below, sigma), _smoothed(out.T, across, sigma).T
        out[below], out[:, across] = smooth
    return out


def mirror_around(picture, shape):
    """The same, mirrored at its borders as far as the middle of the rest of the grid."""
    rest = [whole - n for whole, n in zip(shape, picture.shape, strict=True)]
    before = [n // 2 for n in rest]
    pads = [(b, n - b) for b, n in zip(before, rest, strict=True)]
    return np.roll(np.pad(picture, pads, mode="symmetric"), np.negative(before), (0, 1))


def _ease(n, dtype):
    t = (np.arange(n, dtype=dtype) + 1) / (n + 1)
    return t * t * (3 - 2 * t)


def _smoothed(grid, part, sigma):
    """Some rows of a grid that wraps around, smoothed."""
    margin = REACH * sigma
    rows = np.arange(part.start - margin, max(part.stop, part.start) + margin) % len(grid)
    smooth = gaussian_filter(grid[rows], sigma, mode="wrap", truncate=REACH)
    return smooth[margin : len(rows) - margin]
