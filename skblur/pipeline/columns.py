"""ColumnwiseRegressor: a clone of a regressor of one output for each column of targets."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

__all__ = []


# scikit-learn's MultiOutputRegressor knows no `return_std`, and routes once more what has
# been routed already.
class ColumnwiseRegressor(RegressorMixin, BaseEstimator):
    """Fits clones of a regressor of one output, one for each column."""

    def __init__(self, estimator):
        self.estimator = estimator

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

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
    # Only to fit: they import a third of scikit-learn.
    from sklearn.ensemble import BaggingRegressor
    from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
    from sklearn.neural_network import MLPRegressor

    # Tags that do not say that several outputs are taken: as what is wrapped, or always.
    wrappers = GridSearchCV, RandomizedSearchCV, BaggingRegressor
    silent = BaggingRegressor, MLPRegressor
    if isinstance(regressor, Pipeline):
        return takes_columns(regressor[-1])
    if isinstance(regressor, wrappers) and regressor.estimator is not None:
        return takes_columns(regressor.estimator)
    if isinstance(regressor, silent) or not hasattr(regressor, "__sklearn_tags__"):
        return True
    return get_tags(regressor).target_tags.multi_output
