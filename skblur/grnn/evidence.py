"""What speaks for a prediction."""

import numpy as np
from sklearn.utils import Bunch

from .kernel import weight_totals


def evidence(Q, X, weights, sigma, spreads):
    """How near the rows are to each query, how many of them count, and how dense they lie.

    Parameters
    ----------
    Q : ndarray or CSR array of shape (n_queries, n_features)
    X : ndarray or CSR array of shape (n_rows, n_features)
    weights : ndarray of shape (n_rows,)
    sigma : float
        The spread between these rows.
    spreads : float or ndarray of shape (n_features,)
        Those in units of the features, in whose volume the density is.

    Returns
    -------
    Bunch
        ``nearest``, ``effective_rows`` and ``log_density``, ndarrays of shape
        (n_queries,).
    """
    total, squares, nearest = weight_totals(Q, X, weights, sigma)
    nearest = np.sqrt(nearest) / sigma
    log_volume = np.log(np.broadcast_to(spreads, X.shape[1])).sum()
    log_volume += X.shape[1] * np.log(2 * np.pi) / 2
    log_share = np.log(total) - np.log(weights.sum(dtype=np.float64))
    return Bunch(
        nearest=nearest,
        effective_rows=total**2 / squares,
        log_density=log_share - nearest**2 / 2 - log_volume,
    )
