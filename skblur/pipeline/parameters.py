"""The parameters of one blur type: regressors that know which columns vary and turn."""

from collections.abc import Mapping
from inspect import signature

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from ..blurs.types import blur_type
from ..grnn.angles import decode_angle, encode_angle
from .steps import unfitted

SIZE, ANGLE = range(2)
COLUMNS = {"size": SIZE, "angle": ANGLE}


class ParameterRegressor:
    """Fits regressors to rows ``(size, angle)`` of one blur type.

    Angles are regressed as ``(cos 2w, sin 2w)``; a column that is constant in training
    is answered, not regressed.

    Parameters
    ----------
    regressor : estimator or dict
        An unfitted regressor, which is fitted itself, to both parameters at once where
        both vary; or a dict with one for ``"size"`` and one for ``"angle"``.

    Attributes
    ----------
    constants : ndarray of shape (2,)
        Size and angle where they do not vary, NaN where they are regressed.
    """

    def __init__(self, regressor):
        if isinstance(regressor, Mapping) and not set(regressor) <= set(COLUMNS):
            msg = (
                f"a dict of regressors must have keys out of {sorted(COLUMNS)}, "
                f"got {sorted(regressor)}"
            )
            raise ValueError(msg)
        self.regressor = regressor
        self.constants = np.full(2, np.nan)

    def fit(self, X, parameters, sample_weight=None):
        """Fit to `parameters`, (n_samples, 2)."""
        constant = np.ptp(parameters, axis=0) == 0
        self.constants = np.where(constant, parameters[0], np.nan)
        encoded = {
            "size": parameters[:, SIZE, None],
            "angle": encode_angle(parameters[:, ANGLE]),
        }
        for regressor, names in self._steps():
            y = np.hstack([encoded[name] for name in names])
            # A single output goes as a vector: not every regressor takes a column.
            fit_weighted(regressor, X, y[:, 0] if y.shape[1] == 1 else y, sample_weight)
        return self

    def predict(self, X):
        """Rows ``(size, angle)``, the angle in [0, 180)."""
        found = np.tile(self.constants, (len(X), 1))
        for regressor, names in self._steps():
            _read(regressor.predict(X).reshape(len(X), -1), names, found)
        return found

    def predict_with_std(self, X):
        """Rows ``(size, angle)`` and their standard deviations.

        The deviation of an angle is the circular one. Constants have none; a regressor
        whose `predict` knows no ``return_std`` gives NaN.
        """
        found = np.tile(self.constants, (len(X), 1))
        std = np.where(self._varies, np.nan, np.zeros((len(X), 2)))
        for regressor, names in self._steps():
            if not _knows_std(regressor):
                _read(regressor.predict(X).reshape(len(X), -1), names, found)
                continue
            outputs, spread = regressor.predict(X, return_std=True)
            outputs = outputs.reshape(len(X), -1)
            _read(outputs, names, found)
            if "size" in names:
                std[:, SIZE] = spread.reshape(len(X), -1)[:, 0]
            if "angle" in names:
                # Of mean resultant length r the circular deviation is sqrt(-2 log r),
                # and the doubled angle has twice that of the angle.
                resultant = np.hypot(outputs[:, -2], outputs[:, -1]).clip(1e-6, 1)
                std[:, ANGLE] = np.rad2deg(np.sqrt(-2 * np.log(resultant)) / 2)
        return found, std

    @property
    def _varies(self):
        return np.isnan(self.constants)

    def _steps(self):
        """Each regressor with the parameters that it gives."""
        names = [name for name, column in COLUMNS.items() if self._varies[column]]
        if isinstance(self.regressor, Mapping):
            missing = [name for name in names if name not in self.regressor]
            if missing:
                msg = f"a dict of regressors must have an entry for {missing}, which varies"
                raise ValueError(msg)
            return [(self.regressor[name], [name]) for name in names]
        return [(self.regressor, names)] if names else []


def regressors_by_type(regressor, codes):
    """A clone for each type, or for each its own out of a mapping by name or code."""
    if not isinstance(regressor, Mapping):
        return {code: clone(regressor) for code in codes}
    given = {blur_type(key).code: each for key, each in unfitted(regressor).items()}
    missing = [c for c in codes if c not in given and blur_type(c).parameters]
    if missing:
        msg = f"regressor must have an entry for type {missing}, got {sorted(given)}"
        raise ValueError(msg)
    # A type without parameters needs no regressor.
    return {code: given.get(code, {}) for code in codes}


def fit_regressors(regressor, codes, X, targets, sample_weight=None):
    """`ParameterRegressor` by code, each fitted to the rows of its type."""
    types = targets[:, 0].astype(int)
    fitted = {}
    for code, each in regressors_by_type(regressor, codes).items():
        rows = types == code
        weight = None if sample_weight is None else sample_weight[rows]
        fitted[code] = ParameterRegressor(each).fit(X[rows], targets[rows, 1:], weight)
    return fitted


def _read(outputs, names, found):
    """Put the named parameters into `found`, from what a regressor predicted."""
    if "size" in names:
        found[:, SIZE] = outputs[:, 0]
    if "angle" in names:
        found[:, ANGLE] = decode_angle(outputs[:, -2:])


def fit_weighted(estimator, X, y, sample_weight):
    """The fitted estimator, with weights if there are any and its `fit` takes them."""
    if sample_weight is not None and has_fit_parameter(estimator, "sample_weight"):
        return estimator.fit(X, y, sample_weight=sample_weight)
    return estimator.fit(X, y)


def _knows_std(regressor):
    last = regressor[-1] if isinstance(regressor, Pipeline) else regressor
    return "return_std" in signature(last.predict).parameters
