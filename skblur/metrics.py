"""Figures for estimated blurs: classification rate, parameter errors, scores.

Scorers for ``scoring=`` of a search or a cross-validation: `blur_scorer` of type and
parameters together, `classification_rate_scorer` and `type_log_loss_scorer` of the type.
scikit-learn's own strings, such as ``"accuracy"``, know no targets of three columns.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import make_scorer
from sklearn.utils.validation import check_consistent_length

from .blurs.angles import angle_error
from .blurs.targets import as_target_rows
from .blurs.types import parametric_types

__all__ = [
    "angle_error",
    "blur_score",
    "blur_scorer",
    "classification_rate",
    "classification_rate_scorer",
    "parameter_errors",
    "type_log_loss_scorer",
]


def classification_rate(
    y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Share of samples whose blur type was found.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples, 3) or (n_samples,)
        Rows ``(type, size, angle)``, or types alone, by code or name.

    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> from skblur.metrics import classification_rate
    >>> classification_rate([[1, 2, 0], [2, 9, 30]], [[1, 3, 0], [3, 4, 0]])
    0.5
    """
    y_true, y_pred = _check_pair(y_true, y_pred, sample_weight)
    return float(np.average(y_true[:, 0] == y_pred[:, 0], weights=sample_weight))


def parameter_errors(y_true: ArrayLike, y_pred: ArrayLike) -> dict[str, float]:
    """Mean absolute errors of the parameters, over the samples whose type was found.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples, 3)
        Rows ``(type, size, angle)``.

    Returns
    -------
    dict of str to float
        ``"sigma"``, ``"length"`` and ``"radius"`` in pixels, ``"angle"`` in degrees; a
        parameter of which there is no sample is left out.

    Examples
    --------
    >>> from skblur.metrics import parameter_errors
    >>> parameter_errors([[2, 9, 179], [1, 2, 0]], [[2, 10, 1], [1, 1.5, 0]])
    {'sigma': 0.5, 'length': 1.0, 'angle': 2.0}
    """
    y_true, y_pred = _check_pair(y_true, y_pred)
    errors = {}
    for each in parametric_types():
        hit = (y_true[:, 0] == each.code) & (y_pred[:, 0] == each.code)
        if hit.any():
            for p in each.parameters:
                off = p.error(y_pred[hit, p.index], y_true[hit, p.index])
                # Two types may have an angle each.
                name = p.name if p.name not in errors else f"{each.name} {p.name}"
                errors[name] = float(off.mean())
    return errors


def blur_score(
    y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """One number in [0, 1] for type and parameters together; 1 is perfect.

    A sample of the wrong type counts 0. One of the right type counts the mean over its
    parameters of what is right in them: ``max(0, 1 - |error| / true)`` for a size,
    ``1 - error / 90`` for the angle of motion, and 1 for a type without parameters.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples, 3)
        Rows ``(type, size, angle)``.

    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> from skblur.metrics import blur_score
    >>> blur_score([[1, 2, 0], [2, 10, 0]], [[1, 1, 0], [3, 10, 0]])
    0.25
    """
    y_true, y_pred = _check_pair(y_true, y_pred, sample_weight)
    credit = np.asarray(y_true[:, 0] == y_pred[:, 0], float)
    for each in parametric_types():
        hit = (y_true[:, 0] == each.code) & (y_pred[:, 0] == each.code)
        if hit.any():
            of_each = [
                p.credit(y_pred[hit, p.index], y_true[hit, p.index])
                for p in each.parameters
            ]
            credit[hit] = np.mean(of_each, axis=0)
    return float(np.average(credit, weights=sample_weight))


#: `blur_score` as a scorer, for ``GridSearchCV(..., scoring=blur_scorer)``.
blur_scorer = make_scorer(blur_score)

#: `classification_rate` as a scorer, where parameters do not matter.
classification_rate_scorer = make_scorer(classification_rate)


# `make_scorer` asks for probabilities of scikit-learn's classifiers only.
def type_log_loss_scorer(
    estimator: Any, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """A scorer: log loss of the probabilities of the types, negated; 0 is perfect.

    It tells how sure an estimator is, and how rightly, where `classification_rate` counts
    what it finds most probable.

    Parameters
    ----------
    estimator : estimator
        Fitted, with `predict_proba`.

    X : array-like of shape (n_samples, n_features)
        What it takes.

    y : array-like of shape (n_samples, 3) or (n_samples,)
        Rows ``(type, size, angle)``, or types alone, by code or name.

    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples.

    Returns
    -------
    float
        At most 0. A type that the estimator does not know counts as if it had given it the
        least probability that float32 tells from none beside one.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from skblur.metrics import type_log_loss_scorer
    >>> X, y = np.zeros((4, 1)), np.array([1, 2, 1, 2])
    >>> coin = DummyClassifier(strategy="prior").fit(X, y)
    >>> round(type_log_loss_scorer(coin, X, np.column_stack([y, y, y])), 3)
    -0.693
    """
    types = as_target_rows(y, "y")[:, 0]
    classes = as_target_rows(estimator.classes_, "classes_")[:, 0]
    p = np.asarray(estimator.predict_proba(X), np.float64)
    p_true = np.where(types[:, None] == classes, p, 0.0).sum(axis=1)
    smallest = np.finfo(np.float32).eps
    return float(np.average(np.log(p_true.clip(smallest, 1)), weights=sample_weight))


def _check_pair(y_true, y_pred, sample_weight=None):
    """Both as rows of three columns, of the same number."""
    y_true, y_pred = as_target_rows(y_true, "y_true"), as_target_rows(y_pred, "y_pred")
    check_consistent_length(y_true, y_pred, sample_weight)
    return y_true, y_pred
