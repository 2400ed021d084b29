"""GRNNRegressor against slow double loops and against what scikit-learn gives."""

import pickle
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KernelDensity, KNeighborsRegressor

from skblur.grnn import GRNNRegressor, kernel


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def problem(rng):
    """Rows, targets of two outputs, and queries."""
    X, Q = rng.normal(size=(60, 4)), rng.normal(size=(25, 4))
    return X, np.c_[np.sin(X[:, 0]) + X[:, 1], X[:, 2] ** 2], Q


def slow_predict(X, y, Q, sigma, weights=None):
    """The formula of Specht 1991, one number at a time; means and standard deviations."""
    weights = np.ones(len(X)) if weights is None else weights
    means, deviations = np.empty((2, len(Q), y.shape[1]))
    for i, q in enumerate(Q):
        numerator, denominator, second = np.zeros(y.shape[1]), 0.0, np.zeros(y.shape[1])
        for x, target, weight in zip(X, y, weights, strict=True):
            w = weight * np.exp(-np.sum(((q - x) / sigma) ** 2) / 2)
            numerator, denominator = numerator + w * target, denominator + w
            second = second + w * target**2
        means[i] = numerator / denominator
        deviations[i] = np.sqrt(second / denominator - means[i] ** 2)
    return means, deviations


@pytest.mark.parametrize("sigma", [0.3, 1.7, np.array([0.3, 1.0, 2.0, 5.0])])
@pytest.mark.parametrize("weighted", [False, True])
def test_equals_a_slow_double_loop(problem, rng, sigma, weighted):
    X, y, Q = problem
    weights = rng.uniform(0.1, 3, len(X)) if weighted else None
    model = GRNNRegressor(sigma=sigma).fit(X, y, weights)
    means, deviations = model.predict(Q, return_std=True)
    slow_means, slow_deviations = slow_predict(X, y, Q, sigma, weights)
    assert_allclose(means, slow_means, rtol=1e-10, atol=1e-12)
    assert_allclose(deviations, slow_deviations, rtol=1e-6, atol=1e-8)
    assert_allclose(model.predict(Q), means, rtol=1e-12, atol=1e-12)


def test_equals_neighbours_with_gaussian_weights(problem):
    X, y, Q = problem
    neighbours = KNeighborsRegressor(
        len(X), weights=lambda distance: np.exp(-(distance**2) / (2 * 0.8**2))
    )
    expected = neighbours.fit(X, y).predict(Q)
    assert_allclose(GRNNRegressor(sigma=0.8).fit(X, y).predict(Q), expected, rtol=1e-10)


@pytest.mark.parametrize("weighted", [False, True])
def test_log_density_equals_kernel_density(problem, rng, weighted):
    X, y, Q = problem
    weights = rng.uniform(0.1, 3, len(X)) if weighted else None
    density = KernelDensity(bandwidth=0.8, rtol=1e-12).fit(X, sample_weight=weights)
    found = GRNNRegressor(sigma=0.8).fit(X, y, weights).evidence(Q).log_density
    assert_allclose(found, density.score_samples(Q), rtol=1e-9)


def test_evidence_equals_its_formulas(problem, rng):
    X, y, Q = problem
    weights, sigma = rng.uniform(0.1, 3, len(X)), np.array([0.3, 1.0, 2.0, 5.0])
    found = GRNNRegressor(sigma=sigma).fit(X, y, weights).evidence(Q)
    distances = np.linalg.norm((Q[:, None] - X) / sigma, axis=2)
    w = np.exp(-(distances**2) / 2)
    assert_allclose(found.nearest, distances.min(axis=1), rtol=1e-9)
    effective = (w @ weights) ** 2 / (w**2 @ weights)
    assert_allclose(found.effective_rows, effective, rtol=1e-9)
    density = np.log(w @ weights / weights.sum() / sigma.prod() / (2 * np.pi) ** 2)
    assert_allclose(found.log_density, density, rtol=1e-9)


def test_evidence_tells_far_from_near(problem):
    X, y, _ = problem
    model = GRNNRegressor(sigma=0.5).fit(X, y)
    far, near = model.evidence(X[:1] + 100), model.evidence(X[:1])
    assert far.nearest[0] > 100
    assert near.nearest[0] < 1e-6
    assert far.log_density[0] < -1000 < near.log_density[0]
    assert far.effective_rows[0] >= 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_query_answers_its_nearest_row(problem, dtype):
    X, y, _ = problem
    X = X.astype(dtype)
    Q = np.array([[1e4, 0, 0, 0], [0, -1e4, 0, 0]], dtype=dtype)
    nearest = np.linalg.norm(Q[:, None] - X.astype(float), axis=2).argmin(axis=1)
    found, deviations = GRNNRegressor(sigma=0.5).fit(X, y).predict(Q, return_std=True)
    assert_allclose(found, y[nearest], rtol=1e-5)
    assert_allclose(deviations, 0, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sigma", [1e-300, 1e-30, 1e-6])
def test_vanishing_spread_answers_the_nearest_row(rng, dtype, sigma):
    X = rng.permutation(50)[:, None].astype(dtype)
    y = rng.normal(size=50)
    found = GRNNRegressor(sigma=sigma).fit(X, y).predict(X + dtype(0.25))
    assert found.dtype == dtype
    assert_allclose(found, y, atol=1e-6 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sigma", [1e9, 1e30, 1e300])
def test_huge_spread_answers_the_mean(problem, dtype, sigma):
    X, y, Q = problem
    found = GRNNRegressor(sigma=sigma).fit(X.astype(dtype), y).predict(Q)
    tolerance = 1e-6 if dtype == np.float32 else 1e-12
    assert_allclose(found, np.broadcast_to(y.mean(axis=0), found.shape), rtol=tolerance)


def test_float32_is_kept_and_agrees_with_float64(problem):
    X, y, Q = problem
    # Far from the origin, where squares without centring would lose all digits.
    X, Q = X + 500, Q + 500
    X, Q = X.astype(np.float32), Q.astype(np.float32)
    single = GRNNRegressor(sigma=0.7).fit(X, y)
    double = GRNNRegressor(sigma=0.7).fit(X.astype(float), y)
    found = single.predict(Q, return_std=True)
    assert [values.dtype for values in found] == [np.float32] * 2
    assert single.X_fit_.dtype == single.y_fit_.dtype == np.float32
    expected = double.predict(Q.astype(float), return_std=True)
    assert_allclose(found[0], expected[0], rtol=1e-4, atol=1e-4)
    assert_allclose(found[1], expected[1], rtol=1e-3, atol=1e-3)


def test_large_targets_keep_their_digits(problem):
    X, y, Q = problem
    plain = GRNNRegressor(sigma=0.7).fit(X, y).predict(Q, return_std=True)
    lifted = GRNNRegressor(sigma=0.7).fit(X, y + 1e8).predict(Q, return_std=True)
    assert_allclose(lifted[0] - 1e8, plain[0], atol=1e-7)
    assert_allclose(lifted[1], plain[1], atol=1e-6)


@pytest.mark.parametrize("sigma", [0.7, "loo", "scott", "silverman"])
def test_weight_is_a_count(problem, rng, sigma):
    X, y, Q = problem
    counts = rng.integers(0, 4, len(X))
    weighted = GRNNRegressor(sigma=sigma).fit(X, y, counts)
    repeated = GRNNRegressor(sigma=sigma).fit(X.repeat(counts, axis=0), y.repeat(counts, 0))
    assert_allclose(weighted.sigma_, repeated.sigma_, rtol=1e-7)
    for ours, theirs in zip(
        weighted.predict(Q, return_std=True),
        repeated.predict(Q, return_std=True),
        strict=True,
    ):
        assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7)
    for name, values in weighted.evidence(Q).items():
        assert_allclose(values, repeated.evidence(Q)[name], rtol=1e-6, err_msg=name)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tiny_working_memory_changes_nothing(problem, dtype):
    X, y, Q = problem
    X = X.astype(dtype)
    free = GRNNRegressor(random_state=0).fit(X, y)
    with sklearn.config_context(working_memory=1e-3):
        bound = GRNNRegressor(random_state=0).fit(X, y)
        found = bound.predict(Q, return_std=True)
    assert_allclose(bound.sigma_, free.sigma_, rtol=1e-2 if dtype == np.float32 else 1e-9)
    tolerance = 5e-3 if dtype == np.float32 else 1e-9
    for ours, theirs in zip(found, free.predict(Q, return_std=True), strict=True):
        assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("return_std", [False, True])
def test_memory_is_bounded(rng, return_std):
    X, Q = rng.normal(size=(4000, 4)), rng.normal(size=(4000, 4))
    model = GRNNRegressor(sigma=1.0).fit(X, X[:, 0])
    with sklearn.config_context(working_memory=2):
        tracemalloc.start()
        model.predict(Q, return_std=return_std)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    # All weights at once would be 122 MB.
    assert peak < 8


def test_far_weights_are_not_denormal(rng):
    gaps = -(10.0 ** rng.uniform(-3, 5, (4, 500))).astype(np.float32)
    for sigma in (1e-30, 0.1, 1.0, 1e30):
        weights = kernel.gaussian(gaps, sigma, out=np.empty_like(gaps))
        assert (weights**2 >= np.finfo(np.float32).tiny).all()
        with np.errstate(over="ignore", under="ignore"):
            literal = np.exp(gaps.astype(float) / sigma**2)
        assert_allclose(weights, literal, rtol=2e-5, atol=1e-17)


@pytest.mark.parametrize("sigma", [0.7, "loo", "scott", "silverman"])
def test_partial_fit_equals_fit_on_all_rows(problem, rng, sigma):
    X, y, Q = problem
    weights = rng.uniform(0.5, 3, len(X))
    parts = GRNNRegressor(sigma=sigma)
    for rows in np.array_split(np.arange(len(X)), 3):
        assert parts.partial_fit(X[rows], y[rows], weights[rows]) is parts
    whole = GRNNRegressor(sigma=sigma).fit(X, y, weights)
    assert_allclose(parts.sigma_, whole.sigma_, rtol=1e-8)
    assert_allclose(parts.predict(Q), whole.predict(Q), rtol=1e-7)


def test_partial_fit_refuses_other_targets(problem):
    X, y, _ = problem
    model = GRNNRegressor(sigma=1.0).partial_fit(X, y)
    with pytest.raises(ValueError, match="must go on as it began"):
        model.partial_fit(X, y[:, 0])


@pytest.mark.parametrize("sigma", [0.7, "loo", "scott", np.array([0.3, 1.0, 2.0, 5.0])])
def test_sparse_rows_equal_dense_rows(problem, rng, sigma):
    X, y, Q = problem
    X, Q = X * (rng.random(X.shape) < 0.5), Q * (rng.random(Q.shape) < 0.5)
    dense = GRNNRegressor(sigma=sigma).fit(X, y)
    thin = GRNNRegressor(sigma=sigma).fit(sparse.csr_array(X), y)
    assert sparse.issparse(thin.X_fit_)
    assert_allclose(thin.sigma_, dense.sigma_, rtol=1e-6)
    expected = dense.predict(Q)
    assert_allclose(thin.predict(sparse.csr_array(Q)), expected, rtol=1e-5, atol=1e-7)
    assert_allclose(thin.predict(Q), expected, rtol=1e-5, atol=1e-7)
    assert_allclose(dense.predict(sparse.csr_array(Q)), expected, rtol=1e-9)
    more = thin.partial_fit(sparse.csr_array(X[:5]), y[:5]).predict(Q)
    assert_allclose(more, dense.partial_fit(X[:5], y[:5]).predict(Q), rtol=1e-4, atol=1e-6)


def test_one_output_keeps_the_shape_of_y(problem):
    X, y, Q = problem
    both = GRNNRegressor(sigma=0.7).fit(X, y).predict(Q, return_std=True)
    flat = GRNNRegressor(sigma=0.7).fit(X, y[:, 0]).predict(Q, return_std=True)
    column = GRNNRegressor(sigma=0.7).fit(X, y[:, :1]).predict(Q, return_std=True)
    for two, one, thin in zip(both, flat, column, strict=True):
        assert two.shape == (25, 2)
        assert one.shape == (25,)
        assert thin.shape == (25, 1)
        assert_allclose(one, two[:, 0], rtol=1e-12)
        assert_array_equal(thin[:, 0], one)


def test_constant_column_and_duplicates_are_harmless(problem):
    X, y, Q = problem

    def widen(rows):
        return np.c_[rows, np.full(len(rows), 3.7)]

    for sigma in (0.7, "loo"):
        plain = GRNNRegressor(sigma=sigma).fit(X, y)
        wide = GRNNRegressor(sigma=sigma).fit(widen(X), y)
        assert_allclose(wide.predict(widen(Q)), plain.predict(Q), rtol=1e-6)
    doubled = GRNNRegressor(sigma=0.7).fit(np.r_[X, X], np.r_[y, y])
    expected = GRNNRegressor(sigma=0.7).fit(X, y).predict(Q)
    assert_allclose(doubled.predict(Q), expected, rtol=1e-10)


@pytest.mark.parametrize("rule", ["scott", "silverman"])
def test_rules_of_thumb(problem, rule):
    X, y, _ = problem
    X = np.c_[X, np.full(len(X), 3.0)]
    n, d = X.shape
    base = n if rule == "scott" else n * (d + 2) / 4
    expected = np.r_[X[:, :4].std(axis=0), 1] * base ** (-1 / (d + 4))
    assert_allclose(GRNNRegressor(sigma=rule).fit(X, y).sigma_, expected, rtol=1e-9)


@pytest.mark.parametrize("sigma", ["loo", "scott", 0.3])
@pytest.mark.parametrize("metric", ["euclidean", "learned"])
def test_single_row_and_single_place(sigma, metric):
    Q = np.array([[5.0, 5.0], [1.0, 2.0]])
    model = GRNNRegressor(sigma=sigma, metric=metric)
    assert_array_equal(model.fit([[1.0, 2.0]], [7.0]).predict(Q), [7, 7])
    model.fit(np.full((6, 2), 0.1), np.arange(6.0))
    assert_allclose(model.predict(Q), 2.5)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sigma": [1.0, 2.0]}, "one per feature"),
        ({"sigma": [1.0, 2.0, 3.0, 0.0]}, "must be positive"),
        ({"sigma": -1.0}, "sigma"),
        ({"sigma": "loud"}, "sigma"),
        ({"metric": "learned", "n_components": 9}, "must not exceed"),
    ],
)
def test_unfit_parameters_are_refused(problem, parameters, message):
    X, y, _ = problem
    with pytest.raises(ValueError, match=message):
        GRNNRegressor(**parameters).fit(X, y)


def test_weights_must_leave_a_row(problem):
    X, y, _ = problem
    with pytest.raises(ValueError, match=r"All sample weights are zero|weights"):
        GRNNRegressor(sigma=1.0).fit(X, y, np.zeros(len(X)))
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        GRNNRegressor(sigma=1.0).fit(X, y, -np.ones(len(X)))


def test_inputs_and_parameters_stay_as_they_were(problem):
    X, y, Q = problem
    before = X.copy(), y.copy(), Q.copy()
    sigma = np.array([0.3, 1.0, 2.0, 5.0])
    model = GRNNRegressor(sigma=sigma)
    model.fit(X, y).predict(Q)
    for now, then in zip((X, y, Q), before, strict=True):
        assert_array_equal(now, then)
    assert model.sigma is sigma
    assert_array_equal(sigma, [0.3, 1.0, 2.0, 5.0])


@pytest.mark.parametrize("form", [np.array, sparse.csr_array, sparse.csr_matrix])
def test_what_is_kept_is_not_the_callers(problem, rng, form):
    """Non-regression test for: weights, groups and sparse rows were those of the caller."""
    X, y, Q = problem
    X, groups = form(X), np.repeat(np.arange(20), 3)
    weights = rng.uniform(0.1, 3, len(y))
    model = GRNNRegressor(sigma=0.5).fit(X, y, weights, groups)
    expected = model.predict(Q)
    for array in (X.data if sparse.issparse(X) else X, y, weights, groups):
        array[:] = 7
    assert_array_equal(model.predict(Q), expected)
    assert_array_equal(model.groups_fit_, np.repeat(np.arange(20), 3))


def test_refitting_forgets_what_was_found(problem):
    X, y, _ = problem
    model = GRNNRegressor(metric="learned", metric_max_iter=2, random_state=0).fit(X, y)
    assert len(model.metric_scores_) >= 1
    model.set_params(sigma=0.5, metric="euclidean").fit(X, y)
    assert not hasattr(model, "loo_scores_")
    assert not hasattr(model, "metric_scores_")


def test_threads_pickle_clone_and_refit_agree(problem):
    X, y, Q = problem
    model = GRNNRegressor(random_state=0).fit(X, y)
    expected = model.predict(Q)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(model.predict, [Q] * 8):
            assert_array_equal(found, expected)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(Q), expected)
    assert_array_equal(clone(model).fit(X, y).predict(Q), expected)
    assert_array_equal(model.fit(X, y).predict(Q), expected)


def test_spread_is_tuned_by_name(problem):
    X, y, _ = problem
    search = GridSearchCV(GRNNRegressor(), {"sigma": [0.01, 0.5, 50.0, "loo"]}, cv=3)
    assert search.fit(X, y).best_params_["sigma"] in (0.5, "loo")


FITTED = (
    "X_fit_", "y_fit_", "y_var_fit_", "sample_weight_fit_", "sigma_", "center_",
    "components_", "n_features_in_",
)  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"sigma": "scott"},
        {"metric": "learned", "metric_max_iter": 3},
        {"metric": "learned", "metric_max_iter": 3, "n_components": 2},
        {"n_prototypes": 10},
    ],
)
def test_documented_attributes_are_all_that_predict_needs(problem, parameters):
    X, y, Q = problem
    model = GRNNRegressor(random_state=0, **parameters).fit(X, y)
    copy = GRNNRegressor()
    for name in FITTED:
        value = getattr(model, name)
        if value is not None:
            value = np.asarray(value)
            assert value.dtype != object
            value = value[()] if value.ndim == 0 else value
        setattr(copy, name, value)
    for ours, theirs in zip(
        copy.predict(Q, return_std=True), model.predict(Q, return_std=True), strict=True
    ):
        assert_array_equal(ours, theirs)
    for name, values in copy.evidence(Q).items():
        assert_array_equal(values, model.evidence(Q)[name])
