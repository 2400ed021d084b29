"""What is used of scikit-learn without its promise: one fails where a version ends it."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.neural_network import MLPClassifier, MLPRegressor

from skblur.rbm import borrowed

LAYERS = {"hidden_layer_sizes": (7, 5), "batch_size": 20, "random_state": 0}


@pytest.fixture
def rows(rng):
    return rng.random((40, 6)), np.arange(40) % 3


def test_an_assembled_network_predicts_as_its_original(rows):
    X, y = rows
    for network, classes in ((MLPClassifier, np.arange(3)), (MLPRegressor, None)):
        original = network(**LAYERS)
        original.partial_fit(X, y, **({} if classes is None else {"classes": classes}))
        again = borrowed.assemble_mlp(original.coefs_, original.intercepts_, classes)
        np.testing.assert_array_equal(again.predict(X), original.predict(X))


def test_an_assembled_network_learns_on(rows):
    X, y = rows
    original = MLPClassifier(**LAYERS).partial_fit(X, y, classes=np.arange(3))
    again = borrowed.assemble_mlp(
        [c.copy() for c in original.coefs_],
        [b.copy() for b in original.intercepts_],
        np.arange(3),
        batch_size=20,
        random_state=0,
    )
    for _ in range(200):
        again.partial_fit(X, y)
    assert again.loss_curve_[-1] < again.loss_curve_[0]
    assert again.score(X, y) > original.score(X, y)


def test_the_step_reaches_the_optimizer(rows):
    X, y = rows
    mlp = MLPClassifier(**LAYERS).partial_fit(X, y, classes=np.arange(3))
    before = [weights.copy() for weights in mlp.coefs_]
    borrowed.set_step(mlp, 0.0)
    mlp.partial_fit(X, y)
    for old, new in zip(before, mlp.coefs_, strict=True):
        np.testing.assert_array_equal(old, new)
    borrowed.set_step(mlp, 0.1)
    mlp.partial_fit(X, y)
    assert np.abs(before[0] - mlp.coefs_[0]).max() > 0.05


def test_the_step_reaches_a_network_that_has_none_yet(rows):
    X, y = rows
    given = [np.ones((6, 7)), np.ones((7, 3))], [np.zeros(7), np.zeros(3)]
    mlp = borrowed.assemble_mlp(*given, np.arange(3), batch_size=20)
    borrowed.set_step(mlp, 1e-12)
    mlp.partial_fit(X, y)
    np.testing.assert_allclose(mlp.coefs_[0], 1, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "function"),
    [("logistic", expit), ("tanh", np.tanh), ("relu", lambda x: np.maximum(x, 0))],
)
def test_activations(name, function, rng):
    X = rng.normal(size=(5, 4))
    expected = function(X)
    np.testing.assert_allclose(borrowed.activate(X, name), expected)
