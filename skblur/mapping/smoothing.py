"""From noisy evidence on a grid to regions that follow the picture."""

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter
from scipy.special import softmax

__all__ = []


def pool_evidence(log_p, telling, reach):
    """Mean log probabilities (rows, columns, n) of a neighbourhood's telling windows.

    `reach` is the deviation of the neighbours' weights in windows. Where there are few
    telling ones, they count for less than a whole.
    """
    weight = gaussian_filter(telling.astype(np.float32), reach, mode="nearest")
    total = gaussian_filter(log_p, (reach, reach, 0), mode="nearest")
    # Half of the weight missing is not half of the evidence missing.
    return total / np.maximum(weight, 0.1)[..., None]


def mean_field(log_p, strength, n_iterations=10):
    """Probabilities of a Potts model: neighbours tend to be of one type.

    Each window's log probabilities gain `strength` times the neighbours' mean
    probabilities, again and again (mean-field inference in a random field).
    """
    p = softmax(log_p, axis=-1)
    for _ in range(n_iterations):
        agreement = uniform_filter(p, (3, 3, 0), mode="nearest")
        p = softmax(log_p + strength * agreement, axis=-1)
    return p


def weighted_mean(values, weights, reach):
    """Means of the neighbourhood's values (rows, columns, n), by weight."""
    total = gaussian_filter(weights, reach, mode="nearest")
    sums = gaussian_filter(values * weights[..., None], (reach, reach, 0), mode="nearest")
    return sums / np.maximum(total, 1e-6)[..., None]


def at_pixels(values, first, stride, shape, rows=slice(None)):
    """Values (rows, columns, ...) on a grid of windows, at every pixel of `shape`.

    Or only at those of some of its rows.
    """
    for axis, pixels in enumerate((np.arange(shape[0])[rows], np.arange(shape[1]))):
        values = _interpolate(values, (pixels - first) / stride, axis)
    return values


def follow_edges(values, guide, radius, tolerance):
    """Values (H, W, n) smoothed along with a guiding picture, and cut where it is.

    In each square of `2 * radius + 1` pixels the values are taken for linear functions of
    the planes of the guide (H, W, n_planes); edges weaker than `tolerance` are no edges.

    References
    ----------
    He, Sun and Tang, "Guided image filtering", IEEE Transactions on Pattern Analysis and
    Machine Intelligence 35(6), 2013.
    """

    def mean(planes):
        size = (2 * radius + 1,) * 2 + (1,) * (planes.ndim - 2)
        return uniform_filter(planes, size, mode="nearest")

    def products(left, right):
        return left[..., :, None] * right[..., None, :]

    # In float32 what varies less than a weak tolerance would be lost.
    guide = guide.astype(np.float64)
    mean_guide, mean_values = mean(guide), mean(values)
    covariance = mean(products(guide, guide)) - products(mean_guide, mean_guide)
    covariance += tolerance**2 * np.eye(guide.shape[-1])
    shared = mean(products(guide, values)) - products(mean_guide, mean_values)
    slopes = np.linalg.solve(covariance, shared)
    offsets = mean_values - np.einsum("...i,...ij->...j", mean_guide, slopes)
    found = np.einsum("...i,...ij->...j", guide, mean(slopes)) + mean(offsets)
    return found.astype(values.dtype)


def _interpolate(values, places, axis):
    """Linear interpolation along an axis at real places; constant beyond the ends."""
    last = values.shape[axis] - 1
    places = np.clip(places, 0, last)
    lower = np.minimum(places.astype(int), max(last - 1, 0))
    share = (places - lower).astype(values.dtype)
    share = share.reshape([-1 if i == axis else 1 for i in range(values.ndim)])
    low = np.take(values, lower, axis)
    high = np.take(values, np.minimum(lower + 1, last), axis)
    low += share * (high - low)
    return low
