"""Fewer rows that stand for many."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.metrics import r2_score

from skblur.grnn import GRNNRegressor, prototypes


@pytest.fixture
def places():
    """Twelve places, each taken by several rows with targets of their own."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 3)).repeat(5, axis=0)
    return X, rng.normal(size=(60, 2)), rng.uniform(0.5, 2, 60), rng.normal(size=(20, 3))


@pytest.mark.parametrize("n_prototypes", [12, 30, 60, 1000])
def test_prototypes_for_every_place_lose_nothing(places, n_prototypes):
    X, y, weights, Q = places
    full = GRNNRegressor(0.7).fit(X, y, weights)
    small = GRNNRegressor(0.7, n_prototypes=n_prototypes, random_state=0)
    small.fit(X, y, weights)
    assert len(small.X_fit_) == (12 if n_prototypes < 60 else 60)
    for ours, theirs in zip(
        small.predict(Q, return_std=True), full.predict(Q, return_std=True), strict=True
    ):
        assert_allclose(ours, theirs, rtol=1e-7)
    expected = full.evidence(Q)
    for name, values in small.evidence(Q).items():
        assert_allclose(values, expected[name], rtol=1e-7, err_msg=name)


def test_merge_keeps_weights_means_and_variances(places):
    X, y, weights, _ = places
    labels = np.random.default_rng(1).permutation(np.arange(60) % 7)
    rows, targets, variances, counts = prototypes.merge(X, y, None, weights, labels)
    for label in range(7):
        mine = labels == label
        mean = np.average(y[mine], axis=0, weights=weights[mine])
        assert_allclose(counts[label], weights[mine].sum())
        assert_allclose(targets[label], mean)
        assert_allclose(rows[label], np.average(X[mine], axis=0, weights=weights[mine]))
        spread = np.average((y[mine] - mean) ** 2, axis=0, weights=weights[mine])
        assert_allclose(variances[label], spread)


def test_merging_twice_is_merging_once(places):
    X, y, weights, _ = places
    fine = np.arange(60) % 20
    coarse = np.arange(20) % 4
    once = prototypes.merge(X, y, None, weights, coarse[fine])
    rows, targets, variances, counts = prototypes.merge(X, y, None, weights, fine)
    twice = prototypes.merge(rows, targets, variances, counts, coarse)
    for ours, theirs in zip(twice, once, strict=True):
        assert_allclose(ours, theirs, rtol=1e-10)


def test_small_model_is_nearly_as_good():
    rng = np.random.default_rng(0)
    X, Q = rng.uniform(-2, 2, (3000, 2)), rng.uniform(-2, 2, (500, 2))

    def truth(rows):
        return np.sin(2 * rows[:, 0]) + rows[:, 1]

    y = truth(X) + rng.normal(0, 0.1, 3000)
    full = GRNNRegressor(random_state=0).fit(X, y)
    small = GRNNRegressor(n_prototypes=150, random_state=0).fit(X, y)
    assert small.X_fit_.shape == (150, 2)
    assert_allclose(small.sample_weight_fit_.sum(), 3000)
    assert r2_score(truth(Q), small.predict(Q)) > r2_score(truth(Q), full.predict(Q)) - 0.02
    # The noise inside each prototype is remembered.
    assert np.median(small.predict(Q, return_std=True)[1]) > 0.08


def test_float32_and_sparse_are_kept(places):
    X, y, weights, Q = places
    X = np.where(X > 0, X, 0)
    for rows in (X.astype(np.float32), sparse.csr_array(X)):
        model = GRNNRegressor(0.7, n_prototypes=5, random_state=0).fit(rows, y, weights)
        assert model.X_fit_.dtype == model.sample_weight_fit_.dtype == rows.dtype
        assert model.y_fit_.dtype == rows.dtype
        assert sparse.issparse(model.X_fit_) == sparse.issparse(rows)
        assert np.isfinite(model.predict(Q)).all()


def test_partial_fit_compresses_anew(places):
    X, y, weights, Q = places
    model = GRNNRegressor(0.7, n_prototypes=12, random_state=0)
    order = np.random.default_rng(2).permutation(60)
    for rows in np.array_split(order, 3):
        model.partial_fit(X[rows], y[rows], weights[rows])
    assert len(model.X_fit_) == 12
    full = GRNNRegressor(0.7).fit(X, y, weights)
    for ours, theirs in zip(
        model.predict(Q, return_std=True), full.predict(Q, return_std=True), strict=True
    ):
        assert_allclose(ours, theirs, rtol=1e-7)


@pytest.mark.parametrize("sigma", ["loo", "scott"])
@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("n_prototypes", [40, 1000])
def test_spread_follows_the_rows_until_there_are_prototypes(
    rng, sigma, standardize, n_prototypes
):
    """Non-regression test for a spread that stayed the one of the first rows."""
    X = rng.normal(size=(60, 3)) * np.linspace(0.2, 3, 60)[:, None]
    y = np.sin(X[:, 0])
    model = GRNNRegressor(
        sigma, standardize=standardize, n_prototypes=n_prototypes, random_state=0
    )
    whole = clone(model).fit(X, y)
    model.fit(X[:30], y[:30]).partial_fit(X[30:], y[30:])
    assert_allclose(model.sigma_, whole.sigma_, rtol=1e-7)
    assert_allclose(model.predict(X), whole.predict(X), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("groups", [np.arange(5), None])
def test_refused_rows_leave_prototypes_as_they_were(places, groups):
    """Non-regression test for variances that were appended before the rows were refused."""
    X, y, weights, Q = places
    model = GRNNRegressor(0.7, n_prototypes=5, random_state=0).fit(X, y, weights)
    expected = model.predict(Q, return_std=True)
    with pytest.raises(ValueError, match="must go on as it began"):
        model.partial_fit(X[:5], y[:5, 0])
    with pytest.raises(ValueError, match="one per feature"):
        model.set_params(sigma=[1.0, 2.0]).partial_fit(X[:5], y[:5], groups=groups)
    assert len(model.y_var_fit_) == len(model.X_fit_) == 5
    assert_array_equal(model.predict(Q, return_std=True), expected)


def test_prototypes_go_on_without_the_parameter(places):
    X, y, weights, Q = places
    model = GRNNRegressor(0.7, n_prototypes=5, random_state=0).fit(X, y, weights)
    model.set_params(n_prototypes=None).partial_fit(X[:4], y[:4])
    assert len(model.y_var_fit_) == len(model.X_fit_) == 9
    assert_array_equal(model.y_var_fit_[5:], 0)
    # And from rows they are made when the parameter comes.
    late = GRNNRegressor(0.7, random_state=0).fit(X[:30], y[:30], weights[:30])
    late.set_params(n_prototypes=12).partial_fit(X[30:], y[30:], weights[30:])
    expected = GRNNRegressor(0.7).fit(X, y, weights).predict(Q)
    assert_allclose(late.predict(Q), expected, rtol=1e-7)


def test_one_prototype_answers_the_mean(places):
    X, y, weights, Q = places
    model = GRNNRegressor(n_prototypes=1, random_state=0).fit(X, y, weights)
    mean = np.average(y, axis=0, weights=weights)
    assert_allclose(model.predict(Q), np.broadcast_to(mean, (20, 2)))
    means, deviations = model.predict(Q, return_std=True)
    spread = np.sqrt(np.average((y - mean) ** 2, axis=0, weights=weights))
    assert_allclose(deviations, np.broadcast_to(spread, (20, 2)))
    assert_array_equal(means, model.predict(Q))
