"""Fewer rows that stand for many."""

import warnings

import numpy as np
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning


def cluster(X, weights, n_prototypes, rng):
    """Which prototype stands for each row: weighted k-means.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_rows, n_features)
    weights : ndarray of shape (n_rows,)
    n_prototypes : int
    rng : numpy.random.RandomState

    Returns
    -------
    ndarray of shape (n_rows,), int
        Labels from 0 up without gaps. There are fewer than ``n_prototypes`` where the
        rows have fewer places.
    """
    # Takes a tenth of a second, and a GRNN that is read from a file needs none.
    from sklearn.cluster import KMeans

    means = KMeans(n_prototypes, n_init=1, max_iter=30, random_state=rng)
    with warnings.catch_warnings():
        # Fewer places than prototypes are welcome: nothing is lost then.
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = means.fit(X, sample_weight=weights).labels_
    return np.unique(labels, return_inverse=True)[1]


def merge(X, targets, variances, weights, labels):
    """Replace the rows of each label by one.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_rows, n_features)
    targets : ndarray of shape (n_rows, n_outputs)
    variances : ndarray of shape (n_rows, n_outputs) or None
        Variance of the targets that a row itself already stands for.
    weights : ndarray of shape (n_rows,)
    labels : ndarray of shape (n_rows,)

    Returns
    -------
    X, targets, variances, weights
        Weighted mean rows and targets, variance of the targets within each label, and
        summed weights.
    """
    n_rows, n_labels = len(labels), labels.max() + 1
    counts = np.bincount(labels, weights=weights, minlength=n_labels)
    shares = (weights / counts[labels]).astype(X.dtype)
    average = sparse.csr_array((shares, (labels, np.arange(n_rows))), (n_labels, n_rows))
    centres = average @ targets
    within = (targets - centres[labels]) ** 2
    if variances is not None:
        within += variances
    return average @ X, centres, average @ within, counts.astype(X.dtype)
