"""StackedRBMClassifier: chained RBMs, then a network fine-tuned from their weights."""

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.metrics import accuracy_score, log_loss
from sklearn.utils import check_random_state, compute_class_weight
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from .base import BaseStackedRBM
from .temperature import fit_temperature

__all__ = ["StackedRBMClassifier"]


class StackedRBMClassifier(ClassifierMixin, BaseStackedRBM):
    """Deep network pre-trained by restricted Boltzmann machines, then fine-tuned.

    Each hidden layer is first trained without labels, as a `BernoulliRBM` on the
    activations of the layer below. The weights are carried over into an
    `MLPClassifier`, which is fine-tuned with labels on the cross-entropy. Use it on
    features that can be read as probabilities, such as log spectra in [0, 1], above all
    where labelled samples are few.

    One epoch of pre-training costs O(n_samples * n_features * n_hidden) for the first
    layer, which dominates.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, default=(500, 30, 10)
        Units of the hidden layers; the default is the paper's.

    activation : {"logistic", "relu", "tanh"}, default="logistic"
        Of the hidden layers in fine-tuning; ``"logistic"`` is what an RBM computes.

    rbm_learning_rate : float or sequence of float, default=0.05
        Step of the RBMs; one for all layers or one per layer.

    rbm_batch_size : int or sequence of int, default=100
        Rows of a mini-batch of the RBMs, all of this size. One for all or one per layer.

    rbm_n_iter : int or sequence of int, default=10
        Epochs of pre-training; one for all or one per layer. 0 for all leaves
        pre-training out, and the network starts as an `MLPClassifier` does.

    solver : {"adam", "sgd"}, default="adam"
        Optimizer of fine-tuning.

    alpha : float, default=1e-4
        L2 penalty of fine-tuning.

    batch_size : int, default=100
        Rows of a mini-batch of fine-tuning.

    learning_rate : {"constant", "cosine"}, default="cosine"
        Schedule of fine-tuning: as it is, or falling to zero along half a cosine.

    learning_rate_init : float, default=0.001
        Step of fine-tuning in its first epoch.

    max_iter : int, default=50
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

    verbose : bool, default=False
        Print a line per epoch.

    random_state : int, RandomState instance or None, default=None
        Draws weights, mini-batches, samples of the RBMs and held-out rows.

    Attributes
    ----------
    rbms_ : list of BernoulliRBM
        The pre-trained layers, before fine-tuning; empty without pre-training.

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

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of features seen during fit, if all are strings.

    See Also
    --------
    StackedRBMRegressor : The same for numbers.
    LogSpectrumTransformer : Makes features in [0, 1] of patches.
    sklearn.neural_network.BernoulliRBM : One layer of the pre-training.

    Notes
    -----
    `sample_weight` and `class_weight` act in fine-tuning only; pre-training is blind to
    labels. Before scikit-learn 1.7, whose networks take weights, rows are drawn as often as
    their weights say.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, section III-B.

    Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural
    networks", Science 313, 2006.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skblur import StackedRBMClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> network = StackedRBMClassifier((64,), learning_rate_init=0.01, random_state=0)
    >>> bool(network.fit(X[:1200] / 16, y[:1200]).score(X[1200:] / 16, y[1200:]) > 0.9)
    True
    """

    _parameter_constraints: dict = {
        **BaseStackedRBM._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        hidden_layer_sizes=(500, 30, 10),
        *,
        activation="logistic",
        rbm_learning_rate=0.05,
        rbm_batch_size=100,
        rbm_n_iter=10,
        solver="adam",
        alpha=1e-4,
        batch_size=100,
        learning_rate="cosine",
        learning_rate_init=1e-3,
        max_iter=50,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        tol=1e-4,
        class_weight=None,
        whiten=None,
        rescale=False,
        verbose=False,
        random_state=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.rbm_learning_rate = rbm_learning_rate
        self.rbm_batch_size = rbm_batch_size
        self.rbm_n_iter = rbm_n_iter
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
        self.verbose = verbose
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Pre-train on `X`, then fine-tune on `X` and `y`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        y : array-like of shape (n_samples,)
            Class labels.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples in fine-tuning.

        Returns
        -------
        self : StackedRBMClassifier
            The fitted classifier.
        """
        X, y = validate_data(self, X, y, dtype=(np.float32, np.float64))
        check_classification_targets(y)
        sample_weight = self._combine_weights(X, y, sample_weight)
        rng = check_random_state(self.random_state)
        self.classes_ = np.unique(y)
        self._train(X, y, sample_weight, rng, classes=self.classes_)
        return self

    def predict(self, X):
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
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X):
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

    def calibrate(self, X, y):
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
        check_is_fitted(self)
        known = np.isin(y, self.classes_)
        X, y = np.asarray(X)[known], np.asarray(y)[known]
        if len(self.classes_) == 1 or len(y) == 0:
            return self
        probabilities = self.predict_proba(X).astype(np.float64)
        logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
        temperature = fit_temperature(logits, np.searchsorted(self.classes_, y))
        for weights in (self.mlp_.coefs_, self.mlp_.intercepts_):
            weights[-1] = (weights[-1] / temperature).astype(weights[-1].dtype)
        return self

    def _combine_weights(self, X, y, sample_weight):
        """Sample times class weights, or None where all are equal."""
        if sample_weight is None and self.class_weight is None:
            return None
        weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        if self.class_weight is not None:
            classes, of = np.unique(y, return_inverse=True)
            per_class = compute_class_weight(self.class_weight, classes=classes, y=y)
            weight = weight * per_class[of].astype(weight.dtype)
        return None if np.ptp(weight) == 0 else weight

    def _judge(self, mlp, X, y, sample_weight):
        probabilities = mlp.predict_proba(X)
        predicted = mlp.classes_[probabilities.argmax(axis=1)]
        loss = log_loss(y, probabilities, sample_weight=sample_weight, labels=mlp.classes_)
        return loss, accuracy_score(y, predicted, sample_weight=sample_weight)
