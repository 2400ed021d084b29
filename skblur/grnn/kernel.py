"""Gaussian weights by matrix products, in chunks of bounded memory.

Everything rests on one identity. With half squared norms :math:`h_j = |x_j|^2 / 2`,

.. math:: -d^2(q, x_j) / 2 = q \\cdot x_j - h_j - |q|^2 / 2,

and the last term is the same for every row :math:`x_j`: it cancels in a ratio of sums, and
it cancels when the row maximum is subtracted. So the *gap* of a row,

.. math:: g_j = (q \\cdot x_j - h_j) - \\max_k (q \\cdot x_k - h_k)
              = (d_{\\min}^2 - d_j^2) / 2 \\le 0,

costs one matrix product, and the weight for any spread is :math:`\\exp(g_j / \\sigma^2)`: 1
for the nearest row however far the query is.
"""

import numpy as np
import sklearn
from scipy import sparse
from sklearn.utils import gen_batches
from sklearn.utils.extmath import row_norms, safe_sparse_dot

# A block of products this large keeps BLAS at full speed; more only costs memory.
BLOCK_BYTES = 48 * 2**20
# A strip of the block that stays in the second-level cache through max, exp and sums.
STRIP_BYTES = 2**20


def half_norms(X):
    """Half the squared norm of each row, in the dtype of the rows."""
    return (row_norms(X, squared=True) / 2).astype(X.dtype, copy=False)


def gap_blocks(Q, X, halves, hidden=None, finish=None):
    """Gaps between queries and rows, a block of queries at a time.

    Parameters
    ----------
    Q : ndarray or CSR array of shape (n_queries, n_features)
    X : ndarray or CSR array of shape (n_rows, n_features)
    halves : ndarray of shape (n_rows,)
        ``half_norms(X)``.
    hidden : callable, optional
        Given a slice of queries, the pairs that must not be seen: positions in the slice,
        and rows.
    finish : callable, optional
        What is to be done in place with each strip of gaps while it is in the cache.

    Yields
    ------
    rows : slice
        Which queries.
    gaps : ndarray of shape (n, n_rows)
        Their gaps; 0 at the nearest row, -inf at hidden rows. The memory is used again
        for the next block: the caller may overwrite it and must not keep it.
    nearest : ndarray of shape (n, 1)
        The subtracted maximum.
    """
    n_queries, n_rows = Q.shape[0], X.shape[0]
    block = n_block_rows(n_rows * halves.dtype.itemsize)
    buffer = None
    if not (sparse.issparse(Q) or sparse.issparse(X)):
        buffer = np.empty((min(block, n_queries), n_rows), dtype=halves.dtype)
    for rows in gen_batches(n_queries, block):
        gaps = _products(Q[rows], X, buffer)
        nearest = np.empty((gaps.shape[0], 1), dtype=gaps.dtype)
        for strip in strips(gaps):
            queries = slice(rows.start + strip.start, rows.start + strip.stop)
            nearest[strip] = _products_to_gaps(
                gaps[strip], halves, None if hidden is None else hidden(queries)
            )
            if finish is not None:
                finish(gaps[strip])
        yield rows, gaps, nearest


def strips(block):
    """Slices of rows that are small enough for the cache.

    Sums over a block are left to one matrix product per block: many small products would
    wake the threads of BLAS each time, which is slow where other programs run.
    """
    return gen_batches(block.shape[0], max(1, STRIP_BYTES // (block[:1].nbytes or 1)))


def n_block_rows(row_bytes):
    """Queries per block: within scikit-learn's ``working_memory``, and never none."""
    budget = min(sklearn.get_config()["working_memory"] * 2**20, BLOCK_BYTES)
    return max(1, int(budget // row_bytes))


def _products(Q, X, buffer):
    """Inner products of a block of queries with all rows, in place where dense."""
    if buffer is None:
        return np.ascontiguousarray(safe_sparse_dot(Q, X.T, dense_output=True))
    return np.matmul(Q, X.T, out=buffer[: Q.shape[0]])


def _products_to_gaps(products, halves, hidden):
    """Turn products into gaps in place; return the maxima that were subtracted."""
    products -= halves
    if hidden is not None:
        products[hidden] = -np.inf
    nearest = products.max(axis=1, keepdims=True)
    products -= nearest
    return nearest


def gaussian(gaps, sigma, out):
    """Weights ``exp(gaps / sigma^2)``, the smallest ones levelled.

    Weights below ``exp(lowest)`` are raised to it: next to the nearest row's weight of 1
    they are nothing, but denormal numbers would make all that follows ten times slower.
    The levelling comes before the product, so that no spread, however small, overflows.
    """
    lowest, gentlest, steepest = _exponent_limits(gaps.dtype)
    steepness = min(max(1 / float(sigma) / float(sigma), gentlest), steepest)
    for strip in strips(gaps):
        weights = np.maximum(
            gaps[strip], gaps.dtype.type(lowest / steepness), out=out[strip]
        )
        weights *= gaps.dtype.type(steepness)
        np.exp(weights, out=weights)
    return out


def _exponent_limits(dtype):
    """Lowest exponent worth its while, and the range that 1 / sigma^2 is kept in.

    The square of the lowest weight is not denormal either, and a million of them are
    below the rounding of 1. Within the range neither it nor the lowest gap overflows.
    """
    info = np.finfo(dtype)
    return 0.45 * float(np.log(info.tiny)), 1e3 * float(info.tiny), float(info.max)


def weighted_sums(Q, X, columns, sigma):
    """Sums over all rows of weight times column, per query.

    Parameters
    ----------
    Q, X : ndarray or CSR array of shape (n_queries, n_features), (n_rows, n_features)
    columns : ndarray of shape (n_rows, n_columns)
        What is summed. Sums are accumulated in the dtype of the columns: float64 columns
        over float32 rows give sums without cancellation at little cost.
    sigma : float

    Returns
    -------
    ndarray of shape (n_queries, n_columns)
        Relative to the nearest row's weight, so they neither vanish nor overflow.
    """
    sums = np.empty((Q.shape[0], columns.shape[1]), dtype=columns.dtype)

    def weigh(gaps):
        gaussian(gaps, sigma, out=gaps)

    for rows, weights, _ in gap_blocks(Q, X, half_norms(X), finish=weigh):
        if weights.dtype == columns.dtype:
            np.matmul(weights, columns, out=sums[rows])
            continue
        for strip in gen_batches(len(weights), max(1, len(weights) // 8)):
            sums[rows][strip] = weights[strip].astype(columns.dtype) @ columns
    return sums


def weight_totals(Q, X, counts, sigma):
    """Sum of weights, sum of squared weights and the nearest squared distance.

    Returns
    -------
    total, total_of_squares, nearest : ndarray of shape (n_queries,), float64
        The totals are relative to the nearest row's weight.
    """
    total, squares, nearest = np.empty((3, Q.shape[0]))
    for rows, gaps, top in gap_blocks(Q, X, half_norms(X)):
        weights = gaussian(gaps, sigma, out=gaps)
        total[rows] = weights @ counts
        weights *= weights
        squares[rows] = weights @ counts
        nearest[rows] = top[:, 0]
    # d^2 = |q|^2 - 2 (q.x - h), where rounding may fall below zero.
    distances = row_norms(Q, squared=True) - 2 * nearest
    return total, squares, np.maximum(distances, 0)
