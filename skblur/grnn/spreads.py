"""Scales of rows and targets: spreads, rules of thumb for them, standard deviations."""

from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.utils import check_array
from sklearn.utils.sparsefuncs import mean_variance_axis


def check_spread(sigma, n_features):
    """A spread given as a number, or an array of one per feature, as floats.

    Raises
    ------
    ValueError
        If an array is not positive with one entry per feature.
    """
    if isinstance(sigma, Real):
        return float(sigma)
    sigma = check_array(sigma, ensure_2d=False, dtype=np.float64, input_name="sigma")
    if sigma.shape != (n_features,) or (sigma <= 0).any():
        raise ValueError(
            "An array of spreads must be positive, one per feature: expected shape "
            f"({n_features},), got {sigma.shape} with minimum {sigma.min():g}."
        )
    return sigma.copy()


def divisor(sigma):
    """What rows are divided by before they are kept: spreads of features, or 1."""
    return sigma if np.ndim(sigma) else 1.0


def as_columns(y):
    """Targets of shape (n_samples,) or (n_samples, n_outputs) as columns."""
    return y.reshape(len(y), -1)


def standardised(targets, weights):
    """Targets of mean 0 and variance 1, so that each output counts the same."""
    means, variances = means_and_variances(targets, weights)
    return ((targets - means) / deviations_of(variances)).astype(targets.dtype)


def means_and_variances(X, weights, origin=0.0):
    """Weighted mean and variance of each column, in float64.

    The variance is 0 where it is no more than what rounding leaves of a constant.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_rows, n_features)
    weights : ndarray of shape (n_rows,)
    origin : ndarray of shape (n_features,), optional
        What was subtracted from the rows, and left its rounding.

    Returns
    -------
    means, variances : ndarray of shape (n_features,)
    """
    if sparse.issparse(X):
        means, variances = mean_variance_axis(X, axis=0, weights=weights.astype(X.dtype))
    else:
        shares = (weights / weights.sum(dtype=np.float64)).astype(X.dtype)
        means = shares @ X
        # Deviations before squares: E[x^2] - E[x]^2 would lose a small variance.
        deviations = X - means
        deviations *= deviations
        variances = shares @ deviations
    means, variances = means.astype(np.float64), variances.astype(np.float64)
    rounding = 10 * np.finfo(X.dtype).eps * np.abs(means + origin)
    return means, np.where(variances > rounding**2, variances, 0)


def deviations_of(variances):
    """Standard deviations; 1 of a constant, whose distances are 0 whatever the scale."""
    return np.where(variances > 0, np.sqrt(variances), 1)


def rule_of_thumb(rule, n_rows, deviations):
    """Scott's or Silverman's spread of each feature.

    Parameters
    ----------
    rule : {"scott", "silverman"}
    n_rows : float
        Number of rows, or sum of the sample weights.
    deviations : ndarray of shape (n_features,)
        Standard deviations.

    Returns
    -------
    ndarray of shape (n_features,)
    """
    n_features = len(deviations)
    if rule == "silverman":
        n_rows = n_rows * (n_features + 2) / 4
    return deviations * n_rows ** (-1 / (n_features + 4))


def scale_columns(X, factors):
    """Multiply each column by its factor, dtype and sparsity kept."""
    factors = np.asarray(factors, dtype=X.dtype)
    if sparse.issparse(X):
        return sparse.csr_array(X.multiply(factors[None, :]))
    return X * factors
