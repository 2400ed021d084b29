"""The parameters of one blur type: regressors that know which columns vary and turn."""

from collections.abc import Mapping
from inspect import signature

import numpy as np
from sklearn import config_context
from sklearn.base import clone
from sklearn.utils.validation import _check_method_params

from ..blurs.types import blur_type
from ..grnn.angles import decode_angle, encode_angle
from .columns import ColumnwiseRegressor, takes_columns
from .routing import accepted
from .steps import last_step, unfitted

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
        both vary; or a dict with one for ``"size"`` and one for ``"angle"``. Of one that
        takes one output only, a clone is fitted for each.

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

    def fit(self, X, parameters, fit_params=None):
        """Fit to `parameters`, (n_samples, 2).

        `fit_params` are keywords of the regressor's `fit`; of a dict of regressors, a dict
        of those of each.
        """
        constant = np.ptp(parameters, axis=0) == 0
        self.constants = np.where(constant, parameters[0], np.nan)
        encoded = {
            "size": parameters[:, SIZE, None],
            "angle": encode_angle(parameters[:, ANGLE]),
        }
        for regressor, names in self._steps():
            y = np.hstack([encoded[name] for name in names])
            keywords = fit_params or {}
            if isinstance(self.regressor, Mapping):
                keywords = keywords.get(names[0], {})
            if y.shape[1] > 1 and not takes_columns(regressor):
                regressor = self._by_column(regressor, names)
            # A single output goes as a vector: not every regressor takes a column.
            regressor.fit(X, y[:, 0] if y.shape[1] == 1 else y, **keywords)
        return self

    def _by_column(self, regressor, names):
        """The regressor, put in place by one that has a clone for each column."""
        columnwise = ColumnwiseRegressor(regressor)
        if isinstance(self.regressor, Mapping):
            self.regressor = {**self.regressor, names[0]: columnwise}
        else:
            self.regressor = columnwise
        return columnwise

    def predict(self, X):
        """Rows ``(size, angle)``, the angle in [0, 180)."""
        found = np.tile(self.constants, (len(X), 1))
        for regressor, names in self._asked_about(X):
            _read(regressor.predict(X).reshape(len(X), -1), names, found)
        return found

    def predict_with_std(self, X):
        """Rows ``(size, angle)`` and their standard deviations.

        The deviation of an angle is the circular one. Constants have none; a regressor
        whose `predict` knows no ``return_std`` gives NaN.
        """
        found = np.tile(self.constants, (len(X), 1))
        std = np.where(self._varies, np.nan, np.zeros((len(X), 2)))
        for regressor, names in self._asked_about(X):
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

    def _asked_about(self, X):
        """As `_steps`; about no rows there is nothing to ask."""
        return self._steps() if len(X) else []

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


def by_code(given):
    """What is given by the name or the code of a type, by the code."""
    return {blur_type(key).code: each for key, each in given.items()}


def fit_params_by_type(regressor, fit_params, codes):
    """Keywords of `fit` by code: those of the type's own regressor, or of the only one."""
    if isinstance(regressor, Mapping):
        return by_code(fit_params)
    return dict.fromkeys(codes, fit_params)


def regressors_by_type(regressor, codes):
    """A clone for each type, or for each its own out of a mapping by name or code."""
    if not isinstance(regressor, Mapping):
        return {code: clone(regressor) for code in codes}
    given = by_code(unfitted(regressor))
    missing = [c for c in codes if c not in given and blur_type(c).parameters]
    if missing:
        msg = f"regressor must have an entry for type {missing}, got {sorted(given)}"
        raise ValueError(msg)
    # A type without parameters needs no regressor.
    return {code: given.get(code, {}) for code in codes}


def fit_regressors(regressor, codes, X, targets, sample_weight=None):
    """`ParameterRegressor` by code, weighted where regressors take weights."""
    regressors = regressors_by_type(regressor, codes)
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    # These weights are the caller's own, no metadata that anybody has to request.
    with config_context(enable_metadata_routing=False):
        return fit_each(regressors, X, targets, accepted(regressors, weights))


def fit_each(regressors, X, targets, fit_params):
    """`ParameterRegressor` by code, each fitted to the rows of its type.

    `fit_params` are keywords of `fit` by code, as `ParameterRegressor.fit` takes them.
    """
    types = targets[:, 0].astype(int)
    fitted = {}
    for code, each in regressors.items():
        rows = np.flatnonzero(types == code)
        keywords = fit_params.get(code, {})
        if isinstance(each, Mapping):
            keywords = {
                name: _check_method_params(X, of_name, rows)
                for name, of_name in keywords.items()
            }
        else:
            keywords = _check_method_params(X, keywords, rows)
        fitted[code] = ParameterRegressor(each).fit(X[rows], targets[rows, 1:], keywords)
    return fitted


def _read(outputs, names, found):
    """Put the named parameters into `found`, from what a regressor predicted."""
    if "size" in names:
        # A straight line through sizes goes on below zero.
        found[:, SIZE] = np.maximum(outputs[:, 0], 0)
    if "angle" in names:
        found[:, ANGLE] = decode_angle(outputs[:, -2:])


def _knows_std(regressor):
    if isinstance(regressor, ColumnwiseRegressor):
        regressor = regressor.estimator
    return "return_std" in signature(last_step(regressor).predict).parameters
