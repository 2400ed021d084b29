"""The leave-one-out spread: all candidates share the distances of a chunk.

Score of a spread: each row is predicted by all others, and the squared errors are averaged
over rows (with their weights) and outputs, each output in units of its variance. 0 is
perfect; the mean of the others scores a little above 1.
"""

from typing import NamedTuple

import numpy as np
import sklearn
from scipy.optimize import minimize_scalar

from .kernel import gap_blocks, gaussian, half_norms

# Candidates go from this fraction of the root mean square distance between rows ...
SMALLEST, LARGEST = 1e-4, 2.0
N_GRID = 16
# ... and the neighbours of the optimum found on a sample are this factor apart.
STEP = 1.15
MAX_PASSES = 8


class LeaveOneOut(NamedTuple):
    """What leaving rows out of a set of patterns needs.

    A pattern is a training row or a prototype. A query is a training row; leaving it out
    takes it off its own pattern, of which ``rest`` remains.

    Attributes
    ----------
    Q : queries of shape (n, n_features)
    X : patterns of shape (m, n_features)
    columns : ndarray of shape (m, n_outputs + 1), weight times target, and weight
    own : ndarray of shape (n,), the pattern of each query
    rest : ndarray of shape (n, n_outputs + 1), the query's pattern without it
    targets : ndarray of shape (n, n_outputs)
    weights : ndarray of shape (n,), of the queries in the score
    """

    Q: object
    X: object
    columns: np.ndarray
    own: np.ndarray
    rest: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    def sample(self, rows):
        """The same patterns, fewer queries."""
        return self._replace(
            Q=self.Q[rows],
            own=self.own[rows],
            rest=self.rest[rows],
            targets=self.targets[rows],
            weights=self.weights[rows],
        )


def of_rows(X, targets, weights):
    """Leave rows out of themselves.

    A weight is a count: leaving one out takes 1 off it, or all of it where it is less
    than 1. So a row of weight 3 scores exactly as the same row given three times.
    """
    columns = np.column_stack([targets * weights[:, None], weights])
    left = np.maximum(weights - 1, 0)
    rest = np.column_stack([targets * left[:, None], left])
    return LeaveOneOut(X, X, columns, np.arange(len(weights)), rest, targets, weights)


def of_prototypes(Q, targets, weights, X, labels):
    """Leave rows out of the prototypes that were made of them.

    The prototype's weight and mean target lose the row exactly; its place stays.
    """
    columns = np.column_stack([targets * weights[:, None], weights])
    taken = columns * (np.minimum(weights, 1) / weights)[:, None]
    columns = np.column_stack([np.bincount(labels, column) for column in columns.T])
    rest = columns[labels] - taken
    # What rounding leaves of a prototype made of one row is nothing.
    rest[rest[:, -1] < 1e-6 * taken[:, -1]] = 0
    dtype = targets.dtype
    return LeaveOneOut(
        Q, X, columns.astype(dtype), labels, rest.astype(dtype), targets, weights
    )


def blocks(problem):
    """The gaps of all queries, own patterns hidden where nothing is left of them."""
    alone = problem.rest[:, -1] <= 0
    own = np.where(alone, problem.own, -1)
    return gap_blocks(problem.Q, problem.X, half_norms(problem.X), own)


def kept_blocks(problem):
    """The gaps as arrays, if ``working_memory`` holds them all, or else None."""
    wanted = problem.Q.shape[0] * problem.X.shape[0] * problem.columns.dtype.itemsize
    if wanted > sklearn.get_config()["working_memory"] * 2**20:
        return None
    return [(rows, gaps.copy(), nearest) for rows, gaps, nearest in blocks(problem)]


def predictions(problem, spreads, kept=None):
    """Predict every query with it left out, for several spreads in one pass.

    Parameters
    ----------
    problem : LeaveOneOut
    spreads : sequence of float
    kept : list, optional
        What `kept_blocks` gave, to spare the distances another pass.

    Yields
    ------
    rows : slice
    predicted : ndarray of shape (n_spreads, n, n_outputs)
    """
    scratch = None
    for rows, gaps, _ in blocks(problem) if kept is None else kept:
        if scratch is None:
            scratch = np.empty_like(gaps)
        weights = scratch[: gaps.shape[0]]
        predicted = np.empty((len(spreads), *problem.targets[rows].shape), dtype=gaps.dtype)
        for answer, sigma in zip(predicted, spreads, strict=True):
            gaussian(gaps, sigma, out=weights)
            sums = sums_without_own(weights, problem, rows)
            np.divide(sums[:, :-1], sums[:, -1:], out=answer)
        yield rows, predicted


def sums_without_own(weights, problem, rows):
    """Weighted sums where each query's own pattern counts with what is left of it."""
    index = np.arange(weights.shape[0]), problem.own[rows]
    own = weights[index][:, None]
    weights[index] = 0
    return weights @ problem.columns + own * problem.rest[rows]


def scores(problem, spreads, kept=None):
    """Leave-one-out scores of several spreads in one pass over the distances.

    Returns
    -------
    ndarray of shape (n_spreads,), float64
    """
    errors = np.zeros(len(spreads))
    for rows, predicted in predictions(problem, spreads, kept):
        predicted -= problem.targets[rows]
        per_row = np.einsum("sno,sno->sn", predicted, predicted, dtype=np.float64)
        errors += per_row @ problem.weights[rows]
    return errors / (problem.weights.sum(dtype=np.float64) * problem.targets.shape[1])


def search(problem, rms_distance, n_sample, rng):
    """Find the spread of the lowest leave-one-out score.

    Up to ``n_sample`` queries: a geometric grid over all of them, then a bounded scalar
    search between the neighbours of its minimum. More queries: the same on a random
    sample of them (against all patterns, so without bias), and then passes over all
    queries with three spreads a factor 1.15 apart around the sample's optimum, continued
    while the lowest is the outermost.

    Parameters
    ----------
    problem : LeaveOneOut
    rms_distance : float
        Root mean square distance between rows.
    n_sample : int or None
        None takes all queries.
    rng : numpy.random.RandomState

    Returns
    -------
    sigma : float
        The spread of the lowest of the scores over all queries.
    table : ndarray of shape (n_candidates, 2)
        Spread and score over all queries, by ascending spread.
    """
    n = problem.Q.shape[0]
    if n_sample is None or n_sample >= n:
        tried = _grid_then_bounded(problem, rms_distance)
    else:
        sample = np.sort(rng.choice(n, n_sample, replace=False))
        start = _best(_grid_then_bounded(problem.sample(sample), rms_distance))
        tried = _walk(problem, start)
    return _best(tried), np.array(sorted(tried.items()))


def _grid_then_bounded(problem, rms_distance):
    """Spreads and scores of a coarse grid and of the search inside its best interval."""
    smallest = max(SMALLEST, 3 * np.sqrt(np.finfo(problem.columns.dtype).eps))
    grid = rms_distance * np.geomspace(smallest, LARGEST, N_GRID)
    kept = kept_blocks(problem)
    tried = dict(zip(grid, scores(problem, grid, kept), strict=True))
    best = np.searchsorted(grid, _best(tried))

    def score(log_sigma):
        sigma = float(np.exp(log_sigma))
        tried[sigma] = scores(problem, [sigma], kept)[0]
        return tried[sigma]

    bounds = np.log([grid[max(best - 1, 0)], grid[min(best + 1, N_GRID - 1)]])
    minimize_scalar(score, bounds=bounds, method="bounded", options={"xatol": 1e-2})
    return tried


def _walk(problem, start):
    """Spreads and scores over all queries, around ``start`` and on downhill."""
    tried, powers = {}, np.arange(-1, 2)
    for _ in range(MAX_PASSES):
        spreads = start * STEP**powers
        tried.update(zip(spreads, scores(problem, spreads), strict=True))
        best = _best(tried)
        if min(tried) < best < max(tried):
            break
        powers = powers + (3 if best == max(tried) else -3)
    return tried


def _best(tried):
    """The spread of the lowest score; of equals the widest, which is the smoothest."""
    return float(min(tried, key=lambda sigma: (tried[sigma], -sigma)))
