"""Groups: leaving a row out with all that resemble it, against literally doing so."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.optimize import approx_fprime
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut, cross_val_predict

from skblur import load_model, save_model
from skblur.grnn import GRNNRegressor, leave_one_out, metric, parts
from skblur.grnn.groups import check_groups


@pytest.fixture
def problem(rng):
    """Rows of 15 groups, weights on both sides of 1, and labels of the groups."""
    X = rng.normal(size=(70, 3))
    y = np.c_[np.sin(2 * X[:, 0]), 100 * X[:, 1]] + rng.normal(0, 0.1, (70, 2))
    groups = np.r_[np.arange(15), rng.integers(0, 15, 55)]
    return X, y, rng.uniform(0.2, 4, 70), groups


def literal_predictions(Q, X, y, weights, groups, sigma, labels=None):
    """Each query from the rows of other groups, which stand at ``X[labels]``."""
    labels = np.arange(len(Q)) if labels is None else labels
    predicted = np.empty_like(y)
    for i, q in enumerate(Q):
        numerator, denominator = 0.0, 0.0
        others = np.flatnonzero(groups != groups[i])
        nearest = min(np.sum((q - X[labels[j]]) ** 2) for j in others)
        for j in others:
            distance = np.sum((q - X[labels[j]]) ** 2) - nearest
            w = weights[j] * np.exp(-distance / 2 / sigma**2)
            numerator, denominator = numerator + w * y[j], denominator + w
        predicted[i] = numerator / denominator
    return predicted


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("sparse_rows", [False, True])
def test_every_score_leaves_a_whole_group_out(problem, weighted, sparse_rows):
    X, y, weights, groups = problem
    weights = weights if weighted else np.ones(70)
    rows = sparse.csr_array(X) if sparse_rows else X
    model = GRNNRegressor().fit(rows, y, weights, groups=groups)
    means = np.average(y, axis=0, weights=weights)
    variances = np.average((y - means) ** 2, axis=0, weights=weights)
    for sigma, score in model.loo_scores_[::5]:
        predicted = literal_predictions(X, X, y, weights, groups, sigma)
        errors = ((predicted - y) ** 2 / variances).mean(axis=1)
        assert_allclose(score, np.average(errors, weights=weights), rtol=1e-8)
    assert model.sigma_ == model.loo_scores_[model.loo_scores_[:, 1].argmin(), 0]


def test_scores_equal_leave_one_group_out(problem):
    X, y, _, groups = problem
    model = GRNNRegressor().fit(X, y, groups=groups)
    for sigma, score in model.loo_scores_[::5]:
        predicted = cross_val_predict(
            GRNNRegressor(sigma), X, y, groups=groups, cv=LeaveOneGroupOut()
        )
        assert_allclose(score, np.mean((predicted - y) ** 2 / y.var(axis=0)), rtol=1e-8)


def test_groups_of_one_row_are_rows(problem):
    X, y, _, _ = problem
    plain = GRNNRegressor().fit(X, y)
    single = GRNNRegressor().fit(X, y, groups=np.random.default_rng(0).permutation(70))
    assert_allclose(single.loo_scores_, plain.loo_scores_, rtol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_prototypes_without_a_group_are_literally_without_it(problem, dtype):
    X, y, weights, groups = (values.astype(dtype) for values in problem)
    rng = np.random.default_rng(1)
    labels = np.r_[np.arange(12), rng.integers(0, 12, 58)]
    centres = rng.normal(size=(12, 3)).astype(dtype)
    problem = leave_one_out.of_prototypes(X, y, weights, centres, labels, groups)
    (_, predicted), *more = leave_one_out.predictions(problem, [0.6])
    assert not more
    expected = literal_predictions(X, centres, y, weights, groups, 0.6, labels)
    tolerance = 1e-9 if dtype == np.float64 else 1e-4
    assert_allclose(predicted[0], expected, rtol=tolerance, atol=tolerance)


def test_what_is_left_of_a_pattern_is_no_rounding():
    """Beside a group of weight 1e18, one of weight 1e-3 keeps all its digits."""
    weights = np.array([1e18, 1e-3, 3e18, 2.0])
    targets = np.array([0.3, 0.7, -0.2, 0.1])
    columns = np.c_[weights * targets, weights]
    groups, labels = np.array([0, 1, 0, 2]), np.zeros(4, int)
    whole, found = parts.of_groups(columns, labels, groups)
    assert_allclose(whole, [columns.sum(axis=0)])
    assert_array_equal(found.patterns, 0)
    for group in range(3):
        expected = columns[groups != group].sum(axis=0)
        assert_allclose(found.rest[group], expected, rtol=1e-15)
    _, found = parts.of_single_rows(columns, labels)
    assert_allclose(found.rest[0], columns[1:].sum(axis=0) + columns[0] * (1 - 1e-18))


@pytest.mark.parametrize("standardize", [False, True])
def test_duplicates_in_one_group_change_nothing(problem, standardize):
    X, y, _, _ = problem
    model = GRNNRegressor(standardize=standardize)
    spread, scores = model.fit(X, y).sigma_, model.loo_scores_
    twice = np.r_[X, X], np.r_[y, y]
    model.fit(*twice, groups=np.tile(np.arange(70), 2))
    assert_allclose(model.loo_scores_, scores, rtol=1e-8)
    assert_allclose(model.sigma_, spread, rtol=1e-8)
    assert np.mean(model.fit(*twice).sigma_) < 0.6 * np.mean(spread)


def test_large_groups_take_no_memory(rng):
    """A group of half the rows hides half of all pairs; they are found strip by strip."""
    import tracemalloc

    X = rng.normal(size=(1500, 2))
    problem = leave_one_out.of_rows(X, X, np.ones(1500), np.arange(1500) % 2)
    with sklearn.config_context(working_memory=2):
        tracemalloc.start()
        leave_one_out.scores(problem, [0.5])
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    # All pairs would be 17 MB as gaps, and as much again as indices.
    assert peak < 14


@pytest.mark.parametrize("name", ["spreads", "map"])
def test_metric_leaves_groups_out(problem, name):
    X, y, weights, groups = problem
    targets = (y - y.mean(axis=0)) / y.std(axis=0)
    function = metric.spreads_error if name == "spreads" else metric.map_error
    at = np.random.default_rng(2).normal(0, 0.4, 3 if name == "spreads" else 6)
    error, gradient = function(at, X, targets, weights, groups)
    Z = X * np.exp(-at) if name == "spreads" else X @ at.reshape(3, 2)
    errors = literal_predictions(Z, Z, targets, weights, groups, 1.0) - targets
    literal = np.average((errors**2).mean(axis=1), weights=weights)
    assert_allclose(error, literal, rtol=1e-10)
    differences = approx_fprime(
        at, lambda p: function(p, X, targets, weights, groups)[0], 1e-7
    )
    assert_allclose(gradient, differences, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n_groups", [3, 4, 6, 20, 100])
def test_held_out_fifth_is_of_whole_groups(rng, n_groups):
    groups = rng.permutation(np.r_[np.arange(n_groups), rng.integers(0, n_groups, 200)])
    learning, held_out = metric._split(groups)
    assert not (learning & held_out).any()
    assert (learning | held_out).all()
    assert set(groups[learning]).isdisjoint(groups[held_out])
    assert len(set(groups[learning])) > 1
    assert 0.05 < held_out.mean() <= 1 / 3


def test_learned_metric_needs_groups_where_rows_are_twice():
    """Duplicates answer each other at any distance unless they are left out together."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 8))
    y = np.sin(2 * X[:, 3]) + rng.normal(0, 0.1, 150)
    twice = np.r_[X, X], np.r_[y, y]
    model = GRNNRegressor(metric="learned", random_state=0)
    grouped = model.fit(*twice, groups=np.tile(np.arange(150), 2))
    Q = rng.normal(size=(300, 8))
    error = np.mean((grouped.predict(Q) - np.sin(2 * Q[:, 3])) ** 2)
    assert grouped.sigma_.argmin() == 3
    assert error < 0.1
    assert error < 0.5 * np.mean((model.fit(*twice).predict(Q) - np.sin(2 * Q[:, 3])) ** 2)


@pytest.mark.parametrize("standardize", [False, True])
def test_partial_fit_keeps_groups(problem, standardize):
    X, y, weights, groups = problem
    names = np.array([f"photo {group}" for group in groups], dtype=object)
    model = GRNNRegressor(standardize=standardize)
    for rows in np.array_split(np.arange(70), 3):
        model.partial_fit(X[rows], y[rows], weights[rows], groups=names[rows])
    whole = GRNNRegressor(standardize=standardize).fit(X, y, weights, groups=groups)
    assert_allclose(model.sigma_, whole.sigma_, rtol=1e-8)
    assert_array_equal(model.groups_fit_, names.astype(str))
    with pytest.raises(ValueError, match=r"as they began: .* first only"):
        model.partial_fit(X, y)
    with pytest.raises(ValueError, match=r"as they began: .* now only"):
        GRNNRegressor(1.0).fit(X, y).partial_fit(X, y, groups=groups)


def test_prototypes_forget_groups(problem):
    X, y, weights, groups = problem
    model = GRNNRegressor(n_prototypes=20, random_state=0)
    model.fit(X[:40], y[:40], weights[:40], groups=groups[:40])
    model.partial_fit(X[40:60], y[40:60], groups=groups[40:60])
    model.partial_fit(X[60:], y[60:])
    assert not hasattr(model, "groups_fit_")
    assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("n_prototypes", [50, 100])
def test_groups_count_until_there_are_prototypes(problem, n_prototypes):
    """Non-regression test for groups that were dropped before any prototype was made."""
    X, y, weights, groups = problem
    model = GRNNRegressor(n_prototypes=n_prototypes, random_state=0)
    whole = clone(model).fit(X, y, weights, groups=groups)
    for rows in np.array_split(np.arange(70), 2):
        model.partial_fit(X[rows], y[rows], weights[rows], groups=groups[rows])
    assert_allclose(model.loo_scores_, whole.loo_scores_, rtol=1e-7)
    assert_allclose(model.predict(X), whole.predict(X), rtol=1e-7)
    assert hasattr(model, "groups_fit_") == (n_prototypes > 70)


def test_numbers_as_objects_are_numbers(problem):
    """Non-regression test for 1 and 1.0 that became the labels "1" and "1.0"."""
    X, y, weights, groups = problem
    model = GRNNRegressor().fit(X[:40], y[:40], weights[:40], groups=groups[:40])
    objects = groups[40:].astype(float).astype(object)
    model.partial_fit(X[40:], y[40:], weights[40:], groups=objects)
    assert_array_equal(model.groups_fit_, groups)
    whole = GRNNRegressor().fit(X, y, weights, groups=groups)
    assert_allclose(model.loo_scores_, whole.loo_scores_, rtol=1e-8)
    flags = np.array([True, np.True_, False] * 10, dtype=object)
    assert check_groups(flags, X[:30]).dtype == bool


def test_numbers_and_text_are_not_the_same_labels(problem):
    X, y, _, groups = problem
    model = GRNNRegressor(1.0).fit(X, y, groups=groups)
    with pytest.raises(ValueError, match="expected labels that are numbers, got text"):
        model.partial_fit(X, y, groups=groups.astype(str))
    model.fit(X, y, groups=groups.astype(str))
    with pytest.raises(ValueError, match="expected labels that are text, got numbers"):
        model.partial_fit(X, y, groups=groups)


@pytest.mark.parametrize("dtype", ["S4", "datetime64[D]", "timedelta64[s]", object])
def test_groups_of_every_kind_can_be_saved(problem, dtype, tmp_path):
    """Non-regression test for labels of bytes and of dates, which no file takes."""
    X, y, _, groups = problem
    labels = [f"p {group}" for group in groups] if dtype is object else groups
    labels = np.array(labels).astype(dtype)
    model = GRNNRegressor().fit(X, y, groups=labels)
    plain = GRNNRegressor().fit(X, y, groups=groups)
    assert_allclose(model.loo_scores_, plain.loo_scores_, rtol=1e-8)
    save_model(model, tmp_path / "model.npz")
    loaded = load_model(tmp_path / "model.npz")
    assert_array_equal(loaded.groups_fit_, labels.astype(str))


def test_one_group_tells_no_spread(problem):
    X, y, _, _ = problem
    with pytest.warns(UserWarning, match="All rows are of one group"):
        model = GRNNRegressor().fit(X, y, groups=np.zeros(70))
    assert model.sigma_ == 1
    assert model.loo_scores_.shape == (0, 2)
    with pytest.raises(ValueError, match="are of one group"):
        GRNNRegressor(metric="learned").fit(X, y, groups=np.zeros(70))
    # With a given spread there is nothing to find.
    assert_array_equal(
        GRNNRegressor(1.0).fit(X, y, groups=np.zeros(70)).predict(X),
        GRNNRegressor(1.0).fit(X, y).predict(X),
    )


def test_groups_are_one_label_per_row(problem):
    X, y, weights, groups = problem
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        GRNNRegressor().fit(X, y, groups=groups[:-1])
    with pytest.raises(ValueError, match=r"^groups must be a 1d array .* got \(70, 2\)"):
        GRNNRegressor().fit(X, y, groups=np.c_[groups, groups])
    weights[:5] = 0
    dropped = GRNNRegressor().fit(X, y, weights, groups=groups)
    assert_array_equal(dropped.groups_fit_, groups[5:])


def test_refitting_forgets_groups(problem):
    X, y, _, groups = problem
    model = GRNNRegressor().fit(X, y, groups=groups)
    assert not hasattr(model.fit(X, y), "groups_fit_")


def test_metadata_routing_brings_groups(problem):
    X, y, _, _ = problem
    twice, groups = (np.r_[X, X], np.r_[y, y]), np.tile(np.arange(70), 2)
    with sklearn.config_context(enable_metadata_routing=True):
        model = GRNNRegressor().set_fit_request(groups=True)
        search = GridSearchCV(model, {"standardize": [False]}, cv=3)
        routed = search.fit(*twice, groups=groups).best_estimator_
    assert_allclose(routed.sigma_, GRNNRegressor().fit(X, y).sigma_, rtol=1e-8)
