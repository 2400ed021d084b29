"""The learned metric: its gradient, and that it ignores what is irrelevant."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from sklearn.metrics import r2_score

from skblur.grnn import GRNNRegressor, metric


@pytest.fixture
def problem():
    """Rows, standardised targets of two outputs, weights on both sides of 1."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 5))
    y = np.c_[np.sin(2 * X[:, 0]), X[:, 1] * X[:, 0]]
    return X, (y - y.mean(axis=0)) / y.std(axis=0), rng.uniform(0.3, 3, 40)


def irrelevant_features(n, seed):
    """Two features that matter among twenty."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 20))
    return X, np.sin(2 * X[:, 3]) + X[:, 11]


def literal_error(Z, targets, weights):
    """Weighted mean squared error with 1 taken off each row's own weight."""
    errors = np.empty(len(Z))
    for i, z in enumerate(Z):
        left = weights.copy()
        left[i] = max(left[i] - 1, 0)
        w = np.exp(-np.sum((Z - z) ** 2, axis=1) / 2) * left
        errors[i] = np.mean((w @ targets / w.sum() - targets[i]) ** 2)
    return np.average(errors, weights=weights)


@pytest.mark.parametrize("n", [1, 49])
def test_no_row_is_held_out_of_few(n):
    X, y = irrelevant_features(n, 0)
    model = GRNNRegressor(metric="learned", metric_max_iter=1).fit(X, y)
    assert model.metric_scores_.shape == (0,)


def test_no_row_is_held_out_of_two_groups():
    X, y = irrelevant_features(60, 0)
    model = GRNNRegressor(1.0, metric="learned", metric_max_iter=1)
    model.fit(X, y, groups=np.arange(60) % 2)
    assert model.metric_scores_.shape == (0,)
    assert len(model.fit(X, y, groups=np.arange(60) % 3).metric_scores_) > 0


def points(name, rng):
    """A function of the module and a place to look at its gradient."""
    if name == "spreads":
        return metric.spreads_error, rng.normal(0, 0.3, 5)
    return metric.map_error, rng.normal(0, 0.7, 5 * int(name))


@pytest.mark.parametrize("name", ["spreads", "1", "3", "5"])
@pytest.mark.parametrize("counts", ["ones", "weights"])
def test_gradient_equals_finite_differences(problem, name, counts):
    X, targets, weights = problem
    weights = np.ones(40) if counts == "ones" else weights
    function, at = points(name, np.random.default_rng(1))
    error, gradient = function(at, X, targets, weights)
    mapped = X * np.exp(-at) if name == "spreads" else X @ at.reshape(5, -1)
    assert_allclose(error, literal_error(mapped, targets, weights), rtol=1e-10)
    differences = approx_fprime(at, lambda p: function(p, X, targets, weights)[0], 1e-7)
    assert_allclose(gradient, differences, rtol=1e-4, atol=1e-6)
    assert np.abs(gradient).max() > 1e-3


@pytest.mark.parametrize("name", ["spreads", "3"])
def test_gradient_in_chunks_is_the_same(problem, name):
    function, at = points(name, np.random.default_rng(1))
    whole = function(at, *problem)
    with sklearn.config_context(working_memory=2e-3):
        parts = function(at, *problem)
    assert_allclose(parts[0], whole[0], rtol=1e-12)
    assert_allclose(parts[1], whole[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["spreads", "3"])
def test_gradient_in_float32(problem, name):
    function, at = points(name, np.random.default_rng(1))
    double = function(at, *problem)
    single = function(at, *[values.astype(np.float32) for values in problem])
    assert_allclose(single[0], double[0], rtol=1e-4)
    assert_allclose(single[1], double[1], rtol=1e-2, atol=1e-4)
    assert single[1].dtype == np.float64


def test_spreads_open_up_for_irrelevant_features():
    X, y = irrelevant_features(500, 0)
    Q, t = irrelevant_features(500, 1)
    plain = GRNNRegressor().fit(X, y)
    learned = GRNNRegressor(metric="learned", random_state=0).fit(X, y)
    assert set(np.argsort(learned.sigma_)[:2]) == {3, 11}
    assert np.sort(learned.sigma_)[2] > 5 * np.sort(learned.sigma_)[1]
    assert r2_score(t, plain.predict(Q)) < 0.5
    assert r2_score(t, learned.predict(Q)) > 0.9


def test_map_finds_the_relevant_plane():
    X, y = irrelevant_features(600, 0)
    Q, t = irrelevant_features(500, 1)
    # Rotated, so that no single feature matters.
    rotation = np.linalg.qr(np.random.default_rng(2).normal(size=(20, 20)))[0]
    model = GRNNRegressor(metric="learned", n_components=2, random_state=0)
    model.fit(X @ rotation, y)
    assert model.components_.shape == (20, 2)
    assert model.X_fit_.shape == (600, 2)
    assert np.ndim(model.sigma_) == 0
    found = np.linalg.qr(model.components_)[0]
    plane = rotation.T[:, [3, 11]]
    assert np.linalg.svd(found.T @ plane, compute_uv=False).min() > 0.95
    assert r2_score(t, model.predict(Q @ rotation)) > 0.85


def test_held_out_rows_guard_against_noise():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(120, 30)), rng.normal(size=120)
    model = GRNNRegressor(metric="learned", random_state=0).fit(X, y)
    scores = model.metric_scores_
    # Nothing to learn: it stops soon after the best iterate, and answers near the mean.
    assert len(scores) - np.argmin(scores) <= metric.PATIENCE + 1
    Q, t = rng.normal(size=(300, 30)), rng.normal(size=300)
    assert np.mean((model.predict(Q) - t) ** 2) < 1.15 * t.var()


def test_given_spreads_are_where_learning_starts():
    X, y = irrelevant_features(200, 0)
    start = np.full(20, 5.0)
    start[[3, 11]] = 0.4
    model = GRNNRegressor(start, metric="learned", metric_max_iter=1, random_state=0)
    near = model.fit(X, y).sigma_
    assert np.abs(np.log(near / start)).max() < 1.5
    assert not hasattr(model, "loo_scores_")


def test_learning_is_reproducible_and_keeps_float32():
    X, y = irrelevant_features(200, 0)
    for n_components in (None, 3):
        model = GRNNRegressor(
            metric="learned",
            n_components=n_components,
            metric_samples=100,
            metric_max_iter=5,
            random_state=0,
        )
        first = model.fit(X.astype(np.float32), y).predict(X.astype(np.float32))
        assert first.dtype == model.X_fit_.dtype == np.float32
        again = model.fit(X.astype(np.float32), y).predict(X.astype(np.float32))
        assert_array_equal(first, again)


def test_partial_fit_keeps_the_metric():
    X, y = irrelevant_features(200, 0)
    model = GRNNRegressor(1.0, metric="learned", metric_max_iter=5, random_state=0)
    model.fit(X[:150], y[:150])
    spreads = model.sigma_.copy()
    model.partial_fit(X[150:], y[150:])
    assert_array_equal(model.sigma_, spreads)
    expected = GRNNRegressor(spreads).fit(X, y).predict(X)
    assert_allclose(model.predict(X), expected, rtol=1e-9, atol=1e-12)


def test_spreads_stay_in_reach(monkeypatch):
    """Non-regression test for a long step of the line search that overflowed float32."""

    def falls_forever(log_spreads, X, targets, weights, groups):
        return float(log_spreads.sum()), np.ones_like(log_spreads)

    monkeypatch.setattr(metric, "spreads_error", falls_forever)
    X = np.ones((10, 3), dtype=np.float32)
    spreads, _ = metric.learn_spreads(X, X[:, :1], X[:, 0], 0.5, 100)
    assert_allclose(spreads, 0.5 * np.exp(-metric.FARTHEST))
    assert np.isfinite((X / spreads.astype(np.float32)) ** 2).all()
