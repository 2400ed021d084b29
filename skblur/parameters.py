"""The parameters of one blur type: a regressor that knows which columns vary and turn."""

import numpy as np
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
        if sample_weight is not None and has_fit_parameter(self.regressor, "sample_weight"):
            self.regressor.fit(X, y, sample_weight=sample_weight)
        else:
            self.regressor.fit(X, y)
        return self

    def predict(self, X):
        """Rows ``(size, angle)``, the angle in [0, 180)."""
        parameters = np.tile(self.constants, (len(X), 1))
        varies = np.isnan(self.constants)
        if not varies.any():
            return parameters
        found = self.regressor.predict(X).reshape(len(X), -1)
        if varies[SIZE]:
            parameters[:, SIZE] = found[:, 0]
        if varies[ANGLE]:
            parameters[:, ANGLE] = decode_angle(found[:, -2:])
        return parameters
