import numpy as np
import pytest
from sklearn.base import clone

from skblur import StackedRBMClassifier, StackedRBMRegressor
from skblur.rbm.whitening import Whitening

# Networks of so few epochs are quick, not good, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def alike(rng):
    """Features in [0, 1] that are nearly one and the same; the target is in the rest."""
    common, own = rng.random((600, 1)), rng.random((600, 8))
    X = (0.9 * common + 0.1 * own).astype(np.float32)
    return X, own[:, 0] - own[:, 1]


def test_white_rows_are_uncorrelated(alike, rng):
    X, _ = alike
    whitening = Whitening(X, 0.1, np.random.RandomState(0))
    covariance = np.cov(whitening.transform(X).T, bias=True)
    off_diagonal = covariance - np.diag(np.diag(covariance))
    np.testing.assert_allclose(off_diagonal, 0, atol=1e-4)
    variances = np.linalg.eigvalsh(np.cov(X.T, bias=True))
    expected = variances / (variances + 0.1 * variances.mean())
    np.testing.assert_allclose(np.diag(covariance), expected, rtol=1e-3)


def test_there_and_back_is_the_same_layer(alike, rng):
    X, _ = alike
    X = np.hstack([X, X[:, ::-1]])  # half of the directions do not occur
    old = rng.standard_normal((16, 5)), rng.standard_normal(5)
    whitening = Whitening(X, 0.1, np.random.RandomState(0))
    weights, bias = whitening.into(*old)
    assert len(weights) == 8
    Z = whitening.transform(X.astype(np.float64))
    np.testing.assert_allclose(Z @ weights + bias, X @ old[0] + old[1], atol=1e-6)
    for unchanged, given in zip(whitening.back(old, (weights, bias)), old, strict=True):
        np.testing.assert_allclose(unchanged, given, atol=1e-9)
    new = weights + rng.standard_normal(weights.shape), bias + 1
    back = whitening.back(old, new)
    np.testing.assert_allclose(X @ back[0] + back[1], Z @ new[0] + new[1], atol=1e-6)


def test_the_network_takes_plain_features(alike):
    """Its loss on plain features is the one that training ended with."""
    X, y = alike
    network = StackedRBMRegressor(
        (20, 8), activation="tanh", rbm_n_iter=0, max_iter=200, learning_rate_init=0.01,
        whiten=0.1, alpha=0, random_state=0,
    ).fit(X, y)  # fmt: skip
    assert network.mlp_.coefs_[0].shape == (8, 20)
    assert network.n_iter_ == len(network.loss_curve_) == 200
    errors = (network.predict(X) - y) / network.target_scale_
    assert network.loss_curve_[-1] == pytest.approx(np.mean(errors**2) / 2, rel=0.1)


@pytest.mark.parametrize("kind", [StackedRBMRegressor, StackedRBMClassifier])
def test_learns_what_alike_features_hide(kind, alike):
    X, y = alike
    target = y if kind is StackedRBMRegressor else y > 0
    network = kind((20, 8), rbm_n_iter=1, max_iter=60, learning_rate_init=0.01)
    network.set_params(random_state=0)
    plain, white = (
        clone(network).set_params(whiten=whiten).fit(X[:400], target[:400])
        for whiten in (None, 0.1)
    )
    assert white.score(X[400:], target[400:]) > plain.score(X[400:], target[400:]) + 0.1


def test_rows_all_alike():
    X = np.full((20, 3), 0.5, np.float32)
    network = StackedRBMRegressor((4,), rbm_n_iter=0, max_iter=3, whiten=0.1)
    assert np.isfinite(network.fit(X, np.arange(20.0)).predict(X)).all()
