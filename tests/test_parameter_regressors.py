"""The regressors of `BlurTypeThenParamPipeline`: of both parameters or each, deviations."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    BaggingRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import BayesianRidge, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVR, LinearSVR
from sklearn.tree import DecisionTreeRegressor

from skblur import BlurTypeThenParamPipeline, GRNNRegressor
from skblur.grnn.angles import decode_angle, encode_angle
from skblur.pipeline.columns import takes_columns
from skblur.pipeline.parameters import ParameterRegressor, fit_regressors

CLASSIFIER = LogisticRegression(max_iter=500)


def test_a_regressor_for_each_parameter(blur_patches):
    X, y = blur_patches[0][:300], blur_patches[1][:300]
    of_motion = {"size": Ridge(), "angle": GRNNRegressor(sigma=0.5)}
    given = {"gaussian": Ridge(), "motion": of_motion, "defocus": {**of_motion}}
    model = BlurTypeThenParamPipeline(CLASSIFIER, given)
    model.set_params(regressor__motion__angle__sigma=0.7).fit(X, y)
    fitted = model.regressors_[2].regressor
    assert isinstance(fitted["size"], Ridge)
    assert fitted["angle"].sigma == 0.7
    assert model.get_params()["regressor__motion__angle__sigma"] == 0.7
    # Each answers as it would alone.
    rows = y[:, 0] == 2
    S = model.extract_features(X)
    alone = Ridge().fit(S[rows], y[rows, 1]).predict(S)
    np.testing.assert_allclose(fitted["size"].predict(S), alone, rtol=1e-4)
    found, std = model.predict_parameters(X, "motion", return_std=True)
    np.testing.assert_allclose(found[:, 0], alone, rtol=1e-4)
    both = GRNNRegressor(sigma=0.7).fit(S[rows], encode_angle(y[rows, 2]))
    np.testing.assert_allclose(found[:, 1], decode_angle(both.predict(S)), rtol=1e-4)
    assert np.isnan(std[:, 0]).all()
    assert std[:, 1].min() >= 0
    assert std[:, 1].mean() > 5
    # A defocus has no angle; nothing is fitted to it.
    assert not hasattr(model.regressors_[3].regressor["angle"], "sigma_")


def test_wrong_names_of_parameters(blur_patches):
    X, y = blur_patches[0][:60], blur_patches[1][:60]
    wrong = {"size": Ridge(), "direction": Ridge()}
    model = BlurTypeThenParamPipeline(CLASSIFIER, {1: Ridge(), 2: wrong, 3: Ridge()})
    with pytest.raises(ValueError, match=r"must have keys out of \['angle', 'size'\]"):
        model.fit(X, y)
    model.regressor[2] = {"size": Ridge()}
    with pytest.raises(ValueError, match=r"must have an entry for \['angle'\]"):
        model.fit(X, y)


def test_standard_deviations_cover_the_truth(blur_patches):
    X, y = blur_patches
    model = BlurTypeThenParamPipeline(CLASSIFIER).fit(X[:600], y[:600])
    for code in (1, 2, 3):
        rows = np.flatnonzero(y[600:, 0] == code) + 600
        found, std = model.predict_parameters(X[rows], code, return_std=True)
        np.testing.assert_allclose(
            found, model.predict_parameters(X[rows], code), atol=1e-4
        )
        inside = np.mean(np.abs(found[:, 0] - y[rows, 1]) < std[:, 0])
        assert 0.5 < inside < 0.85
        assert (std[:, 1] == 0).all() == (code != 2)


def test_no_standard_deviation_is_nan(blur_patches):
    X, y = blur_patches[0][:90], blur_patches[1][:90]
    model = BlurTypeThenParamPipeline(CLASSIFIER, Ridge()).fit(X, y)
    found, std = model.predict_parameters(X, 1, return_std=True)
    assert np.isnan(std[:, 0]).all()
    np.testing.assert_array_equal(found, model.predict_parameters(X, 1))


def test_circular_deviation_of_the_angle(rng):
    """As many angles around a mean as there are training rows in one place."""
    angles = (20 + 7 * rng.standard_normal(4000)) % 180
    X = np.zeros((4000, 2))
    parameters = np.c_[np.full(4000, 9.0), angles]
    regressor = ParameterRegressor(GRNNRegressor(sigma=1.0)).fit(X, parameters)
    found, std = regressor.predict_with_std(X[:1])
    assert found[0, 1] == pytest.approx(20, abs=0.5)
    assert std[0, 1] == pytest.approx(7, rel=0.05)
    assert (found[0, 0], std[0, 0]) == (9, 0)


def test_fitted_again_it_wraps_nothing_more(rng):
    """Non-regression test for clones of clones, each with a column of its own."""
    X, parameters = rng.random((60, 4)), np.c_[rng.random(60), 180 * rng.random(60)]
    once = ParameterRegressor(SVR()).fit(X, parameters)
    twice = ParameterRegressor(SVR()).fit(X, parameters).fit(X, parameters)
    assert isinstance(twice.regressor.estimator, SVR)
    np.testing.assert_array_equal(twice.predict(X), once.predict(X))


def test_no_size_is_negative():
    X = np.linspace(0, 1, 50)[:, None]
    regressor = ParameterRegressor(Ridge(alpha=1e-6)).fit(X, np.c_[9 * X, np.zeros(50)])
    found = regressor.predict([[0.5], [-0.5]])
    np.testing.assert_allclose(found, [[4.5, 0], [0, 0]], atol=1e-4)
    np.testing.assert_array_equal(regressor.predict_with_std([[0.5], [-0.5]])[0], found)


ONE_OUTPUT = [
    SVR(),
    LinearSVR(tol=0.1, random_state=0),
    make_pipeline(
        PCA(5, random_state=0), GradientBoostingRegressor(n_estimators=3, random_state=0)
    ),
    GridSearchCV(SVR(), {"C": [1, 10]}, cv=2),
]


@pytest.mark.parametrize("regressor", ONE_OUTPUT, ids=lambda each: type(each).__name__)
def test_a_regressor_of_one_output_is_cloned_for_each(regressor, blur_patches):
    """Non-regression test for regressors that refused size and angle together."""
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    model = BlurTypeThenParamPipeline(CLASSIFIER, regressor)
    model.fit(X, y)
    S, rows = model.extract_features(X), y[:, 0] == 2
    targets = np.c_[y[rows, 1], encode_angle(y[rows, 2])]
    alone = [clone(regressor).fit(S[rows], each).predict(S) for each in targets.T]
    found, std = model.predict_parameters(X, "motion", return_std=True)
    np.testing.assert_allclose(found[:, 0], alone[0])
    np.testing.assert_allclose(found[:, 1], decode_angle(np.c_[alone[1], alone[2]]))
    assert np.isnan(std).all()
    assert model.predict(X).shape == (150, 3)


def test_deviations_of_a_regressor_of_one_output(blur_patches):
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    both = BlurTypeThenParamPipeline(CLASSIFIER, BayesianRidge())
    apart = {
        1: BayesianRidge(),
        2: {"size": BayesianRidge(), "angle": BayesianRidge()},
        3: BayesianRidge(),
    }
    for model in (both, clone(both).set_params(regressor=apart)):
        model.fit(X, y)
        S, rows = model.extract_features(X), y[:, 0] == 2
        _, expected = BayesianRidge().fit(S[rows], y[rows, 1]).predict(S, return_std=True)
        found, std = model.predict_parameters(X, "motion", return_std=True)
        np.testing.assert_allclose(std[:, 0], expected, rtol=1e-4)
        assert (std[:, 1] >= 0).all()
        np.testing.assert_array_equal(found, model.predict_parameters(X, "motion"))


def test_regressors_of_several_outputs_stay_whole(blur_patches):
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    for regressor in (
        Ridge(),
        MLPRegressor(hidden_layer_sizes=(5,), tol=1, n_iter_no_change=1),
        GridSearchCV(Ridge(), {"alpha": [1, 2]}, cv=2),
    ):
        model = BlurTypeThenParamPipeline(CLASSIFIER, regressor)
        assert type(model.fit(X, y).regressors_[2].regressor) is type(regressor)


def test_which_regressors_take_several_outputs(rng):
    """As scikit-learn's own do when they are asked to."""
    X, Y = rng.random((30, 4)), rng.random((30, 3))
    for regressor in (
        SVR(),
        Ridge(),
        BayesianRidge(),
        BaggingRegressor(n_estimators=2),
        BaggingRegressor(SVR(), n_estimators=2),
        MLPRegressor(hidden_layer_sizes=(5,), tol=1, n_iter_no_change=1),
        DecisionTreeRegressor(),
        HistGradientBoostingRegressor(max_iter=2),
        make_pipeline(PCA(2), SVR()),
        make_pipeline(PCA(2), Ridge()),
        GRNNRegressor(sigma=1.0),
    ):
        try:
            takes = regressor.fit(X, Y).predict(X).shape == Y.shape
        except ValueError:
            takes = False
        assert takes_columns(regressor) == takes


def test_inner_weights_need_no_request(blur_patches):
    X, y = blur_patches[0][:90], blur_patches[1][:90]
    weight = np.arange(90) % 3 + 1.0
    regressor = make_pipeline(PCA(5, random_state=0), Ridge())
    plain = fit_regressors(regressor, [1, 2, 3], X, y, weight)
    with config_context(enable_metadata_routing=True):
        routed = fit_regressors(regressor, [1, 2, 3], X, y, weight)
    rows = y[:, 0] == 1
    alone = clone(regressor).fit(X[rows], y[rows, 1], ridge__sample_weight=weight[rows])
    for fitted in (plain, routed):
        np.testing.assert_allclose(fitted[1].predict(X)[:, 0], alone.predict(X), rtol=1e-5)
