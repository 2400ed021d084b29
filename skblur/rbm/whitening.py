"""Coordinates in which the features of a network are uncorrelated and of equal spread.

Gradient descent is slow where features are alike, as neighbouring frequencies are. A
linear change of coordinates cures that and changes nothing else: the first layer of a
network is linear, so what is learned in the new coordinates is written in the old ones.
"""

import numpy as np

# Directions of less variance than this share of the largest are rounding.
NOTHING = 1e-10
# Rows that the covariance is taken from.
MAX_ROWS = 20000


class Whitening:
    """The change of coordinates ``z = (x - mean) @ to_white``, and the way back.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    floor : float
        Variance, in units of the mean one, below which a direction is not stretched to
        the full.
    rng : RandomState
        Draws the rows that the covariance is taken from.
    """

    def __init__(self, X, floor, rng):
        rows = X if len(X) <= MAX_ROWS else X[rng.permutation(len(X))[:MAX_ROWS]]
        rows = rows.astype(np.float64)
        self.mean = rows.mean(axis=0)
        rows -= self.mean
        variances, axes = np.linalg.eigh(rows.T @ rows / len(rows))
        kept = variances > NOTHING * variances[-1]
        if not kept.any():
            # Rows all alike: there is nothing to change.
            kept[-1] = True
        variances, axes = variances[kept], axes[:, kept]
        scales = np.sqrt(variances + floor * variances.mean())
        scales[scales == 0] = 1
        self.to_white = axes / scales
        self.from_white = (axes * scales).T

    def transform(self, X):
        """Rows in the new coordinates, in their dtype."""
        to_white = self.to_white.astype(X.dtype)
        return X @ to_white - (self.mean @ self.to_white).astype(X.dtype)

    def into(self, weights, bias):
        """A linear layer's weights and bias in the new coordinates."""
        return (
            (self.from_white @ weights).astype(weights.dtype),
            (bias + self.mean @ weights).astype(bias.dtype),
        )

    def back(self, old, new):
        """The layer `new`, which began as `old` in the new coordinates, in the old ones.

        What `old` did with directions that the features do not have is kept.
        """
        weights, _ = old
        change = new[0] - self.from_white @ weights
        weights = weights + self.to_white @ change
        bias = new[1] - self.mean @ weights
        return weights.astype(old[0].dtype), bias.astype(old[1].dtype)
