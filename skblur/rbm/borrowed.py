"""What scikit-learn's networks are asked for beyond what scikit-learn promises.

Everything private stands here; `tests/test_rbm_borrowed.py` fails with the version that
changes any of it.
"""

from inspect import signature

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network._base import ACTIVATIONS
from sklearn.preprocessing import LabelBinarizer

__all__ = []

# Networks take weights from scikit-learn 1.7 on.
TAKES_WEIGHTS = "sample_weight" in signature(MLPClassifier.partial_fit).parameters


def activate(X, activation):
    """The activation of hidden units by name, in place."""
    ACTIVATIONS[activation](X)
    return X


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


def set_step(mlp, step):
    """The step of the next epoch; the optimizer's memory lives on from epoch to epoch."""
    if hasattr(mlp, "_optimizer"):
        mlp._optimizer.learning_rate_init = mlp._optimizer.learning_rate = step
    mlp.set_params(learning_rate_init=step)
