"""photo_row: two kinds of mean spectra of a photograph at three sizes, as one row.

A row holds, of the photograph at full, half and quarter size, the logarithm of the mean
power of its windows and the mean of their log power. The first shows what the blur leaves
everywhere, but the windows of most contrast outshout the others; in the second every window
has one vote, and the difference says how much the windows differ. Mirror images and
transposes of a photograph have the same row, up to noise; `WAYS` turns a row into those of
its other orientations, to train with and to average answers over.
"""

import numpy as np

from ..images.channels import ROUNDING_NOISE
from ..images.scale import halve
from .welch import seen_by_windows

__all__ = []

# Rows and columns of the windows at full, half and quarter size. A small photograph has no
# room for 64 at a quarter of its size, and the frequencies that are left need fewer bins.
WINDOWS = (64, 64, 32)
# All are told at the bins of a window of 32: finer ones do not help.
SIDE = 17
KINDS = 2


def photo_row(luma):
    """The row of a photograph (H, W), float32, full scale 1, at least 64 x 64 pixels.

    Returns
    -------
    ndarray of shape (3270,)
        In [0, 1]; zero for the sizes at which the photograph is smaller than a window.
    """
    seen = []
    for window in WINDOWS:
        if min(luma.shape) < window:
            break
        seen.append(seen_by_windows(luma, (window, window), logs=True))
        luma = halve(luma)
    return row_of(seen)


def row_of(seen):
    """The row of what is `Seen` at each of the sizes that there are."""
    planes = np.zeros((len(WINDOWS), KINDS, 2, SIDE, SIDE), np.float32)
    lean = np.zeros(2)
    for of_level, level in zip(planes, seen, strict=False):
        means = np.stack([np.log1p(level.power / ROUNDING_NOISE), level.log_level])
        means /= max(means[0].max(), np.log(2))
        lean += _lean(means[0])
        of_level[:] = means if means.shape[-1] == SIDE else _pooled(means)
    # Of all orientations always the same one.
    if lean[0] < 0:
        planes = planes[:, :, ::-1]
    if lean[1] < 0:
        planes = planes.swapaxes(-1, -2)
    return _flat(planes)


def _lean(planes):
    """How much more there is where both frequencies have one sign, and down the rows."""
    n = planes.shape[-1]
    u = np.arange(n)
    same = planes[0, 1:-1, 1:-1].sum() - planes[1, 1:-1, 1:-1].sum()
    steep = (planes.sum(axis=0) * np.sign(u[:, None] - u)).sum()
    return np.array([same, steep], float) / n**2


def _pooled(planes):
    """Means of neighbouring frequencies in pairs, 0 by itself: 33 bins become 17."""
    for axis in (-1, -2):
        moved = np.moveaxis(planes, axis, 0)
        moved = np.concatenate([moved[:1], (moved[1::2] + moved[2::2]) / 2])
        planes = np.moveaxis(moved, 0, axis)
    return planes


def _flat(planes):
    """Planes (level, kind, 2, n, n) as a row, kind by kind, without what is there twice."""
    by_kind = planes.swapaxes(0, 1)
    same = by_kind[:, :, 0].reshape(KINDS, len(WINDOWS), -1)
    mirrored = by_kind[:, :, 1, 1:, 1:].reshape(KINDS, len(WINDOWS), -1)
    return np.concatenate([same, mirrored], axis=2).ravel()


def _ways():
    """Where in a row the numbers of its four orientations are.

    As it is, mirrored, transposed, and both.
    """
    inner = SIDE - 1
    n = SIDE**2 + inner**2
    same = np.arange(SIDE**2).reshape(SIDE, SIDE)
    mirrored = same.copy()
    mirrored[1:, 1:] = SIDE**2 + np.arange(inner**2).reshape(inner, inner)
    pairs = [(same, mirrored), (mirrored, same)]
    pairs += [(a.T, b.T) for a, b in pairs]
    ways = np.array([np.concatenate([a.ravel(), b[1:, 1:].ravel()]) for a, b in pairs])
    parts = np.arange(KINDS * len(WINDOWS)) * n
    return (ways[:, None] + parts[:, None]).reshape(len(ways), -1)


WAYS = _ways()
N_FEATURES = WAYS.shape[1]
