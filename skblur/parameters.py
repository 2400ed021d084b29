"""The parameters of one blur type: a regressor that knows which columns vary and turn."""

from inspect import signature

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from .grnn.angles import decode_angle, encode_angle

SIZE, ANGLE = range(2)


class ParameterRegressor:
    """Fits any multi-output regressor to rows ``(size, angle)`` of one blur type.

    Angles are regressed as ``(cos 2w, sin 2w)``; a column that is constant in training
    is answered, not regressed.

    Parameters
    ----------
    regressor : estimator
        An unfitted regressor; it is fitted itself.

    Attributes
    ----------
    constants : ndarray of shape (2,)
        Size and angle where they do not vary, NaN where they are regressed.
    """

    def __init__(self, regressor):
        self.regressor = regressor
        self.constants = np.full(2, np.nan)

    def fit(self, X, parameters, sample_weight=None):
        """Fit to `parameters`, (n_samples, 2)."""
        constant = np.ptp(parameters, axis=0) == 0
        self.constants = np.where(constant, parameters[0], np.nan)
        columns = [] if constant[SIZE] else [parameters[:, SIZE]]
        if not constant[ANGLE]:
            columns.extend(encode_angle(parameters[:, ANGLE]).T)
        if not columns:
            return self
        # A single output goes as a vector: not every regressor takes a column.
        y = columns[0] if len(columns) == 1 else np.column_stack(columns)
        fit_weighted(self.regressor, X, y, sample_weight)
        return self

    def predict(self, X):
        """Rows ``(size, angle)``, the angle in [0, 180)."""
        if not self._varies.any():
            return np.tile(self.constants, (len(X), 1))
        return self._read(self.regressor.predict(X).reshape(len(X), -1))

    def predict_with_std(self, X):
        """Rows ``(size, angle)`` and their standard deviations.

        The deviation of an angle is the circular one. Constants have none; a regressor
        whose `predict` knows no ``return_std`` gives NaN.
        """
        std = np.zeros((len(X), 2))
        if not self._varies.any():
            return self.predict(X), std
        if not _knows_std(self.regressor):
            std[:, self._varies] = np.nan
            return self.predict(X), std
        found, spread = self.regressor.predict(X, return_std=True)
        found, spread = found.reshape(len(X), -1), spread.reshape(len(X), -1)
        if self._varies[SIZE]:
            std[:, SIZE] = spread[:, 0]
        if self._varies[ANGLE]:
            # Of mean resultant length r the circular deviation is sqrt(-2 log r), and
            # the doubled angle has twice that of the angle.
            resultant = np.hypot(found[:, -2], found[:, -1]).clip(1e-6, 1)
            std[:, ANGLE] = np.rad2deg(np.sqrt(-2 * np.log(resultant)) / 2)
        return self._read(found), std

    @property
    def _varies(self):
        return np.isnan(self.constants)

    def _read(self, outputs):
        """Rows of parameters from what the regressor predicted."""
        parameters = np.tile(self.constants, (len(outputs), 1))
        if self._varies[SIZE]:
            parameters[:, SIZE] = outputs[:, 0]
        if self._varies[ANGLE]:
            parameters[:, ANGLE] = decode_angle(outputs[:, -2:])
        return parameters


def fit_weighted(estimator, X, y, sample_weight):
    """The fitted estimator, with weights if there are any and its `fit` takes them."""
    if sample_weight is not None and has_fit_parameter(estimator, "sample_weight"):
        return estimator.fit(X, y, sample_weight=sample_weight)
    return estimator.fit(X, y)


def _knows_std(regressor):
    last = regressor[-1] if isinstance(regressor, Pipeline) else regressor
    return "return_std" in signature(last.predict).parameters
