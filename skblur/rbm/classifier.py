"""StackedRBMClassifier: chained RBMs, then a network fine-tuned from their weights."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.metrics import accuracy_score, log_loss
from sklearn.utils import compute_class_weight
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from .base import BaseStackedRBM
from .temperature import fit_temperature

__all__ = ["StackedRBMClassifier"]


class StackedRBMClassifier(ClassifierMixin, BaseStackedRBM):
    """Deep network pre-trained by restricted Boltzmann machines, then fine-tuned.

    Each hidden layer is first trained without labels, as a `BernoulliRBM` on the
    activations of the layer below. The weights are carried over into an
    `MLPClassifier`, which is fine-tuned with labels on the cross-entropy. Use it on
    features that can be read as probabilities, such as log spectra in [0, 1], above all
    where labelled samples are few and others plenty: rows without a label teach the RBMs,
    see `unlabeled` and `pretrain`.

    One epoch of pre-training costs O(n_samples * n_features * n_hidden) for the first
    layer, which dominates.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, default=(500, 30, 10)
        Units of the hidden layers; the default is the paper's.

    activation : {"logistic", "relu", "tanh"}, default="logistic"
        Of the hidden layers in fine-tuning; ``"logistic"`` is what an RBM computes.

    rbm_learning_rate : float, "auto" or sequence of these, default="auto"
        Step of the RBMs; one for all layers or one per layer. ``"auto"`` is 1.6 by the
        root of the number of units below.

    rbm_batch_size : int or sequence of int, default=20
        Rows of a mini-batch of the RBMs, all of this size. One for all or one per layer.

    rbm_n_iter : int or sequence of int, default=20
        Epochs of pre-training; one for all or one per layer. 0 for all leaves
        pre-training out, and the network starts as an `MLPClassifier` does. An RBM wants
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
        Hold rows out, stop when their log loss has not fallen for `n_iter_no_change`
        epochs, and go back to the best weights.

    validation_fraction : float, default=0.1
        Part of the rows held out by `early_stopping`, in (0, 1).

    n_iter_no_change : int, default=10
        Epochs of patience of `early_stopping`.

    tol : float, default=1e-4
        By how much the log loss must fall to count.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes in fine-tuning. ``"balanced"`` makes them inversely
        proportional to their frequency.

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

    unlabeled : int, str or None, default=-1
        Label of rows whose class is unknown, as in scikit-learn's semi-supervised
        estimators: they train the RBMs and nothing else. Where there is but one other
        label, as of classes -1 and 1, it is a class like any. None takes every label for
        a class: say so where -1 is one of three.

    warm_start : bool, default=False
        Let `fit` go on from the network of the call before, if it has the same features
        and classes, without pre-training.

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

    mlp_ : MLPClassifier
        The fine-tuned network.

    classes_ : ndarray of shape (n_classes,)
        Class labels.

    loss_curve_ : list of float
        Training loss after each epoch of fine-tuning.

    validation_scores_ : list of float or None
        Accuracy on the held-out rows after each epoch, with `early_stopping`.

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
    StackedRBMRegressor : The same for numbers.
    LogSpectrumTransformer : Makes features in [0, 1] of patches.
    sklearn.neural_network.BernoulliRBM : One layer of the pre-training.

    Notes
    -----
    **What pre-training is worth.** Of 1347 digits, and of 8000 log spectra of blurred
    patches, 100 have a label and the others teach the RBMs alone: rates of 0.92 and 0.81,
    where the same network without pre-training has 0.79 and 0.78
    (``benchmarks/pretraining.py``, five seeds). With 1000 labels it is worth a percent on
    digits and nothing on patches; with tens of thousands a network of rectified units with
    `whiten` learns faster and ends better, and the shipped model of patches is one.

    **Weights.** `sample_weight` and `class_weight` act in fine-tuning only; pre-training is
    blind to labels. Before scikit-learn 1.7, whose networks take weights, rows are drawn as
    often as their weights say.

    **Warnings.** A `ConvergenceWarning` tells that the network has learned next to nothing,
    or was still learning when it stopped, and what to change.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, section III-B.

    Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural
    networks", Science 313, 2006.

    Hinton, "A practical guide to training restricted Boltzmann machines", University of
    Toronto, 2010.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skblur import StackedRBMClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X = X / 16
    >>> network = StackedRBMClassifier((100, 20), random_state=0)
    >>> bool(network.fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) > 0.93)
    True

    Of 1200 digits only 100 have a label:

    >>> known = y[:1200].copy()
    >>> known[100:] = -1
    >>> bool(network.fit(X[:1200], known).score(X[1200:], y[1200:]) > 0.8)
    True
    """

    _parameter_constraints: dict = {
        **BaseStackedRBM._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "unlabeled": [Integral, str, None],
    }

    def __init__(
        self,
        hidden_layer_sizes: ArrayLike = (500, 30, 10),
        *,
        activation: Literal["logistic", "relu", "tanh"] = "logistic",
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
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        whiten: float | None = None,
        rescale: bool = False,
        unlabeled: int | str | None = -1,
        warm_start: bool = False,
        verbose: bool | int = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
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
        self.class_weight = class_weight
        self.whiten = whiten
        self.rescale = rescale
        self.unlabeled = unlabeled
        self.warm_start = warm_start
        self.verbose = verbose
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Pre-train on `X`, then fine-tune on the rows of `X` that have a label.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        y : array-like of shape (n_samples,)
            Class labels, `unlabeled` where they are unknown.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples in fine-tuning.

        Returns
        -------
        self : StackedRBMClassifier
            The fitted classifier.
        """
        X, y = validate_data(self, X, y, dtype=(np.float32, np.float64))
        check_classification_targets(y)
        known = self._known(y)
        classes = np.unique(y[known])
        sample_weight = self._combine_weights(X, y, sample_weight, known, classes)
        if not (hasattr(self, "classes_") and np.array_equal(classes, self.classes_)):
            # There is nothing to go on from: the outputs are other ones.
            vars(self).pop("mlp_", None)
        self.classes_ = classes
        y = y[known]
        chance = _entropy(y, sample_weight)
        rows = {"known": known, "classes": classes, "chance": chance}
        self._train(X, y, sample_weight, **rows)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """One epoch of fine-tuning, all layers with the full step, on a batch of rows.

        The first call pre-trains on its rows, unless `pretrain` has been called with more;
        features are taken as they are, whatever `whiten` says, which takes all rows;
        `rescale` keeps the range that it sees.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        y : array-like of shape (n_samples,)
            Class labels. Rows that are `unlabeled` are passed over but for pre-training.

        classes : array-like of shape (n_classes,), default=None
            All class labels that will ever come; needed in the first call.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        self : StackedRBMClassifier
            The same object.

        Raises
        ------
        ValueError
            If `classes` is not given in the first call, if `y` has a label that is not
            among them, or if ``class_weight="balanced"`` is set, which takes all rows.
        """
        first = not hasattr(self, "mlp_")
        X, y = validate_data(self, X, y, reset=first, dtype=(np.float32, np.float64))
        check_classification_targets(y)
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit")
        if first:
            self.classes_ = np.unique(classes)
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            msg = f"classes={classes} are not those of the first call, {self.classes_}"
            raise ValueError(msg)
        if self.class_weight == "balanced":
            msg = "partial_fit cannot balance classes that it has not seen: give a dict"
            raise ValueError(msg)
        known = self._known(y, self.classes_)
        if not np.isin(y[known], self.classes_).all():
            msg = f"y has labels that are not among the classes {self.classes_}"
            raise ValueError(msg)
        sample_weight = self._combine_weights(X, y, sample_weight, known, self.classes_)
        self._train_further(X, y[known], sample_weight, known=known, classes=self.classes_)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        Returns
        -------
        ndarray of shape (n_samples,)
            Class labels.
        """
        check_is_fitted(self, "mlp_")
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        X = self._validate(X)
        if len(self.classes_) == 1:
            return np.ones((len(X), 1), X.dtype)
        return self.mlp_.predict_proba(X)

    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Logarithms of the probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; a probability that has been rounded to nothing
            counts as the smallest that the dtype has.
        """
        probabilities = self.predict_proba(X)
        return np.log(np.maximum(probabilities, np.finfo(probabilities.dtype).tiny))

    def calibrate(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Set how sure the network is, by samples that it has not been trained on.

        Its outputs before the softmax are divided by the temperature of least
        cross-entropy (Guo et al., "On calibration of modern neural networks", ICML 2017);
        what is likeliest stays so.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        y : array-like of shape (n_samples,)
            Class labels; those that the network does not know are left out.

        Returns
        -------
        self : StackedRBMClassifier
            The same object, its last layer changed.
        """
        check_is_fitted(self, "mlp_")
        check_consistent_length(X, y)
        known = np.isin(y, self.classes_)
        if len(self.classes_) == 1 or not known.any():
            return self
        columns = np.searchsorted(self.classes_, np.asarray(y)[known])
        temperature = fit_temperature(self.predict_log_proba(X)[known], columns)
        for weights in (self.mlp_.coefs_, self.mlp_.intercepts_):
            weights[-1] = (weights[-1] / temperature).astype(weights[-1].dtype)
        return self

    def _known(self, y, classes=None):
        """Mask of the rows that have a label, or an ellipsis for all, which copies none.

        By default the classes are those of `y`.
        """
        is_text = isinstance(self.unlabeled, str)
        if self.unlabeled is None or is_text != (y.dtype.kind in "OUS"):
            return ...
        known = np.asarray(y != self.unlabeled)
        if classes is None:
            is_class = len(np.unique(y[known])) < 2
        else:
            is_class = self.unlabeled in classes
        return ... if is_class or known.all() else known

    def _combine_weights(self, X, y, sample_weight, known, classes):
        """Sample times class weights of the known rows, or None."""
        if sample_weight is None and self.class_weight is None:
            return None
        weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)[known]
        y = y[known]
        if self.class_weight is not None:
            per_class = compute_class_weight(self.class_weight, classes=classes, y=y)
            weight = weight * per_class[np.searchsorted(classes, y)].astype(weight.dtype)
        return weight

    def _judge(self, mlp, X, y, sample_weight):
        probabilities = mlp.predict_proba(X)
        predicted = mlp.classes_[probabilities.argmax(axis=1)]
        loss = log_loss(y, probabilities, sample_weight=sample_weight, labels=mlp.classes_)
        return loss, accuracy_score(y, predicted, sample_weight=sample_weight)


def _entropy(y, sample_weight):
    """Cross-entropy of guessing every class as often as it comes."""
    _, of = np.unique(y, return_inverse=True)
    shares = np.bincount(of, sample_weight)
    shares = shares[shares > 0] / shares.sum()
    return float(-np.sum(shares * np.log(shares)))
