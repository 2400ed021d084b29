"""What comes into a model, checked as scikit-learn does it."""

import numpy as np
from sklearn.utils.validation import _check_sample_weight, validate_data

from ..queries import validate_queries
from .groups import check_groups


class CheckedRowsMixin:
    """Checks of rows, targets, weights, groups and queries."""

    def _validate(self, X, y, sample_weight, groups, reset):
        """Checked rows, targets, weights and groups; rows of no weight are gone."""
        X, y = validate_data(
            self,
            X,
            y,
            reset=reset,
            accept_sparse="csr" if self.metric == "euclidean" else False,
            dtype=(np.float64, np.float32) if reset else self.X_fit_.dtype,
            multi_output=True,
            y_numeric=True,
        )
        weights = _check_sample_weight(
            sample_weight, X, dtype=X.dtype, ensure_non_negative=True
        )
        groups = check_groups(groups, X)
        counted = weights > 0
        if not counted.any():
            raise ValueError("All sample weights are zero: no row is left to fit.")
        if not counted.all():
            X, y, weights = X[counted], y[counted], weights[counted]
            groups = None if groups is None else groups[counted]
        return X, y, weights, groups

    def _validate_queries(self, X):
        accepted = "csr" if self.metric == "euclidean" else False
        return validate_queries(self, X, self.X_fit_.dtype, accept_sparse=accepted)
