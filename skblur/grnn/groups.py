"""Groups of rows that resemble each other, such as those of one photograph."""

from numbers import Real

import numpy as np
from sklearn.utils import check_consistent_length, column_or_1d

# Kinds of dtype whose labels are numbers.
NUMBERS = "biuf"


def check_groups(groups, X):
    """Labels of groups, one for each row, as numbers or text: both can be sorted and saved.

    Raises
    ------
    ValueError
        If there is not one label per row.
    """
    if groups is None:
        return None
    shape = np.shape(groups)
    if len(shape) != 1 and shape[1:] != (1,):
        raise ValueError(
            "groups must be a 1d array with one label per row: expected shape "
            f"(n_samples,), got {shape}."
        )
    groups = column_or_1d(groups)
    check_consistent_length(X, groups)
    if groups.dtype == object:
        # 1 and 1.0 are one label, which as text they would not be.
        numbers = all(isinstance(label, Real | np.bool_) for label in groups)
        groups = np.array(groups.tolist()) if numbers else groups
    return groups if groups.dtype.kind in NUMBERS + "U" else groups.astype(str)


def appended(groups, more):
    """Labels of the rows there are and of those that come.

    Raises
    ------
    ValueError
        If either have groups and the others have none, or if the labels of one are numbers
        and those of the other text.
    """
    if (groups is None) != (more is None):
        raise ValueError(
            "groups must go on as they began: give them in every call or in none, got "
            f"them {'first' if more is None else 'now'} only."
        )
    if groups is None:
        return None
    first, now = (
        "numbers" if labels.dtype.kind in NUMBERS else "text" for labels in (groups, more)
    )
    if first != now:
        raise ValueError(
            f"groups must go on as they began: expected labels that are {first}, got "
            f"{now}. Give the same labels in the same form in every call."
        )
    return np.concatenate([groups, more])
