r"""A metric learned by minimising the leave-one-out error (Weinberger and Tesauro, 2007).

Rows are mapped to :math:`z`, in units of the spread, and
:math:`w_{ij} = \exp(-|z_i - z_j|^2 / 2)`. With :math:`\hat y_i` the prediction of row i by
the others, :math:`e_i = \hat y_i - y_i` and the error :math:`L = \sum_i c_i |e_i|^2`,

.. math:: \frac{\partial L}{\partial |z_i - z_j|^2} = -R_{ij}, \qquad
          R_{ij} = c_i \frac{w_{ij}}{\sum_k w_{ik}}\, e_i \cdot (y_j - \hat y_i).

With :math:`r_i = \sum_j (R_{ij} + R_{ji})`, for one spread per feature,
:math:`z_f = x_f e^{-\theta_f}`,

.. math:: \frac{\partial L}{\partial \theta_f}
          = 2 \sum_{ij} R_{ij} (z_{if} - z_{jf})^2
          = 2 \sum_i r_i z_{if}^2 - 4 \sum_i z_{if} (R Z)_{if},

and for a linear map, :math:`Z = X A`,

.. math:: \frac{\partial L}{\partial A}
          = -2 X^T \left(\operatorname{diag}(r) Z - R Z - R^T Z\right).

Both are matrix products with R, which is made a block of rows at a time: nothing of the
size rows x rows x features exists, and of rows x rows only a block.
"""

import numpy as np
from scipy.optimize import minimize

from . import leave_one_out
from .kernel import gaussian
from .prediction import means
from .spread_search import search
from .spreads import means_and_variances

# Held-out error must improve at least once in this many iterations.
PATIENCE = 10
# From this many rows on, every fifth (or fifth group) is held out to say when to stop.
ENOUGH_TO_HOLD_OUT, HELD_OUT = 50, 5

# Spreads stay within a factor exp(12) of where they started.
FARTHEST = 12


def learn(X, targets, weights, sigma, n_components, max_iter, groups=None):
    """Spreads or a linear map, started from a plain spread.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        Centred rows.
    targets : ndarray of shape (n_rows, n_outputs)
        Standardised targets.
    weights : ndarray of shape (n_rows,)
    sigma : float or ndarray of shape (n_features,)
    n_components : int or None
    max_iter : int
    groups : ndarray of shape (n_rows,), optional
        Labels of rows that are left out together; None leaves out one by one.

    Returns
    -------
    learned : ndarray of shape (n_features,) or (n_features, n_components), float64
        Spreads, or a map whose results are in units of the spread.
    held_out_errors : ndarray of shape (n_iter + 1,)
        Mean squared error on the held-out rows, from the start on; empty if there are
        too few rows to hold any out.
    """
    if n_components is None:
        return learn_spreads(X, targets, weights, sigma, max_iter, groups)
    inverse = np.broadcast_to(1 / np.asarray(sigma), X.shape[1]).astype(X.dtype)
    axes = steepest_axes(X * inverse, targets, weights, n_components, groups)
    axes *= inverse[:, None]
    # So few axes keep only a part of the distances: the spread between them is smaller.
    axes /= _plain_spread(X @ axes, targets, weights, groups)
    return learn_map(X, targets, weights, axes, max_iter, groups)


def steepest_axes(Z, targets, weights, n_axes, groups=None):
    """Orthonormal axes along which a stretch lowers the leave-one-out error fastest.

    To first order a stretch by the matrix M, ``z' M z``, changes the error by
    ``-trace(M Z' (diag(r) - R - R') Z)``: the axes are the leading eigenvectors.

    Parameters
    ----------
    Z : ndarray of shape (n_rows, n_features)
        Rows in units of the plain spread.
    targets : ndarray of shape (n_rows, n_outputs)
    weights : ndarray of shape (n_rows,)
    n_axes : int
    groups : ndarray of shape (n_rows,), optional

    Returns
    -------
    ndarray of shape (n_features, n_axes)
    """
    _, pulls = _error_and_pulls(Z, targets, weights, groups)
    gain = Z.T @ pulls
    _, axes = np.linalg.eigh(gain + gain.T)
    return axes[:, : -n_axes - 1 : -1].copy()


def _plain_spread(Z, targets, weights, groups):
    """The leave-one-out spread of rows that are a sample already."""
    _, variances = means_and_variances(Z, weights)
    distance = np.sqrt(2 * variances.sum())
    if distance == 0:
        return Z.dtype.type(1)
    problem = leave_one_out.of_rows(Z, targets, weights, groups)
    # All of them, and at once: a number of rows as large as theirs is no sample.
    return Z.dtype.type(search(problem, distance, len(Z), None)[0])


def learn_spreads(X, targets, weights, start, max_iter, groups=None):
    """One spread per feature by minimising the leave-one-out error.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    targets : ndarray of shape (n_rows, n_outputs)
    weights : ndarray of shape (n_rows,)
    start : float or ndarray of shape (n_features,)
        Spreads to start from.
    max_iter : int
    groups : ndarray of shape (n_rows,), optional

    Returns
    -------
    spreads : ndarray of shape (n_features,), float64
    held_out_errors : ndarray
    """
    start = np.log(np.broadcast_to(start, X.shape[1]).astype(np.float64))
    # A long step of the line search must not overflow float32.
    bounds = [(log_spread - FARTHEST, log_spread + FARTHEST) for log_spread in start]
    found, errors = _minimise(
        spreads_error, _scaled, start, X, targets, weights, groups, max_iter, bounds
    )
    return np.exp(found), errors


def learn_map(X, targets, weights, start, max_iter, groups=None):
    """A linear map to units of the spread by minimising the leave-one-out error.

    Parameters
    ----------
    X, targets, weights, max_iter, groups
        As of `learn_spreads`.
    start : ndarray of shape (n_features, n_components)

    Returns
    -------
    linear_map : ndarray of shape (n_features, n_components), float64
    held_out_errors : ndarray
    """
    start = np.asarray(start, dtype=np.float64)
    flat, errors = _minimise(
        map_error, _mapped, start.ravel(), X, targets, weights, groups, max_iter
    )
    return flat.reshape(start.shape), errors


def spreads_error(log_spreads, X, targets, weights, groups=None):
    """Leave-one-out error and its gradient by the logarithms of the spreads.

    Returns
    -------
    error : float
    gradient : ndarray of shape (n_features,), float64
    """
    Z = _scaled(log_spreads, X)
    error, gradient, pulled = 0.0, np.zeros(X.shape[1]), np.zeros(X.shape[0])
    for rows, block_error, R in _influences(Z, targets, weights, groups):
        error += block_error
        gradient -= 4 * np.einsum("if,if->f", Z[rows], R @ Z)
        pulled += np.ones(len(R), R.dtype) @ R
        pulled[rows] += R @ np.ones_like(weights)
    return error, gradient + 2 * (pulled.astype(Z.dtype) @ Z**2)


def map_error(flat, X, targets, weights, groups=None):
    """Leave-one-out error and its gradient by the entries of the linear map.

    Returns
    -------
    error : float
    gradient : ndarray of shape (n_features * n_components,), float64
    """
    error, pulls = _error_and_pulls(_mapped(flat, X), targets, weights, groups)
    return error, -2 * (X.T @ pulls).ravel().astype(np.float64)


def _error_and_pulls(Z, targets, weights, groups):
    """The error, and ``(diag(r) - R - R') Z``: where each row is to go."""
    error, pulls, pulled = 0.0, np.zeros_like(Z), np.zeros(Z.shape[0])
    for rows, block_error, R in _influences(Z, targets, weights, groups):
        error += block_error
        pulls[rows] -= R @ Z
        pulls -= R.T @ Z[rows]
        pulled += np.ones(len(R), R.dtype) @ R
        pulled[rows] += R @ np.ones_like(weights)
    pulls += pulled.astype(Z.dtype)[:, None] * Z
    return error, pulls


def _scaled(log_spreads, X):
    return X * np.exp(-log_spreads).astype(X.dtype)


def _mapped(flat, X):
    return X @ flat.reshape(X.shape[1], -1).astype(X.dtype)


def _influences(Z, targets, weights, groups):
    """Blocks of R and of the error, with c_i the share of a row in the mean error.

    Yields
    ------
    rows : slice
    error : float
    R : ndarray of shape (n, n_rows); the memory is used again.
    """
    problem = leave_one_out.of_rows(Z, targets, weights, groups)
    shares = weights / (weights.sum(dtype=np.float64) * targets.shape[1])
    shares = shares.astype(Z.dtype)
    extended = np.column_stack([targets, np.ones_like(weights)]) * weights[:, None]
    for rows, gaps in leave_one_out.blocks(problem):
        kernel = gaussian(gaps, 1.0, out=gaps)
        sums = leave_one_out.sums_without_own(kernel, problem, rows)
        predicted = sums[:, :-1] / sums[:, -1:]
        errors = predicted - targets[rows]
        # e_i . (y_j - yhat_i) for all pairs is one thin product.
        pull = np.column_stack([errors, -(errors * predicted).sum(axis=1)])
        kernel *= (pull * (shares[rows, None] / sums[:, -1:])) @ extended.T
        squares = np.einsum("io,io->i", errors, errors, dtype=np.float64)
        yield rows, float(squares @ shares[rows]), kernel


def _minimise(error, mapping, start, X, targets, weights, groups, max_iter, bounds=None):
    """L-BFGS-B from ``start``; the iterate with the lowest held-out error wins."""
    learning, held_out = _split(np.arange(len(X)) if groups is None else groups)
    X_in, targets_in, weights_in = X[learning], targets[learning], weights[learning]
    groups_in = None if groups is None else groups[learning]
    iterates, errors = [], []

    def watch(xk):
        Z_in, Z_out = mapping(xk, X_in), mapping(xk, X[held_out])
        predicted = means(Z_out, Z_in, targets_in, weights_in, 1.0)
        squares = ((predicted - targets[held_out]) ** 2).mean(axis=1)
        errors.append(np.average(squares, weights=weights[held_out]))
        if np.argmin(errors) == len(errors) - 1:
            iterates[:] = [xk.copy()]
        if len(errors) - np.argmin(errors) > PATIENCE:
            raise StopIteration

    if held_out.any():
        watch(start)
    result = minimize(
        error,
        start,
        args=(X_in, targets_in, weights_in, groups_in),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        callback=watch if held_out.any() else None,
        options={"maxiter": max_iter},
    )
    return (iterates[0] if iterates else result.x), np.array(errors)


def _split(groups):
    """Masks of the rows to learn from and of those held out; rows come shuffled.

    Whole groups are held out, small ones first, and two at least are left to predict one
    another.
    """
    _, first, of_rows, sizes = np.unique(
        groups, return_index=True, return_inverse=True, return_counts=True
    )
    held_out = np.zeros(len(groups), dtype=bool)
    if len(groups) >= ENOUGH_TO_HOLD_OUT and len(first) > 2:
        places = np.argsort(np.lexsort((first, sizes)))
        held_out = places[of_rows] % min(HELD_OUT, len(first)) == 0
    return ~held_out, held_out
