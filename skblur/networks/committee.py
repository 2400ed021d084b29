"""CommitteeClassifier: several perceptrons on common axes, which average what they say."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from ..queries import validate_queries
from ..rbm.finetuning import Rows
from ..rbm.pretraining import layer_sizes
from ..rbm.temperature import fit_temperature
from ..threads import one_blas_thread_for_few, one_blas_thread_if_few
from .axes import whitened_axes
from .perceptron import logits_of, train_perceptron

__all__ = ["CommitteeClassifier"]

# Rows at a time whose projections are kept in memory besides the rows.
AT_ONCE = 4000


class CommitteeClassifier(ClassifierMixin, BaseEstimator):
    """Perceptrons on whitened principal axes, with dropout, averaged.

    The rows are projected on their principal axes, stretched to nearly equal spread; a few
    perceptrons with rectified units learn from that, each with its own random numbers, and
    the committee's answer is the mean of their outputs before the softmax. Where it is
    known that some orders of the features mean the same (a mirrored picture), the rows are
    learned in all of them, and asked about in all of them.

    Use it for some thousands to hundreds of thousands of rows of features that are alike,
    such as the spectra of photographs.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, default=(384, 48)
        Rectified units of the hidden layers of each perceptron.

    n_networks : int, default=3
        How many perceptrons.

    n_axes : int, default=450
        Principal axes that they see.

    floor : float, default=1.0
        Variance, in units of the mean one, that is added to that of an axis before it is
        stretched to unit spread: the larger, the less noise is stretched.

    dropout : float, default=0.15
        Share of the hidden units that a step of training leaves out, in [0, 1); half of it
        of the inputs.

    alpha : float, default=1e-3
        L2 penalty of the weights, on the mean cross-entropy of a mini-batch.

    max_iter : int, default=10
        Epochs of training.

    batch_size : int, default=256
        Rows of a mini-batch.

    learning_rate_init : float, default=1e-3
        Step of Adam in the beginning; it falls to zero along half a cosine.

    symmetries : array-like of shape (n_ways, n_features), default=None
        Orders of the features that mean the same: ``X[:, way]`` is as good a row as ``X``,
        of the same class. None is the order that there is.

    random_state : int, RandomState instance or None, default=None
        Draws the axes' rows, weights, mini-batches and what is left out.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.

    mean_ : ndarray of shape (`n_features_in_`,)
        What is subtracted from a row.

    axes_ : ndarray of shape (`n_features_in_`, n_kept)
        What it is multiplied by then.

    networks_ : list of list of (weights, biases)
        The layers of each perceptron.

    n_iter_ : int
        Epochs that were run.

    temperature_ : float
        What the outputs are divided by, 1 until `calibrate`.

    n_features_in_ : int
        Number of features seen during fit.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during fit, if all are strings.

    See Also
    --------
    StackedRBMClassifier : A network pre-trained without labels.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to
    prevent neural networks from overfitting", Journal of Machine Learning Research 15,
    2014.

    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skblur import CommitteeClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X = X / 16
    >>> committee = CommitteeClassifier((64,), batch_size=32, max_iter=30, random_state=0)
    >>> bool(committee.fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) > 0.9)
    True
    """

    _parameter_constraints: dict = {
        "hidden_layer_sizes": ["array-like"],
        "n_networks": [Interval(Integral, 1, None, closed="left")],
        "n_axes": [Interval(Integral, 1, None, closed="left")],
        "floor": [Interval(Real, 0, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "symmetries": ["array-like", None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (384, 48),
        *,
        n_networks: int = 3,
        n_axes: int = 450,
        floor: float = 1.0,
        dropout: float = 0.15,
        alpha: float = 1e-3,
        max_iter: int = 10,
        batch_size: int = 256,
        learning_rate_init: float = 1e-3,
        symmetries: ArrayLike | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.n_networks = n_networks
        self.n_axes = n_axes
        self.floor = floor
        self.dropout = dropout
        self.alpha = alpha
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.symmetries = symmetries
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train the perceptrons.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features; half precision is kept until a row is needed.

        y : array-like of shape (n_samples,)
            Class labels.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples; those of weight 0 are dropped.

        Returns
        -------
        self : CommitteeClassifier
            The fitted committee.
        """
        dtypes = (np.float32, np.float64, np.float16)
        X, y = validate_data(self, X, y, dtype=dtypes)
        check_classification_targets(y)
        weights = _check_sample_weight(
            sample_weight, X, dtype=np.float32, ensure_non_negative=True
        )
        X, y, weights = Rows(X, y, weights).that_count()
        hidden = layer_sizes(self.hidden_layer_sizes)
        self._check_symmetries()
        rng = check_random_state(self.random_state)
        self.classes_, column = np.unique(y, return_inverse=True)
        self.temperature_, self.n_iter_ = 1.0, self.max_iter
        self.mean_, self.axes_ = whitened_axes(X, self.n_axes, self.floor, rng)
        rows = np.concatenate([self._project(X, way) for way in range(self._n_ways)])
        targets = np.eye(len(self.classes_), dtype=np.float32)[column]
        targets = np.tile(targets, (self._n_ways, 1))
        weights = np.ones(len(X)) if weights is None else weights / weights.mean()
        weights = np.tile(weights.astype(np.float32), self._n_ways)
        with one_blas_thread_if_few(self.batch_size):
            self.networks_ = [
                train_perceptron(
                    rows,
                    targets,
                    weights,
                    hidden,
                    dropout=self.dropout,
                    alpha=self.alpha,
                    epochs=self.max_iter,
                    batch_size=self.batch_size,
                    rate=self.learning_rate_init,
                    rng=rng,
                )
                for _ in range(self.n_networks)
            ]
        return self

    def calibrate(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Set how sure the committee is, by samples that it has not been trained on.

        The outputs before the softmax are divided by the temperature of least cross-entropy
        (Guo et al., "On calibration of modern neural networks", ICML 2017); what is
        likeliest stays so.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        y : array-like of shape (n_samples,)
            Class labels; those that are not known are left out.

        Returns
        -------
        self : CommitteeClassifier
            The same object.
        """
        check_is_fitted(self)
        check_consistent_length(X, y)
        known = np.isin(y, self.classes_)
        if len(self.classes_) > 1 and known.any():
            columns = np.searchsorted(self.classes_, np.asarray(y)[known])
            logits = self._logits(X)[known] * self.temperature_
            self.temperature_ = fit_temperature(logits, columns)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples,)
            Class labels.
        """
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        return softmax(self._logits(X), axis=1)

    def decision_function(self, X: ArrayLike) -> NDArray[np.floating]:
        """Logarithms of the probabilities, up to a constant per row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.

        Returns
        -------
        ndarray of shape (n_samples, n_classes), or (n_samples,) of two classes
            In the order of `classes_`; of two classes how much likelier the second is.
        """
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else logits

    @one_blas_thread_for_few
    def _logits(self, X):
        check_is_fitted(self)
        X = validate_queries(self, X, (np.float32, np.float64, np.float16))
        out = np.empty((len(X), len(self.classes_)))
        at_once = max(AT_ONCE // self._n_ways, 1)
        for first in range(0, len(X), at_once):
            part = X[first : first + at_once]
            # All orders in one product: the axes are large, and read once.
            rows = self._on_axes(np.concatenate([part[:, way] for way in self._ways]))
            logits = sum(logits_of(layers, rows) for layers in self.networks_)
            mean = logits.reshape(self._n_ways, len(part), -1).mean(axis=0)
            out[first : first + at_once] = mean
        return out / (len(self.networks_) * self.temperature_)

    @property
    def _ways(self):
        return [slice(None)] if self.symmetries is None else np.asarray(self.symmetries)

    @property
    def _n_ways(self):
        return len(self._ways)

    def _on_axes(self, X):
        return (X.astype(np.float32, copy=False) - self.mean_) @ self.axes_

    def _project(self, X, way):
        """Rows in one of their orders on the axes, float32."""
        out = np.empty((len(X), self.axes_.shape[1]), np.float32)
        for first in range(0, len(X), AT_ONCE):
            part = X[first : first + AT_ONCE]
            out[first : first + AT_ONCE] = self._on_axes(part[:, self._ways[way]])
        return out

    def _check_symmetries(self):
        if self.symmetries is None:
            return
        ways = np.asarray(self.symmetries)
        every = np.arange(self.n_features_in_)
        if ways.ndim != 2 or any(not np.array_equal(np.sort(way), every) for way in ways):
            msg = (
                "symmetries must be rows that each hold all feature indices from 0 to "
                f"{len(every) - 1} once, got an array of shape {ways.shape}"
            )
            raise ValueError(msg)
