"""The leave-one-out spread against literally leaving one out."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from skblur.grnn import GRNNRegressor, leave_one_out, spread_search


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    return X, np.c_[np.sin(2 * X[:, 0]), 100 * X[:, 1]] + rng.normal(0, 0.1, (80, 2))


def literal_score(X, y, sigma):
    """Fit n models on n - 1 rows each; errors in units of each output's variance."""
    predicted = cross_val_predict(GRNNRegressor(sigma=sigma), X, y, cv=LeaveOneOut())
    return np.mean((predicted - y) ** 2 / y.var(axis=0))


def literal_weighted_score(X, y, counts, sigma):
    """Take 1 off the weight of each row in turn, rows counting with their weight."""
    y = (y - np.average(y, axis=0, weights=counts)) / np.sqrt(
        np.average((y - np.average(y, axis=0, weights=counts)) ** 2, axis=0, weights=counts)
    )
    errors = np.empty(len(X))
    for i in range(len(X)):
        left = counts.copy()
        left[i] = max(left[i] - 1, 0)
        model = GRNNRegressor(sigma=sigma).fit(X, y, left)
        errors[i] = np.mean((model.predict(X[i : i + 1])[0] - y[i]) ** 2)
    return np.average(errors, weights=counts)


def test_every_score_is_the_literal_one(problem):
    X, y = problem
    model = GRNNRegressor().fit(X, y)
    spreads, scores = model.loo_scores_.T
    assert len(spreads) > spread_search.N_GRID
    assert_array_equal(spreads, np.sort(spreads))
    literal = [literal_score(X, y, sigma) for sigma in spreads]
    assert_allclose(scores, literal, rtol=1e-8)
    assert model.sigma_ == spreads[np.argmin(literal)]


def test_spread_is_the_literal_optimum(problem):
    X, y = problem
    found = GRNNRegressor().fit(X, y).sigma_
    literal = minimize_scalar(
        lambda log_sigma: literal_score(X, y, np.exp(log_sigma)),
        bounds=np.log([found / 1.5, found * 1.5]),
        method="bounded",
    )
    assert_allclose(found, np.exp(literal.x), rtol=0.02)
    assert literal_score(X, y, found) <= literal.fun * (1 + 1e-4)


def test_weighted_scores_take_one_off_each_row(problem):
    X, y = problem
    counts = np.random.default_rng(1).uniform(0.2, 4, len(X))
    model = GRNNRegressor().fit(X, y, counts)
    for sigma, score in model.loo_scores_[::4]:
        literal = literal_weighted_score(X, y, counts, sigma)
        assert_allclose(score, literal, rtol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exact_search_over_many_rows_ends_with_literal_scores(problem, dtype, monkeypatch):
    monkeypatch.setattr(spread_search, "FEW_ROWS", 20)
    X, y = problem
    X = X.astype(dtype)
    model = GRNNRegressor(loo_samples=None, random_state=0).fit(X, y)
    spreads, scores = model.loo_scores_.T
    tolerance = 1e-8 if dtype == np.float64 else 1e-4
    literal = [literal_score(X.astype(float), y, sigma) for sigma in spreads]
    assert_allclose(scores, literal, rtol=tolerance)
    # The rule: the best of them, and none of the outermost.
    assert model.sigma_ == spreads[np.argmin(scores)]
    assert spreads[0] < model.sigma_ < spreads[-1]
    assert_allclose(np.diff(np.log(spreads)), np.log(spread_search.STEP), rtol=1e-6)


def test_sampled_scores_are_literal_ones_of_some_rows(problem):
    """Each of the sample is predicted by all other rows, and no score is of more rows."""
    X, y = problem
    model = GRNNRegressor(loo_samples=20, random_state=0).fit(X, y)
    rows = np.sort(np.random.RandomState(0).choice(80, 20, replace=False))
    assert len(model.loo_scores_) > spread_search.N_GRID
    for sigma, score in model.loo_scores_[::4]:
        left_out = cross_val_predict(GRNNRegressor(sigma=sigma), X, y, cv=LeaveOneOut())
        squares = ((left_out - y)[rows] / y.std(axis=0)) ** 2
        assert_allclose(score, squares.mean(), rtol=1e-8)


def test_sample_finds_nearly_the_spread_of_all_rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2500, 3))
    y = np.sin(2 * X[:, 0]) + X[:, 1] + rng.normal(0, 0.2, 2500)
    exact = GRNNRegressor(loo_samples=None, random_state=0).fit(X, y)
    sampled = GRNNRegressor(loo_samples=500, random_state=0).fit(X, y)
    assert abs(np.log(sampled.sigma_ / exact.sigma_)) < 0.2
    (found,) = leave_one_out.scores(exact._leave_rows_out(), [sampled.sigma_])
    assert found < 1.01 * exact.loo_scores_[:, 1].min()


def test_verbose_prints_a_line_for_each_pass(problem, capsys, monkeypatch):
    monkeypatch.setattr(spread_search, "FEW_ROWS", 20)
    monkeypatch.setattr(spread_search, "SECONDS_BETWEEN_LINES", 0)
    X, y = problem
    GRNNRegressor(random_state=0).fit(X, y)
    assert capsys.readouterr().out == ""
    with sklearn.config_context(working_memory=1e-2):
        GRNNRegressor(loo_samples=None, verbose=True, random_state=0).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("leave one out, 3 spreads, 80 of 80 rows: best spread")
    assert any("16 spreads, 20 of 80 rows: best spread" in line for line in lines)
    assert any("3 spreads, 80 of 80 rows: 2" in line for line in lines)


def test_walk_goes_downhill_from_a_bad_start(problem):
    X, y = problem
    targets = (y - y.mean(axis=0)) / y.std(axis=0)
    all_rows = leave_one_out.of_rows(X, targets, np.ones(len(X)))
    best = GRNNRegressor().fit(X, y).sigma_
    for start in (best / 2, best * 2):
        tried = spread_search._walk(all_rows, start, verbose=False)
        found = min(tried, key=tried.get)
        assert abs(np.log(found / best)) < np.log(spread_search.STEP)


def test_sample_of_queries_estimates_without_bias(problem):
    X, y = problem
    targets = (y - y.mean(axis=0)) / y.std(axis=0)
    all_rows = leave_one_out.of_rows(X, targets, np.ones(len(X)))
    halves = [all_rows.sample(np.arange(first, 80, 2)) for first in (0, 1)]
    parts = [leave_one_out.scores(half, [0.4, 1.3]) for half in halves]
    assert_allclose(np.mean(parts, axis=0), leave_one_out.scores(all_rows, [0.4, 1.3]))


def test_kept_distances_and_passes_agree(problem):
    X, y = problem
    all_rows = leave_one_out.of_rows(X, y, np.ones(len(X)))
    kept = leave_one_out.kept_blocks(all_rows)
    spreads = [0.01, 0.3, 5.0]
    assert_array_equal(
        leave_one_out.scores(all_rows, spreads, kept),
        leave_one_out.scores(all_rows, spreads),
    )


def test_no_output_dominates(problem):
    X, y = problem
    first = GRNNRegressor().fit(X, y)
    second = GRNNRegressor().fit(X, y * [1e-3, 1e5] + 7)
    assert_allclose(first.sigma_, second.sigma_, rtol=1e-6)


def test_irrelevant_targets_get_the_widest_spread():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    model = GRNNRegressor().fit(X, rng.normal(size=200))
    # Nothing to learn: the mean of the others, whose score is 1 and a little.
    assert model.sigma_ > 1
    assert_allclose(model.loo_scores_[:, 1].min(), 1, atol=0.05)


def test_constant_targets_and_two_rows(problem):
    X, _ = problem
    model = GRNNRegressor().fit(X, np.full(80, 3.0))
    assert_array_equal(model.predict(X), 3)
    assert np.isfinite(model.sigma_)
    two = GRNNRegressor().fit([[0.0], [1.0]], [0.0, 1.0])
    assert np.isfinite(two.predict([[0.0], [0.5], [9.0]])).all()


def test_prototypes_without_a_row_are_literally_without_it(problem):
    X, y = problem
    rng = np.random.default_rng(1)
    labels = np.r_[np.arange(20), rng.integers(0, 20, 60)]
    counts = rng.uniform(0.3, 3, 80)
    centres = rng.normal(size=(20, 3))
    problem = leave_one_out.of_prototypes(X, y, counts, centres, labels)
    (_, predicted), *more = leave_one_out.predictions(problem, [0.6])
    assert not more
    for i in range(80):
        left = counts.copy()
        left[i] = max(left[i] - 1, 0)
        weights = np.exp(-np.sum((centres - X[i]) ** 2, axis=1) / 2 / 0.6**2)[labels] * left
        assert_allclose(predicted[0, i], weights @ y / weights.sum(), rtol=1e-9)
