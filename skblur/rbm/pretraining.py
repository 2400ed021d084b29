"""Layer-wise pre-training: a chain of restricted Boltzmann machines."""

from numbers import Real

import numpy as np
from sklearn.neural_network import BernoulliRBM

from ..threads import one_blas_thread_if_few
from .contrastive import STEP, train_rbm

__all__ = []


def layer_sizes(hidden_layer_sizes):
    """Units of the hidden layers as a list, of a number or of one per layer.

    Raises
    ------
    ValueError
        If one of them is no positive integer.
    """
    sizes = np.atleast_1d(hidden_layer_sizes).tolist()
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        msg = f"hidden_layer_sizes must be positive integers, got {hidden_layer_sizes}"
        raise ValueError(msg)
    return sizes


def layer_params(hidden_layer_sizes, **given):
    """Parameters of each layer's RBM, out of values for all or one per layer."""
    sizes = layer_sizes(hidden_layer_sizes)
    if not sizes:
        msg = f"hidden_layer_sizes must be units of one layer or more, got {sizes}"
        raise ValueError(msg)
    columns = {"n_components": sizes}
    for name, value in given.items():
        if np.ndim(value) and len(value) != len(sizes):
            msg = (
                f"rbm_{name} must be one value or one per hidden layer ({len(sizes)}), "
                f"got {len(value)}"
            )
            raise ValueError(msg)
        columns[name] = list(value) if np.ndim(value) else [value] * len(sizes)
        least = 0 if name == "n_iter" else np.finfo(float).tiny
        numbers = [each for each in columns[name] if each != "auto"]
        if not all(isinstance(each, Real) and each >= least for each in numbers):
            msg = f"rbm_{name} must be numbers above zero, got {value}"
            raise ValueError(msg)
    return [{name: v[i] for name, v in columns.items()} for i in range(len(sizes))]


def pretrain_layers(X, layers, rng, report=None):
    """Train one RBM per layer, each on the activations of the one below.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        In [0, 1].

    layers : list of dict
        Parameters of each layer's `BernoulliRBM`: ``n_components``, ``learning_rate``,
        which may be ``"auto"``, ``batch_size`` and ``n_iter``. A layer of no epochs ends
        the chain.

    rng : RandomState
        Draws weights, batches and samples.

    report : callable or None
        Called with the layer, the epoch and the reconstruction error.

    Returns
    -------
    rbms : list of BernoulliRBM
        Trained, in the dtype of `X`.

    errors : list of ndarray of shape (n_iter,)
        Mean squared reconstruction error after each epoch.
    """
    rbms, errors = [], []
    for index, params in enumerate(layers):
        if params["n_iter"] == 0:
            break
        rbm = BernoulliRBM(**_with_step(params, X.shape[1]))
        errors.append(np.empty(rbm.n_iter))
        with one_blas_thread_if_few(rbm.batch_size):
            for epoch, error in enumerate(train_rbm(rbm, X, rng)):
                errors[-1][epoch] = error
                if report is not None:
                    report(index, epoch, error)
        rbms.append(rbm)
        X = rbm.transform(X)
    return rbms, errors


def _with_step(params, n_visible):
    """The parameters, with a number for the step."""
    if params["learning_rate"] == "auto":
        return params | {"learning_rate": STEP / np.sqrt(n_visible)}
    return params
