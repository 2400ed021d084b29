"""ColumnwiseRegressor: a clone of a regressor of one output for each column of targets."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import BaggingRegressor
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

__all__ = []

# Their tags do not say that they take several outputs: as what they wrap does, or always.
WRAPPERS = GridSearchCV, RandomizedSearchCV, BaggingRegressor
SILENT = BaggingRegressor, MLPRegressor


# scikit-learn's MultiOutputRegressor knows no `return_std`, and routes once more what has
# been routed already.
class ColumnwiseRegressor(RegressorMixin, BaseEstimator):
    """Fits clones of a regressor of one output, one for each column."""

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y, **fit_params):
        """Fit to the columns of `y`, (n_samples, n_outputs)."""
        self.estimators_ = [
            clone(self.estimator).fit(X, column, **fit_params) for column in y.T
        ]
        return self

    def predict(self, X, return_std=False):
        """Columns (n_samples, n_outputs), and their standard deviations if asked for."""
        if not return_std:
            return np.column_stack([each.predict(X) for each in self.estimators_])
        both = [each.predict(X, return_std=True) for each in self.estimators_]
        return tuple(np.column_stack(columns) for columns in zip(*both, strict=True))


def takes_columns(regressor):
    """Whether `fit` of a regressor takes several outputs at once."""
    if isinstance(regressor, Pipeline):
        return takes_columns(regressor[-1])
    if isinstance(regressor, WRAPPERS) and regressor.estimator is not None:
        return takes_columns(regressor.estimator)
    if isinstance(regressor, SILENT) or not hasattr(regressor, "__sklearn_tags__"):
        return True
    return get_tags(regressor).target_tags.multi_output
