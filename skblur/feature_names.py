"""Names of the columns that a transformer makes: whose they are, and what each one is."""

import re
from collections import Counter

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

__all__ = []

# What the name of a class ends in, and a column's name need not say.
KIND = re.compile("(Transformer|Classifier|Regressor)$")
LEAST_DIGITS, MOST_DIGITS = 2, 6


class NamedFeaturesOutMixin:
    """Names the columns of a transformer by its class and by what they are.

    A subclass says by `_labels_out` what each column is.
    """

    def get_feature_names_out(
        self, input_features: ArrayLike | None = None
    ) -> NDArray[np.object_]:
        """Names of the columns that `transform` gives.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the columns that it takes; only compared with those that `fit` saw.

        Returns
        -------
        ndarray of str objects
            What the class is called, in lower case and without ``Transformer``,
            ``Classifier`` or ``Regressor``, an underscore, and what the column is. No two
            are the same.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        prefix = KIND.sub("", type(self).__name__).lower()
        names = [f"{prefix}_{label}" for label in _told_apart(self._labels_out())]
        return np.array(names, dtype=object)


def with_values(symbol, values):
    """Labels like ``f0.12``: of two digits, or as many as tell the values apart."""
    values = np.asarray(values, float)
    n_distinct = [len(np.unique(values.round(n))) for n in range(MOST_DIGITS + 1)]
    n_digits = max(n_distinct.index(n_distinct[-1]), LEAST_DIGITS)
    return [f"{symbol}{value:z.{n_digits}f}" for value in values]


def _told_apart(labels):
    """The labels; those that were there before are numbered."""
    seen = Counter()
    for label in labels:
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label}_{seen[label]}"
