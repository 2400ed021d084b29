import numpy as np
import pytest
from sklearn.base import clone
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline

from skblur import GRNNRegressor, StackedRBMRegressor
from skblur.rbm.regressor import _inverse_residuals

# Networks of so few epochs are quick, not good, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {
    "hidden_layer_sizes": (30, 8),
    "rbm_n_iter": 2,
    "max_iter": 60,
    "batch_size": 20,
    "learning_rate_init": 0.03,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def curve():
    """Features in [0, 1] and two targets on scales of their own, one row in ten wild."""
    rng = np.random.default_rng(0)
    X = rng.random((800, 5)).astype(np.float32)
    y = np.column_stack([100 + 20 * np.sin(3 * X[:, 0]), X[:, 1] * X[:, 2]])
    return X, y


@pytest.fixture(scope="module")
def fitted(curve):
    return StackedRBMRegressor(**SMALL).fit(*curve)


def test_learns_targets_of_any_scale(fitted, curve):
    X, y = curve
    assert fitted.score(X, y) > 0.9
    np.testing.assert_allclose(fitted.target_mean_, y.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(fitted.target_scale_, y.std(axis=0), rtol=1e-5)
    assert fitted.mlp_.predict(X).std(axis=0) == pytest.approx(1, abs=0.2)


def test_scale_of_the_targets_does_not_matter(fitted, curve):
    X, y = curve
    scaled = clone(fitted).fit(X, y * [1e3, 1e-3] + [5, -7])
    expected = fitted.predict(X) * [1e3, 1e-3] + [5, -7]
    np.testing.assert_allclose(scaled.predict(X), expected, rtol=1e-2)


def test_prediction_is_the_network_on_its_code(fitted, curve):
    X, _ = curve
    mlp = fitted.mlp_
    code = fitted.transform(X)
    assert code.shape == (800, 8)
    assert code.dtype == np.float32
    outputs = code @ mlp.coefs_[-1] + mlp.intercepts_[-1]
    by_hand = outputs * fitted.target_scale_ + fitted.target_mean_
    np.testing.assert_allclose(fitted.predict(X), by_hand, rtol=1e-5)


def test_code_of_outputs_is_the_standardised_prediction(fitted, curve):
    X, _ = curve
    coder = clone(fitted).set_params(code="outputs").fit(*curve)
    code = coder.transform(X)
    assert code.shape == (800, 2)
    by_hand = code * fitted.target_scale_ + fitted.target_mean_
    np.testing.assert_allclose(coder.predict(X), by_hand, rtol=1e-5)
    np.testing.assert_array_equal(coder.transform(X, layer=-1), fitted.transform(X))
    single = clone(coder).set_params(max_iter=2).fit(X, curve[1][:, 0])
    assert single.transform(X).shape == (800, 1)


def test_without_pretraining_it_is_an_mlp(curve):
    """The same network as scikit-learn's, on standardised targets, up to its seeds."""
    X, y = curve
    unlearned = SMALL | {"rbm_n_iter": 0, "learning_rate": "constant"}
    network = StackedRBMRegressor(**unlearned).fit(X, y)
    assert network.rbms_ == []
    assert isinstance(network.mlp_, MLPRegressor)
    plain = MLPRegressor(
        hidden_layer_sizes=(30, 8), activation="logistic", batch_size=20, random_state=0,
        learning_rate_init=0.03, max_iter=60, tol=0, n_iter_no_change=100,
    )  # fmt: skip
    with pytest.warns(match="Maximum iterations"):
        plain.fit(X, (y - y.mean(axis=0)) / y.std(axis=0))
    assert network.loss_curve_[-1] == pytest.approx(plain.loss_, rel=0.5)


@pytest.mark.parametrize("shape", [(800,), (800, 1)])
def test_one_target_comes_back_in_its_shape(shape, curve):
    X, y = curve
    network = StackedRBMRegressor(**SMALL | {"max_iter": 2})
    assert network.fit(X, y[:, 0].reshape(shape)).predict(X).shape == shape


def test_absolute_error_shrugs_off_wild_targets(curve):
    X, y = curve
    target = y[:, 1].copy()
    wild = np.random.default_rng(1).random(len(X)) < 0.25
    target[wild] += 4
    errors = {}
    for loss in ("squared_error", "absolute_error"):
        network = StackedRBMRegressor(**SMALL | {"max_iter": 80}, loss=loss)
        found = network.fit(X, target).predict(X)
        errors[loss] = np.abs(found - y[:, 1]).mean()
    assert errors["absolute_error"] < 0.4 * errors["squared_error"]


def test_weights_of_absolute_error():
    """Weighted squares sum to absolute residuals, but for the floor and the scale."""

    class Known:
        def predict(self, X):
            return X

    y = np.zeros(5)
    X = np.array([0.0, 1.0, -2.0, 4.0, 8.0])
    weights = _inverse_residuals(Known(), X, y, None)
    assert weights.mean() == pytest.approx(1)
    np.testing.assert_allclose(weights[1:] * np.abs(X[1:]), weights[1])
    assert weights[0] == pytest.approx(weights[1] / 0.2)
    doubled = _inverse_residuals(Known(), X, y, np.array([1, 1, 2, 1, 1]))
    assert doubled[2] / doubled[1] == pytest.approx(2 * weights[2] / weights[1])
    assert _inverse_residuals(Known(), np.zeros(5), y, None) is None


def test_sample_weights_pull_where_they_are(curve):
    X = curve[0][:, :1].round() * 0
    y = np.where(np.arange(len(X)) % 2, 1.0, 0.0)
    network = StackedRBMRegressor(**SMALL)
    network.fit(X, y, np.where(y, 3.0, 1.0))
    assert network.target_mean_ == pytest.approx(0.75)
    assert network.predict(X[:1])[0] == pytest.approx(0.75, abs=0.1)


def test_early_stopping_restores_the_best(curve):
    network = StackedRBMRegressor(
        **SMALL | {"max_iter": 300, "learning_rate_init": 0.1}, early_stopping=True,
        n_iter_no_change=3, learning_rate="constant",
    ).fit(*curve)  # fmt: skip
    assert network.n_iter_ < 300
    assert len(network.validation_scores_) == network.n_iter_


def test_code_before_a_grnn(curve):
    X, y = curve
    code = StackedRBMRegressor(**SMALL)
    on_code = make_pipeline(code, GRNNRegressor()).fit(X[:600], y[:600, 1])
    on_features = GRNNRegressor().fit(X[:600], y[:600, 1])
    assert on_code.score(X[600:], y[600:, 1]) > on_features.score(X[600:], y[600:, 1])


def test_float32_agrees_with_float64(curve):
    X, y = curve
    timid = StackedRBMRegressor(**SMALL | {"rbm_n_iter": 0, "max_iter": 2})
    single = timid.fit(X, y).predict(X)
    double = clone(timid).fit(X.astype(np.float64), y).predict(X.astype(np.float64))
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(single, double, rtol=1e-3, atol=1e-3)
