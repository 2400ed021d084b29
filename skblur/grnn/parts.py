"""The parts that groups of rows have in the patterns made of them.

A pattern is a training row or a prototype, and stands for columns of sums over its rows:
of weight times target, and of the weight. A group is what is left out at once: one row, or
all rows of a photograph. Where a group has rows in a pattern, it has a part there.
"""

from typing import NamedTuple

import numpy as np


class Parts(NamedTuple):
    """Where each group has a part, and what remains of the pattern without it.

    Attributes
    ----------
    bounds : ndarray of shape (n_groups + 1,)
        The parts of group g are those from ``bounds[g]`` up to ``bounds[g + 1]``.
    patterns : ndarray of shape (n_parts,)
        Which pattern each is a part of.
    rest : ndarray of shape (n_parts, n_columns)
        The columns of that pattern when the group is left out.
    """

    bounds: np.ndarray
    patterns: np.ndarray
    rest: np.ndarray

    def of(self, groups):
        """Positions in ``groups``, in ascending order, and the parts of those groups."""
        counts = self.bounds[groups + 1] - self.bounds[groups]
        positions = np.repeat(np.arange(len(groups)), counts)
        skipped = self.bounds[groups] - (np.cumsum(counts) - counts)
        return positions, np.arange(len(positions)) + np.repeat(skipped, counts)


def of_single_rows(columns, labels):
    """Columns of the patterns, and the parts of rows that are left out one by one.

    A weight is a count: leaving a row out takes 1 off it, or all of it where it is less
    than 1. So a row of weight 3 is the same as the row given three times.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        Of the rows, the weight last.
    labels : ndarray of shape (n_rows,)
        The pattern of each row, from 0 up without gaps.

    Returns
    -------
    whole : ndarray of shape (n_patterns, n_columns)
    parts : Parts
        Group i is row i.
    """
    whole, others = _whole_and_others(columns, labels)
    weights = columns[:, -1:]
    kept = np.maximum(weights - 1, 0) / weights
    return whole, Parts(np.arange(len(labels) + 1), labels, others + columns * kept)


def of_groups(columns, labels, groups):
    """Columns of the patterns, and the parts of groups that are left out altogether.

    Parameters
    ----------
    columns, labels
        As of `of_single_rows`.
    groups : ndarray of shape (n_rows,)
        The group of each row, from 0 up without gaps.

    Returns
    -------
    whole : ndarray of shape (n_patterns, n_columns)
    parts : Parts
    """
    n_patterns = labels.max() + 1
    pairs, of_rows = np.unique(groups * n_patterns + labels, return_inverse=True)
    group, patterns = np.divmod(pairs, n_patterns)
    whole, others = _whole_and_others(_sums(columns, of_rows), patterns)
    bounds = np.searchsorted(group, np.arange(group[-1] + 2))
    return whole, Parts(bounds, patterns, others)


def _whole_and_others(columns, patterns):
    """Sums of the parts of each pattern, and of all its parts but one.

    A part that is more than half of its pattern is not taken off the sum, which would
    leave rounding only: the others are summed. There is one at most in each pattern.
    """
    whole = _sums(columns, patterns)
    large = columns[:, -1] > whole[patterns, -1] / 2
    others = whole[patterns] - columns
    others[large] = _sums(np.where(large[:, None], 0, columns), patterns)[patterns[large]]
    return whole, others


def _sums(columns, labels):
    """Sums of rows with the same label, in float64."""
    return np.column_stack([np.bincount(labels, column) for column in columns.T])
