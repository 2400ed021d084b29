"""Weighted means and deviations of the training targets."""

import numpy as np

from .kernel import weighted_sums


def means(Q, X, targets, weights, sigma):
    """Weighted mean target of each query.

    Parameters
    ----------
    Q : ndarray or CSR array of shape (n_queries, n_features)
    X : ndarray or CSR array of shape (n_rows, n_features)
    targets : ndarray of shape (n_rows, n_outputs)
    weights : ndarray of shape (n_rows,)
    sigma : float

    Returns
    -------
    ndarray of shape (n_queries, n_outputs)
    """
    # Deviations from the overall mean are summed, so that targets far from zero keep
    # their digits and a constant target comes back exactly.
    centre = _centre(targets, weights)
    columns = np.column_stack([(targets - centre) * weights[:, None], weights])
    sums = weighted_sums(Q, X, columns, sigma)
    return sums[:, :-1] / sums[:, -1:] + centre


def means_and_deviations(Q, X, targets, variances, weights, sigma):
    """Weighted mean and standard deviation of the targets of each query.

    Sums are in float64, because the variance is the difference of two of them.

    Parameters
    ----------
    Q, X, targets, weights, sigma
        As of `means`.
    variances : ndarray of shape (n_rows, n_outputs) or None
        Variance of the targets that a row stands for; None for none.

    Returns
    -------
    means, deviations : ndarray of shape (n_queries, n_outputs)
    """
    centre = _centre(targets, weights)
    offsets = targets.astype(np.float64) - centre
    squares = offsets**2 if variances is None else offsets**2 + variances
    columns = np.column_stack([offsets, squares, np.ones(len(weights))])
    sums = weighted_sums(Q, X, columns * weights[:, None], sigma)
    n_outputs = targets.shape[1]
    moments = sums[:, :-1] / sums[:, -1:]
    first, second = moments[:, :n_outputs], moments[:, n_outputs:]
    deviations = np.sqrt(np.maximum(second - first**2, 0))
    dtype = targets.dtype
    return (first + centre).astype(dtype), deviations.astype(dtype)


def _centre(targets, weights):
    """The overall mean target, in the dtype of the targets."""
    mean = np.average(targets, axis=0, weights=weights.astype(np.float64))
    return mean.astype(targets.dtype)
