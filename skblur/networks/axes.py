"""Principal axes of rows, stretched to nearly equal spread: networks learn well of them."""

import numpy as np
from sklearn.utils.extmath import randomized_svd

__all__ = []

# Rows that the axes are taken from: more hardly turn them.
MAX_ROWS = 9000
# Directions of less variance than this share of the largest are rounding.
NOTHING = 1e-10


def whitened_axes(X, n_axes, floor, rng):
    """Mean of the rows and matrix (n_features, n) onto their stretched principal axes.

    A direction is stretched to unit spread, but for `floor` times the mean variance that
    is added to its own: noise is not to be blown up.
    """
    rows = X if len(X) <= MAX_ROWS else X[rng.permutation(len(X))[:MAX_ROWS]]
    mean = rows.mean(axis=0, dtype=np.float64)
    rows = rows - mean.astype(np.float32)
    n = max(min(n_axes, *rows.shape), 1)
    seed = rng.randint(np.iinfo(np.int32).max)
    _, sizes, axes = randomized_svd(rows, n, random_state=seed)
    variances = sizes.astype(np.float64) ** 2 / len(rows)
    kept = variances > NOTHING * variances[0]
    # Rows all alike: there is nothing to tell, but a direction is needed.
    kept[0] = True
    total = np.sum(rows**2, dtype=np.float64) / len(rows)
    scales = np.sqrt(variances[kept] + floor * total / rows.shape[1])
    scales[scales == 0] = 1
    return mean.astype(np.float32), (axes[kept].T / scales).astype(np.float32)
