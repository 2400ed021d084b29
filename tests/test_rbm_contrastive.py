from itertools import product

import numpy as np
import pytest
from scipy.special import expit, logsumexp
from sklearn.neural_network import BernoulliRBM

from skblur.rbm.contrastive import WEIGHT_DECAY, gradients, reconstruction_error, train_rbm
from skblur.rbm.pretraining import pretrain_layers


def trained(X, seed=0, **changes):
    params = {"n_components": 10, "learning_rate": 0.1, "batch_size": 10, "n_iter": 10}
    rbm = BernoulliRBM(**params | changes)
    errors = list(train_rbm(rbm, X, np.random.RandomState(seed)))
    return rbm, errors


def log_likelihood(rbm, X):
    """Mean log-likelihood, the partition function summed over all states."""

    def minus_energy(v):
        hidden = v @ rbm.components_.T + rbm.intercept_hidden_
        return v @ rbm.intercept_visible_ + np.logaddexp(0, hidden).sum(axis=1)

    states = np.array(list(product([0.0, 1.0], repeat=X.shape[1])))
    return float(np.mean(minus_energy(X)) - logsumexp(minus_energy(states)))


def test_the_likelihood_rises_above_that_of_independent_units(rng):
    """Eight units, of which two halves are copies, which independent units miss."""
    half = (rng.random((400, 4)) < [0.2, 0.5, 0.5, 0.8]).astype(float)
    X = np.hstack([half, half])
    rbm, _ = trained(X, n_components=8, learning_rate=0.2, n_iter=60)
    p = X.mean(axis=0)
    independent = np.sum(p * np.log(p) + (1 - p) * np.log(1 - p))
    found = log_likelihood(rbm, X)
    # The truth is half of what independent units need.
    assert independent + 1.5 < found < 0.5 * independent + 0.1


def test_a_step_by_hand(rng):
    weights, visible_bias, hidden_bias = (
        rng.normal(size=(6, 4)),
        rng.random(6),
        rng.random(4),
    )
    X = rng.random((9, 6))
    found = gradients(weights, visible_bias, hidden_bias, X, np.random.RandomState(3))
    uniform = np.random.RandomState(3).random_sample((9, 4))
    expected = [np.zeros((6, 4)), np.zeros(6), np.zeros(4)]
    for x, u in zip(X, uniform, strict=True):
        hidden = expit(x @ weights + hidden_bias)
        drawn = u < hidden
        visible = expit(weights @ drawn + visible_bias)
        again = expit(visible @ weights + hidden_bias)
        expected[0] += (np.outer(x, hidden) - np.outer(visible, again)) / 9
        expected[1] += (x - visible) / 9
        expected[2] += (hidden - again) / 9
    expected[0] -= WEIGHT_DECAY * weights
    for each, by_hand in zip(found, expected, strict=True):
        np.testing.assert_allclose(each, by_hand, atol=1e-12)


def test_no_short_batch(rng):
    """Non-regression test for a short last batch, which drives the weights up."""
    X = (rng.random((21, 30)) > 0.5).astype(float)
    (even, _), (odd, _) = trained(X[:20]), trained(X)
    assert np.abs(odd.components_).max() < 2 * np.abs(even.components_).max()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_comes_of_it_is_a_bernoulli_rbm(rng, dtype):
    X = rng.random((50, 12)).astype(dtype)
    rbm, errors = trained(X)
    assert len(errors) == 10
    assert {rbm.components_.dtype, rbm.intercept_hidden_.dtype} == {np.dtype(dtype)}
    hidden = expit(X @ rbm.components_.T + rbm.intercept_hidden_)
    np.testing.assert_allclose(rbm.transform(X), hidden, rtol=1e-5)
    visible = expit(hidden @ rbm.components_ + rbm.intercept_visible_)
    by_hand = np.mean((X - visible) ** 2)
    assert reconstruction_error(rbm, X) == pytest.approx(by_hand, rel=1e-5)
    assert errors[-1] == pytest.approx(by_hand, rel=1e-5)
    # Its own methods go on from there.
    assert rbm.gibbs(X).shape == X.shape


def test_step_by_the_number_of_units_below(rng):
    X = rng.random((40, 64))
    layers = [
        {"n_components": n, "learning_rate": "auto", "batch_size": 10, "n_iter": 1}
        for n in (16, 3)
    ]
    rbms, _ = pretrain_layers(X, layers, np.random.RandomState(0))
    assert [rbm.learning_rate for rbm in rbms] == [pytest.approx(0.2), pytest.approx(0.4)]


def test_means_are_where_it_starts(rng):
    X = np.clip(rng.random((50, 5)) * [1, 0.1, 0.5, 1, 0], 0, 1)
    rbm, _ = trained(X, learning_rate=1e-9, n_iter=1)
    visible = expit(rbm.intercept_visible_)
    np.testing.assert_allclose(visible, np.clip(X.mean(axis=0), 0.01, 0.99), rtol=1e-6)
