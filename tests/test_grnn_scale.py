"""Scales of features, and words for the spread of other programs."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skblur.grnn import GRNNRegressor
from skblur.grnn.dominance import warn_of_dominance


@pytest.fixture
def problem(rng):
    """Features of unlike scale, in whose smallest is what matters; weights; queries."""
    scales = np.array([1.0, 300.0, 1e-3, 20.0])
    X, Q = rng.normal(size=(90, 4)), rng.normal(size=(30, 4))
    y = np.c_[np.sin(2 * X[:, 2]) + X[:, 0], X[:, 3]]
    return X * scales + 3, y, rng.uniform(0.2, 3, 90), Q * scales + 3


@pytest.mark.parametrize("sigma", [0.6, "loo", "scott", np.array([0.5, 1, 2, 3])])
@pytest.mark.parametrize("weighted", [False, True])
def test_standardize_equals_a_scaler(problem, sigma, weighted):
    X, y, weights, Q = problem
    weights = weights if weighted else None
    scaler = StandardScaler().fit(X, sample_weight=weights)
    expected = GRNNRegressor(sigma).fit(scaler.transform(X), y, weights)
    model = GRNNRegressor(sigma, standardize=True).fit(X, y, weights)
    assert_allclose(model.sigma_, expected.sigma_ * scaler.scale_, rtol=1e-7)
    for found, values in zip(
        model.predict(Q, return_std=True),
        expected.predict(scaler.transform(Q), return_std=True),
        strict=True,
    ):
        assert_allclose(found, values, rtol=1e-6, atol=1e-9)
    if isinstance(sigma, str) and sigma == "loo":
        assert_allclose(model.loo_scores_, expected.loo_scores_, rtol=1e-7)


@pytest.mark.parametrize("n_components", [None, 2])
@pytest.mark.parametrize("sigma", [0.6, "loo"])
def test_learned_metric_starts_from_deviations(problem, n_components, sigma):
    X, y, weights, Q = problem
    scaler = StandardScaler().fit(X, sample_weight=weights)
    model = GRNNRegressor(
        sigma,
        metric="learned",
        n_components=n_components,
        metric_max_iter=3,
        random_state=0,
    )
    expected = model.fit(scaler.transform(X), y, weights).predict(scaler.transform(Q))
    found = model.set_params(standardize=True).fit(X, y, weights).predict(Q)
    assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_sparse_rows_are_scaled_in_their_places(problem, rng):
    X, y, weights, Q = problem
    X, Q = X * (rng.random(X.shape) < 0.5), Q * (rng.random(Q.shape) < 0.5)
    dense = GRNNRegressor(0.6, standardize=True).fit(X, y, weights)
    thin = GRNNRegressor(0.6, standardize=True).fit(sparse.csr_array(X), y, weights)
    assert thin.X_fit_.nnz == np.count_nonzero(X)
    assert_allclose(thin.sigma_, dense.sigma_, rtol=1e-10)
    assert_allclose(thin.predict(sparse.csr_array(Q)), dense.predict(Q), rtol=1e-7)


@pytest.mark.parametrize("sigma", [0.7, "loo", "scott"])
def test_partial_fit_follows_the_deviations(problem, sigma):
    """Non-regression test for a constant feature whose rounding became its deviation."""
    X, y, weights, Q = problem
    X, Q = np.c_[X, np.full(90, 3.7)], np.c_[Q, np.full(30, 3.7)]
    # The first rows are narrower than all of them, and the last column never varies.
    order = np.argsort(np.abs(X[:, 1] - 3))
    parts = GRNNRegressor(sigma, standardize=True)
    for rows in np.array_split(order, 3):
        parts.partial_fit(X[rows], y[rows], weights[rows])
    whole = GRNNRegressor(sigma, standardize=True).fit(X, y, weights)
    assert_allclose(parts.sigma_, whole.sigma_, rtol=1e-8)
    assert_allclose(parts.predict(Q), whole.predict(Q), rtol=1e-7, atol=1e-9)


def test_partial_fit_keeps_a_learned_metric_whatever_the_rule(problem):
    """Non-regression test for a rule of thumb that replaced the learned spreads."""
    X, y, _, _ = problem
    for settings in ({}, {"n_components": 2}, {"standardize": True}):
        model = GRNNRegressor(
            "scott", metric="learned", metric_max_iter=2, random_state=0, **settings
        )
        before = np.copy(model.fit(X[:60], y[:60]).sigma_)
        model.partial_fit(X[60:], y[60:])
        assert_array_equal(model.sigma_, before)


SPREADS = {
    "number": {"sigma": 0.7},
    "smaller": {"sigma": 0.05},
    "array": {"sigma": np.array([0.5, 3, 0.1, 2])},
    "standardized": {"sigma": 0.7, "standardize": True},
    "scott": {"sigma": "scott"},
    "loo": {"sigma": "loo"},
    "loo of deviations": {"sigma": "loo", "standardize": True},
    "half height": {"sigma": "loo", "spread": 0.9},
}
PLAIN = {"sigma": "loo", "standardize": False, "spread": None}


@pytest.mark.parametrize("first", SPREADS)
@pytest.mark.parametrize("then", SPREADS)
@pytest.mark.parametrize("thin", [False, True])
def test_partial_fit_takes_the_spread_of_now(problem, first, then, thin):
    """Non-regression test for rows in units of other spreads than those of the queries."""
    X, y, weights, Q = problem
    scales = np.array([1, 5, 0.3, 2])
    X, Q = X / X.std(axis=0) * scales, Q / X.std(axis=0) * scales
    X = sparse.csr_array(X) if thin else X
    model = GRNNRegressor(**SPREADS[first]).fit(X[:50], y[:50], weights[:50])
    model.set_params(**(PLAIN | SPREADS[then])).partial_fit(X[50:], y[50:], weights[50:])
    whole = GRNNRegressor(**SPREADS[then]).fit(X, y, weights)
    assert np.shape(model.sigma_) == np.shape(whole.sigma_)
    assert_allclose(model.sigma_, whole.sigma_, rtol=1e-6)
    assert_allclose(model.predict(Q), whole.predict(Q), rtol=1e-6, atol=1e-8)
    assert hasattr(model, "loo_scores_") == hasattr(whole, "loo_scores_")


def test_partial_fit_keeps_a_learned_metric_whatever_the_parameters(problem):
    X, y, _, _ = problem
    for settings in ({}, {"n_components": 2}):
        model = GRNNRegressor(
            0.7, metric="learned", standardize=True, metric_max_iter=2, **settings
        )
        before = np.copy(model.fit(X[:60], y[:60]).sigma_)
        model.set_params(metric="euclidean", sigma=0.1).partial_fit(X[60:], y[60:])
        assert_array_equal(model.sigma_, before)


def dominated(rng, names=None):
    X = rng.normal(size=(60, 3)) * [1, 200, 1]
    return X, X[:, 0]


@pytest.mark.parametrize("sigma", ["loo", 0.5])
def test_features_of_unlike_scale_get_a_warning(rng, sigma):
    X, y = dominated(rng)
    share = X[:, 1].var() / X.var(axis=0).sum()
    for rows in (X, X.astype(np.float32), sparse.csr_array(X)):
        with pytest.warns(
            UserWarning, match=rf"^Feature 1 has {share:.2%} .* standardize=True"
        ):
            GRNNRegressor(sigma).fit(rows, y)


def test_warning_calls_features_by_their_names():
    with pytest.warns(UserWarning, match=r"^Feature 'income' has 99\.80%"):
        warn_of_dominance(np.array([1, 1e3, 1]), ["age", "income", "rooms"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # In effect 1.02 features, and 1.
        warn_of_dominance(np.array([1, 100, 0]))
        warn_of_dominance(np.array([0, 100, 0]))


@pytest.mark.parametrize(
    "parameters",
    [
        {"standardize": True},
        {"sigma": "scott"},
        {"sigma": np.array([1.0, 200.0, 1.0])},
        {"metric": "learned", "metric_max_iter": 1},
    ],
)
def test_no_warning_where_features_have_spreads_of_their_own(rng, parameters):
    X, y = dominated(rng)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GRNNRegressor(random_state=0, **parameters).fit(X, y)


@pytest.mark.parametrize("sparse_rows", [False, True])
def test_no_warning_where_variances_overflow(sparse_rows):
    """Non-regression test for a feature that had nan% of the variance."""
    X = np.array([[0, 1.0], [1e200, 2], [0, 3], [-1e200, 4]])
    rows = sparse.csr_array(X) if sparse_rows else X
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GRNNRegressor(1e200).fit(rows, X[:, 1])
        warn_of_dominance(np.array([np.inf, 1.0, np.inf]))


def test_no_warning_where_nothing_is_lost(rng):
    y = rng.normal(size=60)
    column = rng.normal(size=(60, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for X in (
            column,
            np.c_[column, np.ones(60)],
            np.c_[column, 12 * column],
            0 * column,
        ):
            GRNNRegressor().fit(X, y)


def test_standardize_rescues_features_of_unlike_scale(rng):
    X, Q = rng.normal(size=(2, 400, 3)) * [1, 200, 1]
    with pytest.warns(UserWarning, match="Feature 1"):
        plain = GRNNRegressor().fit(X, np.sin(X[:, 0]))
    scaled = GRNNRegressor(standardize=True).fit(X, np.sin(X[:, 0]))
    assert plain.score(Q, np.sin(Q[:, 0])) < 0.1
    assert scaled.score(Q, np.sin(Q[:, 0])) > 0.7


def test_half_the_weight_at_the_spread():
    """Two rows, one of them a spread away and one at the query: weights 1/2 and 1."""
    model = GRNNRegressor(spread=3.0).fit([[0.0], [3.0]], [0.0, 1.0])
    assert_allclose(model.predict([[0.0], [3.0]]), [1 / 3, 2 / 3])
    assert_allclose(model.sigma_, 3 / np.sqrt(2 * np.log(2)))


def test_spread_is_sigma_in_other_words(problem):
    X, y, weights, Q = problem
    sigma = 0.8 / np.sqrt(2 * np.log(2))
    for settings in ({"standardize": True}, {"metric": "learned", "metric_max_iter": 1}):
        by_spread = GRNNRegressor(spread=0.8, random_state=0, **settings)
        by_sigma = GRNNRegressor(sigma, random_state=0, **settings)
        assert_array_equal(
            by_spread.fit(X, y, weights).predict(Q), by_sigma.fit(X, y, weights).predict(Q)
        )
        assert not hasattr(by_spread, "loo_scores_")


@pytest.mark.parametrize("sigma", [1.0, "scott", [1.0, 1.0, 1.0, 1.0]])
def test_spread_and_sigma_exclude_each_other(problem, sigma):
    X, y, _, _ = problem
    with pytest.raises(ValueError, match="two words for one thing"):
        GRNNRegressor(sigma, spread=1.0).fit(X, y)


def test_spread_is_tuned_by_its_name(rng):
    X = rng.normal(size=(80, 2))
    search = GridSearchCV(GRNNRegressor(), {"spread": [None, 0.01, 0.6, 60.0]}, cv=3)
    assert search.fit(X, np.sin(2 * X[:, 0])).best_params_["spread"] in (None, 0.6)
