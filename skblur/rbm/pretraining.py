"""Greedy layer-wise pre-training: a chain of restricted Boltzmann machines."""

import numpy as np
from scipy.special import expit
from sklearn.neural_network import BernoulliRBM

# Rows on which an epoch's reconstruction error is measured.
MONITORED_ROWS = 2000


def layer_params(hidden_layer_sizes, **given):
    """Parameters of each layer's RBM, out of numbers for all or one per layer."""
    sizes = np.atleast_1d(hidden_layer_sizes)
    for name, value in given.items():
        if np.ndim(value) and len(value) != len(sizes):
            msg = (
                f"rbm_{name} must be one number or one per hidden layer ({len(sizes)}), "
                f"got {len(value)}"
            )
            raise ValueError(msg)
    columns = {"n_components": sizes} | given
    columns = {name: np.broadcast_to(value, len(sizes)) for name, value in columns.items()}
    return [{name: v[i].item() for name, v in columns.items()} for i in range(len(sizes))]


def pretrain_layers(X, layers, rng, report=None):
    """Train one RBM per layer, each on the activations of the one below.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        In [0, 1].

    layers : list of dict
        Parameters of each layer's `BernoulliRBM`: ``n_components``, ``learning_rate``,
        ``batch_size`` and ``n_iter``. A layer of no epochs ends the chain.

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
        rbm = BernoulliRBM(**params, random_state=rng)
        errors.append(np.empty(params["n_iter"]))
        for epoch, error in enumerate(_train_rbm(rbm, X, rng)):
            errors[-1][epoch] = error
            if report is not None:
                report(index, epoch, error)
        rbm.set_params(random_state=None)
        rbms.append(rbm)
        X = rbm.transform(X)
    return rbms, errors


def _train_rbm(rbm, X, rng):
    """Run the RBM's epochs, yielding the reconstruction error after each.

    `BernoulliRBM.fit` takes the rows in their order and ends with a short batch, whose
    few rows stand against as many particles as a full one has and push the weights up.
    Here every epoch draws its own order, and all batches have the same size; the rows
    left over by one epoch come up in the next.
    """
    n_epochs, batch_size = rbm.n_iter, min(rbm.batch_size, len(X))
    monitored = X[rng.permutation(len(X))[:MONITORED_ROWS]]
    rbm.set_params(n_iter=1, batch_size=batch_size)
    started = False
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X) - batch_size + 1, batch_size):
            batch = X[order[start : start + batch_size]]
            if started:
                # The step that `fit` itself repeats; `partial_fit` would turn to float64.
                rbm._fit(batch, rng)
            else:
                rbm.fit(batch)
                started = True
        yield reconstruction_error(rbm, monitored)
    rbm.set_params(n_iter=n_epochs)


def reconstruction_error(rbm, X):
    """Mean squared difference of `X` and its mean-field reconstruction."""
    visible = expit(rbm.transform(X) @ rbm.components_ + rbm.intercept_visible_)
    return float(np.mean((X - visible) ** 2))
