"""Fine-tuning: a network of scikit-learn that starts from given weights."""

import copy
from inspect import signature

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_random_state

# Networks take weights from scikit-learn 1.7 on.
TAKES_WEIGHTS = "sample_weight" in signature(MLPClassifier.partial_fit).parameters


def initial_weights(fan_in, fan_out, activation, dtype, rng):
    """Weights and biases as scikit-learn's networks start from (Glorot, Bengio 2010)."""
    bound = np.sqrt((2 if activation == "logistic" else 6) / (fan_in + fan_out))
    weights = rng.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype)
    return weights, rng.uniform(-bound, bound, fan_out).astype(dtype)


def assemble_mlp(coefs, intercepts, classes=None, **params):
    """A fitted network with the given weights, which `partial_fit` goes on with.

    An `MLPClassifier` where there are classes, an `MLPRegressor` otherwise.
    """
    hidden = tuple(len(intercept) for intercept in intercepts[:-1])
    network = MLPRegressor if classes is None else MLPClassifier
    mlp = network(hidden_layer_sizes=hidden, **params)
    mlp.coefs_, mlp.intercepts_ = list(coefs), list(intercepts)
    mlp.n_features_in_ = len(coefs[0])
    mlp.n_layers_ = len(coefs) + 1
    mlp.n_outputs_ = len(intercepts[-1])
    if classes is None:
        mlp.out_activation_ = "identity"
    else:
        mlp.classes_ = np.asarray(classes)
        mlp._label_binarizer = LabelBinarizer().fit(mlp.classes_)
        mlp.out_activation_ = "logistic" if mlp.n_outputs_ == 1 else "softmax"
    mlp.n_iter_ = mlp.t_ = mlp._no_improvement_count = 0
    mlp.loss_curve_, mlp.best_loss_ = [], np.inf
    mlp.validation_scores_ = mlp.best_validation_score_ = None
    return mlp


def learning_rates(schedule, initial, n_epochs):
    """Rate of every epoch: constant, or half a cosine down to nearly zero."""
    if schedule == "constant":
        return np.full(n_epochs, initial)
    return initial * 0.5 * (1 + np.cos(np.pi * np.arange(n_epochs) / n_epochs))


def finetune(mlp, X, y, sample_weight, rates, *, reweigh=None, stopper=None, report=None):
    """One `partial_fit`, an epoch of shuffled mini-batches, for each of the rates."""
    for epoch, rate in enumerate(rates):
        if hasattr(mlp, "_optimizer"):
            # The optimizer lives on from epoch to epoch; only its rate is scheduled.
            mlp._optimizer.learning_rate_init = mlp._optimizer.learning_rate = rate
        else:
            mlp.set_params(learning_rate_init=rate)
        weight = sample_weight if reweigh is None else reweigh(mlp, X, y, sample_weight)
        _run_epoch(mlp, X, y, weight)
        if stopper is not None:
            stopper.update(mlp)
        if report is not None:
            report(epoch, mlp, stopper)
        if stopper is not None and stopper.should_stop:
            break
    if stopper is not None:
        stopper.restore_best(mlp)


def _run_epoch(mlp, X, y, sample_weight):
    if sample_weight is None:
        mlp.partial_fit(X, y)
    elif TAKES_WEIGHTS:
        mlp.partial_fit(X, y, sample_weight=sample_weight)
    else:
        # As many rows, each drawn as often as its weight says: the same loss on average.
        rng = check_random_state(mlp.random_state)
        weight = sample_weight.astype(np.float64)
        rows = rng.choice(len(X), len(X), p=weight / weight.sum())
        mlp.partial_fit(X[rows], y[rows])


class EarlyStopper:
    """Has held-out rows judged, keeps the best weights, says when to stop."""

    def __init__(self, judge, *, tol, patience):
        self.judge, self.tol, self.patience = judge, tol, patience
        self.scores = []
        self.best_loss, self.best_weights, self.stale = np.inf, None, 0

    def update(self, mlp):
        loss, score = self.judge(mlp)
        self.scores.append(score)
        self.stale = 0 if loss < self.best_loss - self.tol else self.stale + 1
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_weights = copy.deepcopy((mlp.coefs_, mlp.intercepts_))

    @property
    def should_stop(self):
        return self.stale >= self.patience

    def restore_best(self, mlp):
        if self.best_weights is not None:
            mlp.coefs_, mlp.intercepts_ = self.best_weights
