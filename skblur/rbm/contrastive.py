"""One restricted Boltzmann machine, trained by contrastive divergence.

scikit-learn's `BernoulliRBM` follows a persistent chain, starts from biases of zero and has
no momentum; its units saturate before they have learned much. This is the recipe of Hinton,
"A practical guide to training restricted Boltzmann machines", 2010: one step from the data,
the hidden units drawn, the visible ones and the last hidden ones as probabilities; visible
biases that start from the means; small random weights, momentum, weight decay. What comes
of it is a `BernoulliRBM`.
"""

import numpy as np
from scipy.special import expit

__all__ = []

# With rbm_learning_rate="auto" the step is this by the root of the number of visible units,
# whose contributions a hidden unit sums.
STEP = 1.6
# Deviation of the first weights, and means that biases of visible units start from.
FIRST_WEIGHTS, EXTREME_MEANS = 0.01, (0.01, 0.99)
# In the first epochs, while gradients are large and change, and later.
MOMENTUM, FIRST_MOMENTUM, FIRST_EPOCHS = 0.9, 0.5, 2
WEIGHT_DECAY = 1e-4
# Rows on which an epoch's reconstruction error is measured.
MONITORED_ROWS = 2000


def train_rbm(rbm, X, rng):
    """Run the epochs of an RBM, yielding the reconstruction error after each.

    Every epoch draws its own order of the rows, and all batches have the same size; the
    few rows left over sit that epoch out. The step falls to zero along a line in
    the second half.

    Parameters
    ----------
    rbm : BernoulliRBM
        Its parameters are followed, its learned attributes are set.

    X : ndarray of shape (n_samples, n_features)
        In [0, 1].

    rng : RandomState
        Draws weights, order and hidden units.

    Yields
    ------
    float
    """
    weights = _first_weights(X, rbm.n_components, rng)
    velocities = [np.zeros_like(array) for array in weights]
    batch_size = min(rbm.batch_size, len(X))
    monitored = X[rng.permutation(len(X))[:MONITORED_ROWS]]
    n_batches = len(X) // batch_size
    steps = _falling(rbm.learning_rate, rbm.n_iter * n_batches)
    for epoch in range(rbm.n_iter):
        momentum = FIRST_MOMENTUM if epoch < FIRST_EPOCHS else MOMENTUM
        order = rng.permutation(len(X))
        for first in range(0, n_batches * batch_size, batch_size):
            uphill = gradients(*weights, X[order[first : first + batch_size]], rng)
            step = X.dtype.type(next(steps))
            for array, velocity, gradient in zip(weights, velocities, uphill, strict=True):
                velocity *= X.dtype.type(momentum)
                velocity += step * gradient
                array += velocity
        _set_learned(rbm, *weights)
        yield reconstruction_error(rbm, monitored)


def gradients(weights, visible_bias, hidden_bias, X, rng):
    """By how much a step of contrastive divergence changes weights and biases.

    Parameters
    ----------
    weights : ndarray of shape (n_visible, n_hidden)
    visible_bias : ndarray of shape (n_visible,)
    hidden_bias : ndarray of shape (n_hidden,)
    X : ndarray of shape (n_samples, n_visible)
    rng : RandomState
    """
    hidden = expit(X @ weights + hidden_bias)
    drawn = (rng.random_sample(hidden.shape) < hidden).astype(X.dtype)
    visible = expit(drawn @ weights.T + visible_bias)
    again = expit(visible @ weights + hidden_bias)
    of_weights = (X.T @ hidden - visible.T @ again) / X.dtype.type(len(X))
    of_weights -= X.dtype.type(WEIGHT_DECAY) * weights
    return of_weights, (X - visible).mean(axis=0), (hidden - again).mean(axis=0)


def reconstruction_error(rbm, X):
    """Mean squared difference of `X` and its mean-field reconstruction."""
    visible = expit(rbm.transform(X) @ rbm.components_ + rbm.intercept_visible_)
    return float(np.mean((X - visible) ** 2))


def _first_weights(X, n_hidden, rng):
    means = np.clip(X.mean(axis=0), *EXTREME_MEANS)
    weights = FIRST_WEIGHTS * rng.standard_normal((X.shape[1], n_hidden))
    start = weights, np.log(means / (1 - means)), np.zeros(n_hidden)
    return [array.astype(X.dtype) for array in start]


def _falling(step, n_steps):
    """The step, from half of them on falling to zero."""
    for index in range(n_steps):
        yield step * min(1.0, 2 * (1 - index / n_steps))


def _set_learned(rbm, weights, visible_bias, hidden_bias):
    # A view, so that its transpose is read as a layer of a network is.
    rbm.components_ = weights.copy().T
    rbm.intercept_visible_, rbm.intercept_hidden_ = visible_bias.copy(), hidden_bias.copy()
    rbm.n_features_in_ = len(weights)
