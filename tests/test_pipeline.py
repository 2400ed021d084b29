import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skblur import (
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    LogSpectrumTransformer,
    StackedRBMClassifier,
)
from skblur.grnn.angles import decode_angle, encode_angle
from skblur.metrics import angle_error, blur_score
from skblur.pipeline.parameters import ParameterRegressor
from skblur.pipeline.pipeline import DEFAULTS

QUICK = StackedRBMClassifier(
    (20,), rbm_n_iter=1, max_iter=15, batch_size=30, learning_rate_init=0.01, random_state=0
)


class CountingClassifier(LogisticRegression):
    """Counts how often any instance has been fitted."""

    fits = 0

    def fit(self, X, y, sample_weight=None):
        CountingClassifier.fits += 1
        return super().fit(X, y, sample_weight)


@pytest.fixture(scope="module")
def fitted(blur_patches):
    X, y = blur_patches
    return BlurTypeThenParamPipeline(QUICK, GRNNRegressor(sigma=1.0)).fit(X[:600], y[:600])


def test_predict_is_its_steps_one_by_one(fitted, blur_patches):
    X = blur_patches[0][600:]
    found = fitted.predict(X)
    S = LogSpectrumTransformer().fit_transform(X)
    np.testing.assert_array_equal(found[:, 0], fitted.classifier_.predict(S))
    X_train, y_train = blur_patches[0][:600], blur_patches[1][:600]
    S_train = LogSpectrumTransformer().fit_transform(X_train)
    for code in (1, 3):
        rows, of = y_train[:, 0] == code, found[:, 0] == code
        grnn = GRNNRegressor(sigma=1.0).fit(S_train[rows], y_train[rows, 1])
        np.testing.assert_allclose(found[of, 1], grnn.predict(S[of]), rtol=1e-5)
        assert (found[of, 2] == 0).all()
    rows, of = y_train[:, 0] == 2, found[:, 0] == 2
    targets = np.c_[y_train[rows, 1], encode_angle(y_train[rows, 2])]
    answers = GRNNRegressor(sigma=1.0).fit(S_train[rows], targets).predict(S[of])
    np.testing.assert_allclose(found[of, 1], answers[:, 0], rtol=1e-5)
    np.testing.assert_allclose(found[of, 2], decode_angle(answers[:, 1:]), atol=1e-3)


def test_finds_the_angles(fitted, blur_patches):
    X, y = blur_patches
    motion = y[:, 0] == 2
    motion[:600] = False
    found = fitted.predict_parameters(X[motion], "motion")
    assert np.median(angle_error(found[:, 1], y[motion, 2])) < 12
    np.testing.assert_array_equal(found, fitted.predict_parameters(X[motion], 2))


def test_probabilities_and_score(fitted, blur_patches):
    X, y = blur_patches
    p = fitted.predict_proba(X)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(
        fitted.classes_[p.argmax(axis=1)], fitted.predict(X)[:, 0]
    )
    assert fitted.score(X, y) == blur_score(y, fitted.predict(X))


def test_features_serve_both_steps(fitted, blur_patches):
    X = blur_patches[0][:50]
    S = fitted.extract_features(X)
    np.testing.assert_array_equal(
        fitted.classifier_.predict_proba(S), fitted.predict_proba(X)
    )
    found, std = fitted.regressors_[2].predict_with_std(S)
    expected = fitted.predict_parameters(X, "motion", return_std=True)
    np.testing.assert_array_equal(found, expected[0])
    np.testing.assert_array_equal(std, expected[1])


@pytest.mark.parametrize("nested", [False, True])
def test_grid_search_over_the_spread(blur_patches, nested):
    X, y = blur_patches[0][:240], blur_patches[1][:240]
    model = BlurTypeThenParamPipeline(QUICK, GRNNRegressor())
    grid = {"regressor__sigma": [0.3, 3.0]}
    if nested:
        model = Pipeline([("same", FunctionTransformer()), ("blur", model)])
        grid = {"blur__regressor__sigma": [0.3, 3.0]}
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(X, y)
    scores = search.cv_results_["mean_test_score"]
    assert scores[0] != scores[1]
    assert 0 < search.best_score_ < 1
    assert search.predict(X).shape == (240, 3)


def test_parameters_by_name_while_a_step_is_none():
    model = BlurTypeThenParamPipeline()
    assert model.get_params()["regressor__sigma"] == "loo"
    model.set_params(regressor__sigma=0.7, classifier__max_iter=3, features__taper="hann")
    assert model.regressor.sigma == 0.7
    assert model.classifier.max_iter == 3
    assert model.features.taper == "hann"
    assert clone(model).regressor.sigma == 0.7
    for name, default in DEFAULTS.items():
        nested = {f"{name}__{key}" for key in default().get_params()}
        assert nested <= set(BlurTypeThenParamPipeline().get_params())
    with pytest.raises(ValueError, match="Invalid parameter"):
        BlurTypeThenParamPipeline().set_params(regressor__spread=1)


def test_memory_trains_the_classifier_once_per_fold(blur_patches, tmp_path):
    X, y = blur_patches[0][:240], blur_patches[1][:240]
    model = BlurTypeThenParamPipeline(
        CountingClassifier(max_iter=500), GRNNRegressor(), memory=str(tmp_path)
    )
    CountingClassifier.fits = 0
    grid = {"regressor__sigma": [0.3, 0.6, 1.2, 2.4]}
    GridSearchCV(model, grid, cv=3, refit=False, error_score="raise").fit(X, y)
    assert CountingClassifier.fits == 3
    remembered = model.fit(X, y).predict(X)
    forgetful = clone(model).set_params(memory=None).fit(X, y).predict(X)
    np.testing.assert_allclose(remembered, forgetful, rtol=1e-6)


def test_steps_may_be_pipelines(blur_patches):
    X, y = blur_patches[0][:300], blur_patches[1][:300]
    model = BlurTypeThenParamPipeline(
        make_pipeline(PCA(10, random_state=0), LogisticRegression(max_iter=500)),
        make_pipeline(PCA(10, random_state=0), GRNNRegressor()),
    )
    model.set_params(regressor__pca__n_components=6, regressor__grnnregressor__sigma=1.0)
    model.fit(X, y)
    assert model.regressors_[1].regressor[-1].n_features_in_ == 6
    assert model.predict(X).shape == (300, 3)


def test_a_regressor_for_each_type(blur_patches):
    X, y = blur_patches[0][:300], blur_patches[1][:300]
    given = {"gaussian": Ridge(), 2: GRNNRegressor(), "defocus": GRNNRegressor(sigma=1.0)}
    model = BlurTypeThenParamPipeline(QUICK, given).set_params(regressor__2__sigma=0.4)
    model.fit(X, y)
    assert isinstance(model.regressors_[1].regressor, Ridge)
    assert model.regressors_[2].regressor.sigma == 0.4
    assert model.get_params()["regressor__defocus__sigma"] == 1.0
    assert given[2].sigma == 0.4
    assert not hasattr(given["gaussian"], "coef_")
    model.set_params(regressor__gaussian=GRNNRegressor(sigma=9.0))
    assert model.regressor["gaussian"].sigma == 9.0
    with pytest.raises(ValueError, match=r"regressor must have an entry for type \[2\]"):
        BlurTypeThenParamPipeline(QUICK, {1: Ridge(), 3: Ridge()}).fit(X, y)
    with pytest.raises(ValueError, match="no regressor for 'box'"):
        model.set_params(regressor__box__sigma=1)


def test_a_regressor_for_each_parameter(blur_patches):
    X, y = blur_patches[0][:300], blur_patches[1][:300]
    of_motion = {"size": Ridge(), "angle": GRNNRegressor(sigma=0.5)}
    given = {"gaussian": Ridge(), "motion": of_motion, "defocus": {**of_motion}}
    model = BlurTypeThenParamPipeline(QUICK, given)
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
    model = BlurTypeThenParamPipeline(QUICK, {1: Ridge(), 2: wrong, 3: Ridge()})
    with pytest.raises(ValueError, match=r"must have keys out of \['angle', 'size'\]"):
        model.fit(X, y)
    model.regressor[2] = {"size": Ridge()}
    with pytest.raises(ValueError, match=r"must have an entry for \['angle'\]"):
        model.fit(X, y)


def test_features_passthrough(spectra, blur_patches):
    S, y = spectra[0][:300], blur_patches[1][:300]
    model = BlurTypeThenParamPipeline(QUICK, GRNNRegressor(1.0), features="passthrough")
    own = BlurTypeThenParamPipeline(QUICK, GRNNRegressor(1.0)).fit(blur_patches[0][:300], y)
    np.testing.assert_allclose(
        model.fit(S, y).predict(S), own.predict(blur_patches[0][:300]), rtol=1e-5
    )


def test_types_without_parameters(blur_patches):
    X, y = blur_patches[0][:90], blur_patches[1][:90, 0]
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500)).fit(X, y)
    found = model.predict(X)
    assert (found[:, 1:] == 0).all()
    sharp = np.c_[np.zeros(90), np.zeros((90, 2))]
    sharp[::2] = 1, 2.5, 0
    model.fit(X, sharp)
    assert set(map(tuple, model.predict(X))) <= {(0, 0, 0), (1, 2.5, 0)}


def test_seeds_the_steps_that_have_none(blur_patches):
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    quick = clone(QUICK).set_params(random_state=None)
    a, b, c = (
        BlurTypeThenParamPipeline(quick, GRNNRegressor(1.0), random_state=s).fit(X, y)
        for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    assert not np.array_equal(a.predict_proba(X), c.predict_proba(X))
    assert quick.random_state is None


def test_sample_weight_reaches_the_regressors(blur_patches):
    X, y = blur_patches[0][:300], blur_patches[1][:300]
    weight = np.where(y[:, 1] > 4, 1.0, 1e-6)
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500), GRNNRegressor(9.0))
    plain, weighted = (
        model.fit(X, y, w).predict_parameters(X, 1)[:, 0] for w in (None, weight)
    )
    assert weighted.min() > 4 > plain.mean()


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.ones((90, 4)), r"y must have rows \(type, size, angle\), got shape \(90, 4\)"),
        (np.full((90, 3), 1.5), "first column of y must be the codes"),
        (np.ones((80, 3)), "inconsistent numbers of samples"),
    ],
)
def test_bad_targets(blur_patches, y, message):
    with pytest.raises(ValueError, match=message):
        BlurTypeThenParamPipeline(QUICK).fit(blur_patches[0][:90], y)


def test_unknown_type(fitted, blur_patches):
    with pytest.raises(ValueError, match=r"blur_type must be one of \[1, 2, 3\], got 0"):
        fitted.predict_parameters(blur_patches[0], "none")


def test_standard_deviations_cover_the_truth(blur_patches):
    X, y = blur_patches
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500)).fit(
        X[:600], y[:600]
    )
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
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500), Ridge()).fit(X, y)
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
