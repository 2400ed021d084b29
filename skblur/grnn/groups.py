"""Groups of rows that resemble each other, such as those of one photograph."""

import numpy as np
from sklearn.utils import check_consistent_length, column_or_1d


def check_groups(groups, X):
    """Labels of groups, one for each row, as an array that can be sorted and saved.

    Raises
    ------
    ValueError
        If there is not one label per row.
    """
    if groups is None:
        return None
    groups = column_or_1d(groups)
    check_consistent_length(X, groups)
    return groups.astype(str) if groups.dtype == object else groups


def appended(groups, more):
    """Labels of the rows there are and of those that come.

    Raises
    ------
    ValueError
        If either have groups and the others have none.
    """
    if (groups is None) != (more is None):
        raise ValueError(
            "groups must go on as they began: give them in every call or in none, got "
            f"them {'first' if more is None else 'now'} only."
        )
    return None if groups is None else np.concatenate([groups, more])
