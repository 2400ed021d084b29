"""Rows predicted by all others: literally leaving one out, or a group, in one pass.

Score of a spread: each row is predicted by all others, and the squared errors are averaged
over rows (with their weights) and outputs, each output in units of its variance. 0 is
perfect; the mean of the others scores a little above 1.
"""

from typing import NamedTuple

import numpy as np
import sklearn
from scipy import sparse

from . import parts
from .kernel import gap_blocks, gaussian, half_norms, strips


class LeaveOneOut(NamedTuple):
    """What leaving rows out of a set of patterns needs.

    A pattern is a training row or a prototype. A query is a training row; leaving it out
    takes its group, which is the row alone if there are no groups, off the patterns.

    Attributes
    ----------
    Q : queries of shape (n, n_features)
    X : patterns of shape (m, n_features)
    columns : ndarray of shape (m, n_outputs + 1), weight times target, and weight
    parts : Parts, what the groups have in the patterns
    groups : ndarray of shape (n,), the group of each query
    targets : ndarray of shape (n, n_outputs)
    weights : ndarray of shape (n,), of the queries in the score
    """

    Q: object
    X: object
    columns: np.ndarray
    parts: parts.Parts
    groups: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    def sample(self, rows):
        """The same patterns, fewer queries."""
        return self._replace(
            Q=self.Q[rows],
            groups=self.groups[rows],
            targets=self.targets[rows],
            weights=self.weights[rows],
        )


def of_rows(X, targets, weights, groups=None):
    """Leave rows out of themselves, or with each row all those of its group.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n, n_features)
    targets : ndarray of shape (n, n_outputs)
    weights : ndarray of shape (n,)
    groups : ndarray of shape (n,), optional
        Labels of any kind; None leaves out one row, and of a weight that is a count one.
    """
    return of_prototypes(X, targets, weights, X, np.arange(len(weights)), groups)


def of_prototypes(Q, targets, weights, X, labels, groups=None):
    """Leave rows out of the prototypes that were made of them.

    The prototypes' weights and mean targets lose the rows exactly; their places stay.

    Parameters
    ----------
    Q, targets, weights, groups
        The rows, as of `of_rows`.
    X : ndarray or CSR array of shape (m, n_features)
        Prototypes.
    labels : ndarray of shape (n,)
        The prototype of each row.
    """
    columns = np.column_stack([targets * weights[:, None], weights])
    if groups is None:
        codes = np.arange(len(weights))
        columns, taken = parts.of_single_rows(columns, labels)
    else:
        codes = np.unique(groups, return_inverse=True)[1]
        columns, taken = parts.of_groups(columns, labels, codes)
    dtype = targets.dtype
    taken = taken._replace(rest=taken.rest.astype(dtype))
    return LeaveOneOut(Q, X, columns.astype(dtype), taken, codes, targets, weights)


def blocks(problem):
    """The gaps of all queries, patterns hidden where nothing is left of them.

    Yields
    ------
    rows : slice
    gaps : ndarray of shape (n, n_patterns); the memory is used again.
    """
    parts, groups = problem.parts, problem.groups

    def hidden(rows):
        queries, own = parts.of(groups[rows])
        nothing = parts.rest[own, -1] <= 0
        return queries[nothing], parts.patterns[own[nothing]]

    found = gap_blocks(problem.Q, problem.X, half_norms(problem.X), hidden)
    return ((rows, gaps) for rows, gaps, _ in found)


def kept_blocks(problem):
    """The gaps as arrays, if ``working_memory`` holds them all, or else None."""
    wanted = problem.Q.shape[0] * problem.X.shape[0] * problem.columns.dtype.itemsize
    if wanted > sklearn.get_config()["working_memory"] * 2**20:
        return None
    return [(rows, gaps.copy()) for rows, gaps in blocks(problem)]


def predictions(problem, spreads, kept=None):
    """Predict every query with its group left out, for several spreads in one pass.

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
    for rows, gaps in blocks(problem) if kept is None else kept:
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
    """Weighted sums where patterns count with what is left of them without the group.

    The weights of patterns in which the query's group has a part become 0: nothing is
    subtracted from a sum, which would leave its rounding.
    """
    parts, groups = problem.parts, problem.groups[rows]
    rests = np.empty((len(weights), problem.columns.shape[1]), dtype=weights.dtype)
    for strip in strips(weights):
        queries, own = parts.of(groups[strip])
        index = queries, parts.patterns[own]
        shape = strip.stop - strip.start, len(parts.rest)
        ends = np.searchsorted(queries, np.arange(shape[0] + 1))
        left = sparse.csr_array((weights[strip][index], own, ends), shape=shape)
        rests[strip] = left @ parts.rest
        weights[strip][index] = 0
    return weights @ problem.columns + rests


def scores(problem, spreads, kept=None, watch=None):
    """Leave-one-out scores of several spreads in one pass over the distances.

    Parameters
    ----------
    problem, spreads, kept
        As of `predictions`.
    watch : callable, optional
        Told how many queries are done after each block of them.

    Returns
    -------
    ndarray of shape (n_spreads,), float64
    """
    errors = np.zeros(len(spreads))
    for rows, predicted in predictions(problem, spreads, kept):
        predicted -= problem.targets[rows]
        per_row = np.einsum("sno,sno->sn", predicted, predicted, dtype=np.float64)
        errors += per_row @ problem.weights[rows]
        if watch is not None:
            watch(rows.stop)
    return errors / (problem.weights.sum(dtype=np.float64) * problem.targets.shape[1])
