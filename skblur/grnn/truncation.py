r"""Means of the targets without the rows that hardly count, within a tolerance.

For a query, row i has the weight :math:`e^{E_i}`, :math:`E_i = \log s_i - d_i^2/2\sigma^2`.
Whenever some of the weights have been summed, to :math:`K`, the *level*

.. math:: \ell = \log(\tau K / n)

says what hardly counts: all n rows below it together have a weight of at most
:math:`\tau K`. Leaving them out moves a mean by at most :math:`\tau` times the range of the
targets. A ball whose nearest point is below the level is not looked at; of the others the
exponents come from one matrix product per ball, and only those above are exponentiated.
Sums are kept relative to :math:`e^\ell`, and brought down as it rises, so that however near
the next row is, nothing overflows and nothing vanishes.

Relative errors of the weights up to :math:`\delta` move the mean by at most
:math:`\delta / 2` of the range. Products are taken in float32 where that is precise enough.
Where it is not, float32 still says which rows are below the level; the others are done
again in float64.
"""

from typing import NamedTuple

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.utils import gen_batches
from sklearn.utils.extmath import row_norms

from ..threads import MOST_THREADS, for_each, one_blas_thread
from . import prediction
from .balls import Balls
from .kernel import n_block_rows
from .tiles import Ball, Tile

# Fewer queries at once are faster from all rows.
FEW_QUERIES = 32
# Queries whose products with a ball stay in the second-level cache.
STRIP = 512
# Up to this share of weights that count, they are picked out one by one ...
FEW = 0.05
# ... as so many of the queries tell.
PROBES = 16
# Exponents, relative to the level, that float32 holds with room for sums; below the lowest
# a weight is nothing even next to those at the level.
HIGHEST, LOWEST = 60.0, -80.0


class Rows(NamedTuple):
    """The rows of a fitted model.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_features), in the order of the balls
    targets : ndarray of shape (n_rows, n_outputs)
    weights : ndarray of shape (n_rows,)
    balls : Balls
    sigma : float
    tolerance : float
        The largest error, as a share of the range of each output.
    """

    X: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    balls: Balls
    sigma: float
    tolerance: float

    def midpoint_and_half_range(self):
        """Of each output: targets less the one, by the other, are between -1 and 1."""
        low, high = self.targets.min(axis=0) / 2, self.targets.max(axis=0) / 2
        half_range = np.maximum(high - low, np.finfo(low.dtype).tiny)
        return (low + high).astype(np.float64), half_range.astype(np.float64)


def means(Q, rows):
    """Weighted mean target of each query, within the tolerance.

    Parameters
    ----------
    Q : ndarray of shape (n_queries, n_features)
    rows : Rows

    Returns
    -------
    ndarray of shape (n_queries, n_outputs)
    """
    near = _where_sums_are_precise(Q, rows)
    if np.count_nonzero(near) < FEW_QUERIES:
        near[:] = False
    found = np.empty((len(Q), rows.targets.shape[1]), dtype=rows.targets.dtype)
    if near.any():
        found[near] = _means_over_balls(Q[near], rows)
    if not near.all():
        found[~near] = prediction.means(
            Q[~near], rows.X, rows.targets, rows.weights, rows.sigma
        )
    return found


def _where_sums_are_precise(Q, rows):
    """Which queries are so near, in units of the spread, that float64 holds their squares.

    The exponents of others, and of all where the spread is next to nothing, lose too many
    digits, or overflow.
    """
    roundings = 10 * (Q.shape[1] + 5) * np.finfo(np.float64).eps
    with np.errstate(over="ignore"):
        farthest = np.sqrt(rows.tolerance / roundings) * rows.sigma
    extent = np.max(row_norms(rows.balls.centers) + rows.balls.radii)
    return row_norms(Q) + extent <= farthest


def _means_over_balls(Q, rows):
    """The same for queries that are not few; threads share them."""
    sums = np.empty((len(Q), rows.targets.shape[1] + 1))

    def add(queries):
        sums[queries] = Sums(Q[queries], rows).over_balls()

    with one_blas_thread as n_threads:
        n_threads = min(n_threads, MOST_THREADS, len(Q) // FEW_QUERIES)
        most = n_block_rows(4 * 8 * len(rows.balls.radii) * n_threads)
        n_chunks = max(n_threads, -(-len(Q) // most))
        order = _by_nearest_ball(Q, rows.balls, most)
        for_each(add, np.array_split(order, n_chunks), n_threads)
    midpoint, half_range = rows.midpoint_and_half_range()
    return sums[:, :-1] / sums[:, -1:] * half_range + midpoint


def _by_nearest_ball(Q, balls, batch):
    """Neighbours among the queries side by side: they look at the same balls."""
    nearest = [
        euclidean_distances(Q[rows], balls.centers, squared=True).argmin(axis=1)
        for rows in gen_batches(len(Q), batch)
    ]
    return np.argsort(np.concatenate(nearest), kind="stable")


class Sums:
    """Sums over rows of weight times target, and of weights, for a chunk of queries.

    Attributes
    ----------
    sums : ndarray of shape (n_queries, n_outputs + 1), in units of ``exp(level)``
    level : ndarray of shape (n_queries,)
    halves : ndarray of shape (n_balls, n_queries)
        Half the squared distances from the centres, in units of the spread.
    highest : ndarray of shape (n_balls, n_queries)
        What the exponents of a ball cannot exceed.
    """

    def __init__(self, Q, rows):
        balls, sigma, first = rows.balls, rows.sigma, rows.balls.starts[:-1]
        self.rows, self.scale = rows, rows.midpoint_and_half_range()
        self.Q = Q / np.float64(sigma)
        self.log_share = np.log(rows.tolerance / 2 / len(rows.X))
        distances = euclidean_distances(balls.centers / sigma, self.Q)
        self.halves = distances**2 / 2
        reach = np.maximum(distances - balls.radii[:, None] / sigma, 0)
        heaviest = np.maximum.reduceat(rows.weights, first)[:, None]
        self.highest = np.log(heaviest, dtype=np.float64) - reach**2 / 2
        nearest = euclidean_distances(rows.X[first] / sigma, self.Q, squared=True)
        weights = rows.weights[first, None]
        known = (np.log(weights, dtype=np.float64) - nearest / 2).max(axis=0)
        self.level = known + self.log_share
        self.sums = np.zeros((len(Q), rows.targets.shape[1] + 1))
        # Memory that is used again for each tile: the system would take longer to clean new
        # pages than the product takes.
        size = min(len(Q), STRIP) * np.diff(balls.starts).max()
        self.exponents, self.above = np.empty(size, np.float32), np.empty(size, bool)

    def over_balls(self):
        """The sums over all rows that count; those of the nearest balls set the level."""
        home = self.halves.argmin(axis=0)
        at_home = np.argsort(home, kind="stable")
        ends = np.searchsorted(home[at_home], np.arange(len(self.halves) + 1))
        for index in np.unique(home):
            self._visit(index, at_home[ends[index] : ends[index + 1]])
        for index in np.flatnonzero((self.highest > self.level).any(axis=1)):
            near = (self.highest[index] > self.level) & (home != index)
            self._visit(index, np.flatnonzero(near))
        return self.sums

    def _visit(self, index, queries):
        """Add the rows of a ball to the sums of these queries."""
        ball = Ball(self.rows, index, *self.scale)
        for start in range(0, len(queries), STRIP):
            strip = queries[start : start + STRIP]
            halves, level = self.halves[index, strip], self.level[strip]
            self._add_tile(Tile(self.Q[strip], ball, halves, level), strip)

    def _add_tile(self, tile, queries):
        single = self.exponents[: np.prod(tile.shape)].reshape(tile.shape)
        exponents = tile.exponents(single if tile.error <= 1 else np.empty(tile.shape))
        single = exponents.dtype == np.float32
        threshold = np.float32(-tile.error) if single else 0.0
        probe = exponents[:: max(1, len(queries) // PROBES)]
        if np.count_nonzero(probe > threshold) > FEW * probe.size:
            self._add_all(tile, exponents, queries)
        else:
            self._add_those_above(tile, exponents, threshold, queries)

    def _is_precise(self, tile, exponents):
        """Whether these exponents need not be found again, in float64."""
        return exponents.dtype == np.float64 or tile.is_precise(self.rows.tolerance)

    def _add_all(self, tile, exponents, queries):
        """Add all rows of the tile, with one product."""
        if not self._is_precise(tile, exponents):
            exponents = tile.exponents(np.empty(tile.shape))
        if exponents.max() > HIGHEST:
            lifts = self._lift(queries, exponents.max(axis=1))
            exponents -= lifts[:, None].astype(exponents.dtype)
        if exponents.min() < LOWEST:
            np.maximum(exponents, exponents.dtype.type(LOWEST), out=exponents)
        weights = np.exp(exponents, out=exponents)
        self._add(queries, weights @ tile.ball.columns.astype(weights.dtype))

    def _add_those_above(self, tile, exponents, threshold, queries):
        """Add the rows of the tile that are above the level, pair by pair."""
        above = self.above[: exponents.size].reshape(tile.shape)
        found = np.flatnonzero(np.greater(exponents, threshold, out=above))
        if len(found) == 0:
            return
        query, row = np.divmod(found, tile.shape[1])
        if self._is_precise(tile, exponents):
            exponents = exponents.ravel()[found].astype(np.float64)
        else:
            exponents = tile.exact_exponents(query, row)
        first = np.flatnonzero(np.r_[True, query[1:] != query[:-1]])
        queries = queries[query[first]]
        if exponents.max() > HIGHEST:
            lifts = self._lift(queries, np.maximum.reduceat(exponents, first))
            exponents -= np.repeat(lifts, np.diff(first, append=len(found)))
        weighted = np.exp(exponents)[:, None] * tile.ball.columns[row]
        self._add(queries, np.add.reduceat(weighted, first))

    def _lift(self, queries, exponents):
        """Raise the level where a row exceeds all that was known; return by how much."""
        lifts = np.where(exponents > HIGHEST, exponents + self.log_share, 0.0)
        self._raise_level(queries, lifts)
        return lifts

    def _add(self, queries, sums):
        """Add to the sums, and let the level follow them."""
        sums += self.sums[queries]
        self.sums[queries] = sums
        lifts = np.log(sums[:, -1]) + self.log_share
        if lifts.max() > 0:
            self._raise_level(queries, np.maximum(lifts, 0))

    def _raise_level(self, queries, lifts):
        self.level[queries] += lifts
        self.sums[queries] *= np.exp(-lifts)[:, None]
