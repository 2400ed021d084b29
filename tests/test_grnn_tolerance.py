"""Predictions without the rows that hardly count, against those of all rows."""

import pickle
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.exceptions import NotFittedError
from threadpoolctl import threadpool_info

from skblur import load_model, save_model
from skblur.grnn import GRNNRegressor, balls, rows, truncation
from skblur.grnn import tiles as tiles_module
from skblur.threads import one_blas_thread


@pytest.fixture(autouse=True)
def small_balls(monkeypatch):
    """As with many rows, with few."""
    monkeypatch.setattr(rows, "FEW_ROWS", 200)
    monkeypatch.setattr(balls, "MOST_ROWS", 60)


def sets(rng, n=1200):
    """Rows and queries: clusters, a curve, a plane, and all over ten dimensions."""
    centres = rng.normal(size=(12, 5))
    curve = rng.uniform(-3, 3, (n, 1))
    return {
        "clusters": centres[rng.integers(0, 12, n)] + 0.1 * rng.normal(size=(n, 5)),
        "curve": np.hstack([np.sin(curve * k) for k in (1, 2, 3)]),
        "plane": rng.normal(size=(n, 2)),
        "iid": rng.normal(size=(n, 10)),
    }


@pytest.fixture(params=["clusters", "curve", "plane", "iid"])
def problem(request, rng):
    """Rows, targets of two outputs of unlike range, weights, and queries."""
    X = sets(rng)[request.param]
    y = np.c_[np.sin(3 * X[:, 0]) + X[:, 1], 1000 + 50 * X[:, 1] ** 2]
    return X[:900], y[:900], rng.uniform(0.01, 5, 900), X[900:]


def share_of_range(found, expected, y):
    return np.max(np.abs(found - expected) / np.ptp(y, axis=0))


@pytest.mark.parametrize("sigma", [0.001, 0.05, 0.3, 2.0, 1e308])
@pytest.mark.parametrize("tolerance", [1e-9, 1e-4, 0.1])
def test_error_is_within_the_tolerance(problem, sigma, tolerance):
    X, y, weights, Q = problem
    exact = GRNNRegressor(sigma).fit(X, y, weights).predict(Q)
    model = GRNNRegressor(sigma, tolerance=tolerance).fit(X, y, weights)
    found = model.predict(Q)
    assert len(model.ball_radii_) > 10
    assert share_of_range(found, exact, y) <= tolerance
    # One output as a vector, and spreads of the features in place of one.
    flat = GRNNRegressor(np.full(X.shape[1], sigma), tolerance=tolerance)
    flat = flat.fit(X, y[:, 0], weights).predict(Q)
    assert flat.shape == (len(Q),)
    assert np.max(np.abs(flat - exact[:, 0])) <= tolerance * np.ptp(y[:, 0])


def test_worst_case_stays_within_it(rng):
    """All that may be left out is of the opposite target, and just hardly counts."""
    X = np.zeros((1001, 3))
    X[1:] = rng.normal(size=(1000, 3))
    X[1:] /= np.linalg.norm(X[1:], axis=1, keepdims=True)
    y = np.r_[0.0, np.ones(1000)]
    tolerance, left_out = 0.1, []
    for sigma in 1 / np.linspace(3, 6, 13):
        model = GRNNRegressor(sigma, tolerance=tolerance).fit(X, y)
        found = model.predict(np.zeros((40, 3)))
        exact = model.set_params(tolerance=0).predict(np.zeros((1, 3)))
        assert np.abs(found - exact).max() <= tolerance
        left_out.append(np.abs(found - exact).max())
    # More than rounding is left out, and more than a hundredth of what might be.
    assert max(left_out) > tolerance / 100


@pytest.mark.parametrize("sigma", [0.02, 0.3, 2.0])
def test_float32_stays_within_it_too(problem, sigma):
    X, y, weights, Q = problem
    X, Q = X.astype(np.float32), Q.astype(np.float32)
    exact = GRNNRegressor(sigma).fit(X.astype(float), y, weights).predict(Q.astype(float))
    for tolerance in (1e-4, 1e-2):
        model = GRNNRegressor(sigma, tolerance=tolerance).fit(X, y, weights)
        found = model.predict(Q)
        assert found.dtype == np.float32
        # Centring and storing rows in float32 moves them by some of its roundings.
        moved = 20 * np.finfo(np.float32).eps * np.abs(X).max() ** 2 / sigma**2
        assert share_of_range(found, exact, y) <= tolerance + min(moved, 0.01)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [10.0, 1e4, 1e8, 1e30])
def test_far_queries_answer_as_without_a_tolerance(problem, dtype, far):
    X, y, weights, Q = problem
    X, Q = X.astype(dtype), (Q[:40] * far).astype(dtype)
    for sigma in (1e-30, 0.02, 0.5):
        model = GRNNRegressor(sigma, tolerance=1e-3).fit(X, y, weights)
        found = model.predict(Q)
        exact = model.set_params(tolerance=0).predict(Q)
        assert np.isfinite(found).all()
        slack = 1e-3 if dtype == np.float64 or far == 10 else 0.3
        assert share_of_range(found, exact, y) <= slack


def test_weights_of_all_sizes(problem, rng):
    """A row of weight 1e12 a little farther away outweighs a thousand nearer ones."""
    X, y, _, Q = problem
    weights = 10.0 ** rng.uniform(-12, 12, len(X))
    for sigma in (0.05, 0.5):
        exact = GRNNRegressor(sigma).fit(X, y, weights).predict(Q)
        found = GRNNRegressor(sigma, tolerance=1e-4).fit(X, y, weights).predict(Q)
        assert share_of_range(found, exact, y) <= 1e-4


def test_nearer_rows_in_later_balls(rng):
    """The level rises by more than any exponent that float32 holds."""
    # Shells around the origin, which is nearest to the centre of the outermost.
    radii = np.repeat([30.0, 20.0, 10.0, 1.0], 300)
    X = rng.normal(size=(1200, 3))
    X *= (radii / np.linalg.norm(X, axis=1))[:, None]
    Q = 0.1 * rng.normal(size=(64, 3))
    exact = GRNNRegressor(0.3).fit(X, radii).predict(Q)
    found = GRNNRegressor(0.3, tolerance=1e-6).fit(X, radii).predict(Q)
    assert_allclose(found, exact, atol=1e-6 * 29)
    # The sums alone, from the farthest ball to the nearest.
    model = GRNNRegressor(0.3, tolerance=1e-6).fit(X, radii)
    given = truncation.Rows(
        model.X_fit_, model.y_fit_[:, None], np.ones(1200), model._balls(), 0.3, 1e-6
    )
    sums = truncation.Sums(Q - model.center_, given)
    sums.level -= 1e4
    for index in np.argsort(-sums.halves[:, 0]):
        sums._visit(index, np.arange(64))
    midpoint, half_range = given.midpoint_and_half_range()
    found = sums.sums[:, 0] / sums.sums[:, 1] * half_range + midpoint
    assert_allclose(found, exact, atol=1e-6 * 29)


@pytest.mark.parametrize("few", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("tolerance", [1e-8, 1e-3])
def test_all_ways_through_a_tile_agree(problem, few, tolerance, monkeypatch):
    """Rows one by one or all at once, in float32 or float64: within the same bound."""
    monkeypatch.setattr(truncation, "FEW", few)
    X, y, weights, Q = problem
    for sigma in (0.02, 0.3, 3.0):
        exact = GRNNRegressor(sigma).fit(X, y, weights).predict(Q)
        found = GRNNRegressor(sigma, tolerance=tolerance).fit(X, y, weights).predict(Q)
        assert share_of_range(found, exact, y) <= tolerance


def test_balls_hold_their_rows(problem):
    X = problem[0]
    order, found = balls.gather(X)
    assert_array_equal(np.sort(order), np.arange(len(X)))
    assert found.starts[-1] == len(X)
    for index, (center, radius) in enumerate(zip(found.centers, found.radii, strict=True)):
        mine = X[order[found.starts[index] : found.starts[index + 1]]]
        assert 30 <= len(mine) <= 60
        distances = np.linalg.norm(mine - center, axis=1)
        assert_allclose(center, mine.mean(axis=0))
        assert_allclose(radius, distances.max())
        assert distances.argmin() == 0
    # Neighbours are together: balls are smaller than the set of all rows.
    assert found.radii.mean() < 0.8 * np.linalg.norm(X - X.mean(axis=0), axis=1).max()


def test_most_balls_are_not_looked_at(rng):
    centres = 100 * rng.normal(size=(10, 3))
    X = (centres[:, None] + rng.normal(size=(10, 60, 3))).reshape(-1, 3)
    model = GRNNRegressor(1.0, tolerance=1e-3).fit(X, X[:, 0])
    given = truncation.Rows(
        model.X_fit_, model.y_fit_[:, None], np.ones(600), model._balls(), 1.0, 1e-3
    )
    sums = truncation.Sums(X[:40] - model.center_, given)
    sums.over_balls()
    assert (sums.highest > sums.level).mean() < 0.3


def test_deviations_evidence_and_sparse_rows_are_exact(problem):
    X, y, weights, Q = problem
    exact = GRNNRegressor(0.3).fit(X, y, weights)
    model = GRNNRegressor(0.3, tolerance=0.1).fit(X, y, weights)
    for found, expected in zip(
        model.predict(Q, return_std=True), exact.predict(Q, return_std=True), strict=True
    ):
        assert_allclose(found, expected, rtol=1e-9, atol=1e-5)
    for name, values in model.evidence(Q).items():
        assert_allclose(values, exact.evidence(Q)[name], rtol=1e-9)
    thin = GRNNRegressor(0.3, tolerance=0.1).fit(sparse.csr_array(X), y, weights)
    assert not hasattr(thin, "ball_starts_")
    assert_allclose(thin.predict(Q), exact.predict(Q), rtol=1e-7, atol=1e-9)
    sparse_queries = model.predict(sparse.csr_array(Q))
    assert share_of_range(sparse_queries, exact.predict(Q), y) <= 0.1


def test_few_rows_and_few_queries_are_exact(problem):
    X, y, _, Q = problem
    small = GRNNRegressor(0.3, tolerance=0.1).fit(X[:200], y[:200])
    assert not hasattr(small, "ball_starts_")
    expected = GRNNRegressor(0.3).fit(X[:200], y[:200]).predict(Q)
    assert_array_equal(small.predict(Q), expected)
    model = GRNNRegressor(0.3, tolerance=0.1).fit(X, y)
    few = model.predict(Q[: truncation.FEW_QUERIES - 1])
    assert_array_equal(few, model.set_params(tolerance=0).predict(Q[: len(few)]))


def test_tolerance_below_rounding_is_exact(problem):
    X, y, _, Q = problem
    model = GRNNRegressor(0.3, tolerance=1e-17).fit(X, y)
    assert not hasattr(model, "ball_starts_")
    assert_array_equal(model.predict(Q), GRNNRegressor(0.3).fit(X, y).predict(Q))


@pytest.mark.parametrize("few", [0.0, 1.0])
def test_products_in_float64_are_made_once(rng, monkeypatch, few):
    """Non-regression test for exponents in float64 that were found again."""
    X = rng.normal(size=(600, 3))
    model = GRNNRegressor(1e-5, tolerance=1e-2).fit(X, X[:, 0])
    tiles, make = [], tiles_module.Tile.exponents

    def spy(tile, out):
        tiles.append(tile)
        return make(tile, out)

    def never(tile, query, row):
        raise AssertionError

    monkeypatch.setattr(tiles_module.Tile, "exponents", spy)
    monkeypatch.setattr(tiles_module.Tile, "exact_exponents", never)
    monkeypatch.setattr(truncation, "FEW", few)
    Q = X + 1e-6
    found = model.predict(Q)
    assert all(tile.error > 1 for tile in tiles)
    # None of them twice.
    assert 0 < len({id(tile) for tile in tiles}) == len(tiles)
    assert_allclose(found, X[:, 0], atol=1e-2 * np.ptp(X[:, 0]))


def test_constant_targets_come_back_exactly(problem):
    X, _, _, Q = problem
    model = GRNNRegressor(0.3, tolerance=1e-3).fit(X, np.full(len(X), 0.1))
    assert_array_equal(model.predict(Q), 0.1)


@pytest.mark.parametrize(
    "parameters",
    [{"n_prototypes": 400}, {"standardize": True}, {"sigma": "scott"}, {"sigma": "loo"}],
)
def test_other_parameters_stay_what_they_are(problem, parameters):
    X, y, weights, Q = problem
    parameters = {"sigma": 0.3, "random_state": 0} | parameters
    exact = GRNNRegressor(**parameters).fit(X, y, weights)
    model = GRNNRegressor(tolerance=1e-3, **parameters).fit(X, y, weights)
    assert_array_equal(model.sigma_, exact.sigma_)
    assert share_of_range(model.predict(Q), exact.predict(Q), y) <= 1e-3
    for found, expected in zip(
        model.predict(Q, return_std=True), exact.predict(Q, return_std=True), strict=True
    ):
        assert_allclose(found, expected, rtol=1e-8, atol=1e-5)


def test_partial_fit_gathers_anew(problem):
    X, y, weights, Q = problem
    model = GRNNRegressor("scott", tolerance=1e-4)
    groups = np.arange(900) % 50
    for part in np.array_split(np.arange(900), 4):
        model.partial_fit(X[part], y[part], weights[part], groups=groups[part])
    whole = GRNNRegressor("scott").fit(X, y, weights)
    assert share_of_range(model.predict(Q), whole.predict(Q), y) <= 1e-4
    # Everything about a row is still in one place.
    back = np.lexsort(np.round(model.X_fit_ * model.sigma_, 9).T)
    there = np.lexsort(np.round(whole.X_fit_ * whole.sigma_, 9).T)
    assert_allclose(model.y_fit_[back], y[there])
    assert_allclose(model.sample_weight_fit_[back], weights[there])
    assert_array_equal(model.groups_fit_[back], groups[there])


def test_another_tolerance_needs_rows_in_order(problem):
    X, y, _, Q = problem
    model = GRNNRegressor(0.3).fit(X, y).set_params(tolerance=1e-3)
    with pytest.raises(NotFittedError, match="was fitted with tolerance=0"):
        model.predict(Q)
    model.fit(X, y)
    wide = model.set_params(tolerance=0.05).predict(Q)
    exact = model.set_params(tolerance=0).predict(Q)
    assert share_of_range(wide, exact, y) <= 0.05
    assert not hasattr(model.fit(X, y), "ball_starts_")


def test_files_and_pickles_keep_the_balls(problem, tmp_path):
    X, y, weights, Q = problem
    model = GRNNRegressor(0.3, tolerance=1e-3).fit(X, y, weights)
    save_model(model, tmp_path / "model.npz")
    expected = model.predict(Q)
    assert_allclose(load_model(tmp_path / "model.npz").predict(Q), expected, rtol=1e-6)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(Q), expected)


@pytest.mark.parametrize("return_std", [False, True])
def test_memory_is_bounded(rng, return_std):
    X, Q = rng.normal(size=(3000, 4)), rng.normal(size=(6000, 4))
    model = GRNNRegressor(1.0, tolerance=1e-3).fit(X, X[:, 0])
    with sklearn.config_context(working_memory=2):
        tracemalloc.start()
        model.predict(Q, return_std=return_std)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    # All weights at once would be 137 MB.
    assert peak < 12


def blas_threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_threads_agree_and_leave_blas_as_it_was(problem):
    X, y, _, Q = problem
    model = GRNNRegressor(0.3, tolerance=1e-3).fit(X, y)
    expected, before = model.predict(Q), blas_threads()
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(model.predict, [Q] * 8):
            assert share_of_range(found, expected, y) <= 2e-3
    assert blas_threads() == before


def test_work_is_shared_by_threads(problem, monkeypatch):
    X, y, _, Q = problem
    model = GRNNRegressor(0.3, tolerance=1e-3).fit(X, y)
    one = model.predict(Q)
    monkeypatch.setattr(type(one_blas_thread), "__enter__", lambda self: 3)
    monkeypatch.setattr(type(one_blas_thread), "__exit__", lambda self, *error: None)
    assert share_of_range(model.predict(Q), one, y) <= 2e-3
