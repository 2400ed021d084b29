"""StackedRBMRegressor: chained RBMs, then a network fine-tuned to numbers."""

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin, _fit_context
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import _check_sample_weight, validate_data

from .base import BaseStackedRBM

__all__ = ["StackedRBMRegressor"]

# Residuals below this part of their median count as if they were of it.
SMALLEST_RESIDUAL = 0.1


class StackedRBMRegressor(RegressorMixin, BaseStackedRBM):
    """Deep network pre-trained by restricted Boltzmann machines, for numbers.

    The sibling of `StackedRBMClassifier`: the same chain of `BernoulliRBM`, fine-tuned
    as an `MLPRegressor`. Use it to predict, or as a transformer before a
    `GRNNRegressor`: its code has few numbers, which are alike where the targets are
    alike. That is what a GRNN needs of its distances.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, default=(256, 64, 16)
        Units of the hidden layers.

    activation : {"logistic", "relu", "tanh"}, default="logistic"
        Of the hidden layers in fine-tuning; ``"logistic"`` is what an RBM computes.

    loss : {"squared_error", "absolute_error"}, default="squared_error"
        What is minimised. ``"absolute_error"`` weighs the rows before every epoch by the
        inverse of their residuals (iteratively reweighted least squares): rows that
        cannot be predicted do not pull at those that can. Over several targets the
        residual is the Euclidean one of the standardised targets.

    code : {"hidden", "outputs"}, default="hidden"
        What `transform` gives: the activations of the last hidden layer, or the outputs
        of the network, which are the standardised predictions. A GRNN on the outputs
        finds its neighbours in a space of as many dimensions as there are targets.

    rbm_learning_rate : float, "auto" or sequence of these, default="auto"
        Step of the RBMs; one for all layers or one per layer. ``"auto"`` is 1.6 by the
        root of the number of units below.

    rbm_batch_size : int or sequence of int, default=20
        Rows of a mini-batch of the RBMs, all of this size. One for all or one per layer.

    rbm_n_iter : int or sequence of int, default=20
        Epochs of pre-training; one for all or one per layer. 0 for all leaves
        pre-training out, and the network starts as an `MLPRegressor` does. An RBM wants
        some thousands of steps: with tens of thousands of rows 5 epochs do.

    rbm_hold : float or "auto", default="auto"
        Share of the epochs of fine-tuning during which the first layer is held as its RBM
        left it; in the others all layers are tuned, after such epochs with a tenth of the
        step. Most of a wide first layer is not to be learned of few rows. ``"auto"`` is
        0.5 where the RBMs have seen more than twice as many rows as have a target,
        otherwise 0.

    solver : {"adam", "sgd"}, default="adam"
        Optimizer of fine-tuning.

    alpha : float, default=1e-4
        L2 penalty of fine-tuning.

    batch_size : int or "auto", default="auto"
        Rows of a mini-batch of fine-tuning. ``"auto"`` is a twentieth of the rows, 10 at
        least and 200 at most.

    learning_rate : {"constant", "cosine"}, default="cosine"
        Schedule of fine-tuning: as it is, or falling to zero along half a cosine.

    learning_rate_init : float, default=0.01
        Step of fine-tuning in its first epoch.

    max_iter : int, default=200
        Epochs of fine-tuning; 0 leaves the hidden layers as the RBMs left them.

    early_stopping : bool, default=False
        Hold rows out, stop when their mean squared error has not fallen for
        `n_iter_no_change` epochs, and go back to the best weights.

    validation_fraction : float, default=0.1
        Part of the rows held out by `early_stopping`, in (0, 1).

    n_iter_no_change : int, default=10
        Epochs of patience of `early_stopping`.

    tol : float, default=1e-4
        By how much the error of the standardised targets must fall to count.

    whiten : float, default=None
        Fine-tune in coordinates in which the features are uncorrelated and of nearly
        equal spread; the network that comes of it takes the features as they are. With
        tens of thousands of rows it learns faster and ends better where features are
        alike, as neighbouring frequencies are. Fewer rows it learns by heart. The
        number says from which variance on, as a multiple of the mean one, a direction
        is stretched to the full: the larger, the less noise is stretched with it; 0.3
        to 3 does well. None is the features as they are.

    rescale : bool, default=False
        Scale every feature to [0, 1] by its range in `fit`, and clip what lies beyond it
        later. By default features outside [0, 1] are refused.

    warm_start : bool, default=False
        Let `fit` go on from the network of the call before, if it has the same features
        and outputs, without pre-training.

    verbose : bool, default=False
        Print a line per epoch.

    random_state : int, RandomState instance or None, default=None
        Draws weights, mini-batches, samples of the RBMs and held-out rows.

    Attributes
    ----------
    rbms_ : list of BernoulliRBM
        The pre-trained layers, before fine-tuning; empty without pre-training.

    pretrained_ : int
        Rows by which `pretrain` has trained them; there only then.

    mlp_ : MLPRegressor
        The fine-tuned network; its outputs are the standardised targets.

    target_mean_, target_scale_ : float or ndarray of shape (n_outputs,)
        Mean and standard deviation of the targets in `fit`.

    loss_curve_ : list of float
        Training loss after each epoch of fine-tuning.

    validation_scores_ : list of float or None
        R2 on the held-out rows after each epoch, with `early_stopping`.

    reconstruction_errors_ : list of ndarray of shape (n_iter,)
        Per layer, the mean squared reconstruction error after each epoch.

    scaler_ : MinMaxScaler or None
        The range seen in `fit`, with `rescale`.

    n_iter_ : int
        Epochs of fine-tuning that were run.

    n_features_in_ : int
        Number of features seen during fit.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during fit, if all are strings.

    See Also
    --------
    StackedRBMClassifier : The same for labels.
    GRNNRegressor : Takes the code that `transform` gives.

    Notes
    -----
    `sample_weight` acts in fine-tuning only; pre-training is blind to targets. Before
    scikit-learn 1.7, whose networks take weights, rows are drawn as often as their
    weights say. A `ConvergenceWarning` tells that a network of least squares has learned
    next to nothing, or was still learning when it stopped.

    References
    ----------
    Salakhutdinov and Hinton, "Learning a nonlinear embedding by preserving class
    neighbourhood structure", AISTATS 2007.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from skblur import GRNNRegressor, StackedRBMRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> code = StackedRBMRegressor((20, 4), rescale=True, random_state=0)
    >>> model = make_pipeline(code, GRNNRegressor()).fit(X[:300], y[:300])
    >>> bool(model.score(X[300:], y[300:]) > 0.3)
    True
    """

    _parameter_constraints: dict = {
        **BaseStackedRBM._parameter_constraints,
        "loss": [StrOptions({"squared_error", "absolute_error"})],
        "code": [StrOptions({"hidden", "outputs"})],
    }

    def __init__(
        self,
        hidden_layer_sizes: ArrayLike = (256, 64, 16),
        *,
        activation: Literal["logistic", "relu", "tanh"] = "logistic",
        loss: Literal["squared_error", "absolute_error"] = "squared_error",
        code: Literal["hidden", "outputs"] = "hidden",
        rbm_learning_rate: float | str | Sequence[float | str] = "auto",
        rbm_batch_size: int | Sequence[int] = 20,
        rbm_n_iter: int | Sequence[int] = 20,
        rbm_hold: float | Literal["auto"] = "auto",
        solver: Literal["adam", "sgd"] = "adam",
        alpha: float = 1e-4,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate: Literal["constant", "cosine"] = "cosine",
        learning_rate_init: float = 0.01,
        max_iter: int = 200,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-4,
        whiten: float | None = None,
        rescale: bool = False,
        warm_start: bool = False,
        verbose: bool | int = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.loss = loss
        self.code = code
        self.rbm_learning_rate = rbm_learning_rate
        self.rbm_batch_size = rbm_batch_size
        self.rbm_n_iter = rbm_n_iter
        self.rbm_hold = rbm_hold
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.whiten = whiten
        self.rescale = rescale
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Pre-train on `X`, then fine-tune on `X` and `y`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples in fine-tuning.

        Returns
        -------
        self : StackedRBMRegressor
            The fitted regressor.
        """
        X, y, sample_weight = self._check_rows(X, y, sample_weight, reset=True)
        as_before = np.shape(getattr(self, "target_mean_", None)) == y.shape[1:]
        if not (as_before and self._goes_on(X.shape[1], y[:1].size)):
            vars(self).pop("mlp_", None)
            self._set_target_scale(y, sample_weight)
        y = self._standardised(y, X.dtype)
        if self.loss == "absolute_error":
            self._train(X, y, sample_weight, reweigh=_inverse_residuals)
        else:
            # Half of the mean square, which is 1 of standardised targets that vary.
            chance = float(np.mean(np.ptp(y, axis=0) > 0)) / 2
            self._train(X, y, sample_weight, chance=chance)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """One epoch of fine-tuning, all layers with the full step, on a batch of rows.

        The first call pre-trains on its rows, unless `pretrain` has been called with more;
        features are taken as they are, whatever `whiten` says, which takes all rows;
        its targets set the scale of all, and `rescale` keeps the range that it sees.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        self : StackedRBMRegressor
            The same object.
        """
        first = not hasattr(self, "mlp_")
        X, y, sample_weight = self._check_rows(X, y, sample_weight, reset=first)
        if first:
            self._set_target_scale(y, sample_weight)
        reweigh = _inverse_residuals if self.loss == "absolute_error" else None
        y = self._standardised(y, X.dtype)
        self._train_further(X, y, sample_weight, reweigh=reweigh)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.floating]:
        """Predicted targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In the shape of the targets of `fit`.
        """
        X = self._validate(X)
        outputs = self.mlp_.predict(X).reshape(len(X), *np.shape(self.target_mean_))
        scaled = outputs * self.target_scale_ + self.target_mean_
        return scaled.astype(X.dtype, copy=False)

    def transform(self, X: ArrayLike, layer: int | None = None) -> NDArray[np.floating]:
        """The code of each row: what ``code`` says, or the activations of a layer.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        layer : int, default=None
            Index of a hidden layer, from 0; negative counts from the last. None is what
            ``code`` says.

        Returns
        -------
        ndarray of shape (n_samples, n_units)
            Activations or outputs. The first output is called ``stackedrbm_output0``, the
            first unit of ``layer=2`` ``stackedrbm_layer2_unit0``.
        """
        if layer is not None or self.code == "hidden":
            return super().transform(X, layer=-1 if layer is None else layer)
        X = self._validate(X)
        return self.mlp_.predict(X).reshape(len(X), -1)

    def _check_rows(self, X, y, sample_weight, *, reset):
        """Features, float64 targets of the shape that they have, weights or None."""
        dtypes = (np.float32, np.float64)
        X, y = validate_data(
            self, X, y, reset=reset, multi_output=True, y_numeric=True, dtype=dtypes
        )
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        return X, np.asarray(y, np.float64), sample_weight

    def _set_target_scale(self, y, sample_weight):
        self.target_mean_ = np.average(y, axis=0, weights=sample_weight)
        variance = np.average((y - self.target_mean_) ** 2, axis=0, weights=sample_weight)
        self.target_scale_ = np.where(variance > 0, np.sqrt(variance), 1.0)

    def _standardised(self, y, dtype):
        """Targets in units of the first ones' deviations; a single column is flat."""
        y = ((y - self.target_mean_) / self.target_scale_).astype(dtype)
        return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y

    def _judge(self, mlp, X, y, sample_weight):
        predicted = mlp.predict(X)
        loss = mean_squared_error(y, predicted, sample_weight=sample_weight)
        return loss, r2_score(y, predicted, sample_weight=sample_weight)

    def _labels_out(self):
        if self.code == "hidden":
            return super()._labels_out()
        return [f"output{index}" for index in range(self.mlp_.n_outputs_)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _inverse_residuals(mlp, X, y, sample_weight):
    """Weights under which least squares is a step of least absolute residuals."""
    residuals = np.abs(mlp.predict(X) - y)
    if residuals.ndim == 2:
        residuals = np.sqrt((residuals**2).sum(axis=1))
    floor = SMALLEST_RESIDUAL * np.median(residuals)
    if floor == 0:
        return sample_weight
    weights = 1 / np.maximum(residuals, floor)
    if sample_weight is not None:
        weights *= sample_weight
    return (weights / weights.mean()).astype(X.dtype)
