import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVR
from sklearn.utils import estimator_html_repr

from skblur import (
    BlurType,
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    LogSpectrumTransformer,
    StackedRBMClassifier,
    register_blur_type,
    unregister_blur_type,
)
from skblur.grnn.angles import decode_angle, encode_angle
from skblur.metrics import angle_error, blur_score
from skblur.pipeline.base import DEFAULTS

# Networks of so few epochs are quick, not good, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
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
        BlurTypeThenParamPipeline().set_params(regressor__width=1)


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
        (np.full((90, 3), 1.5), "first column of y must be the codes .* 2: 'motion'.*1.5$"),
        (np.arange(90) % 8, "first column of y must be the codes .* got 4, 5, 6, 7$"),
        (np.arange(90) % 4 - 1, "got -1; -1 is undecided, from which nothing"),
        (["motion", "moton"] * 45, r"y must name types out of .*, got \['moton'\]"),
        (np.ones((80, 3)), "inconsistent numbers of samples"),
    ],
)
def test_bad_targets(blur_patches, y, message):
    with pytest.raises(ValueError, match=message):
        BlurTypeThenParamPipeline(QUICK).fit(blur_patches[0][:90], y)


def test_unknown_type(fitted, blur_patches):
    with pytest.raises(ValueError, match=r"blur_type must be one of \[1, 2, 3\], got 0"):
        fitted.predict_parameters(blur_patches[0], "none")


def test_no_rows_have_no_answers(fitted, blur_patches):
    X, y = blur_patches
    nothing = X[:0]
    raw = BlurTypeThenParamPipeline(
        LogisticRegression(max_iter=500), Ridge(), features="passthrough"
    ).fit(X[:90], y[:90])
    for model in (fitted, raw):
        assert model.predict(nothing).shape == (0, 3)
        assert model.predict_proba(nothing).shape == (0, 3)
        assert (
            model.extract_features(nothing).shape == model.extract_features(X[:1])[:0].shape
        )
        parameters = model.predict_parameters(nothing, "motion", return_std=True)
        assert [each.shape for each in parameters] == [(0, 2), (0, 2)]
        assert model.predict_parameters(nothing, "gaussian").shape == (0, 2)
        with pytest.raises(ValueError, match="has 7 features"):
            model.predict(np.zeros((0, 7)))


def test_types_by_name(fitted, blur_patches):
    """Names alone, and rows that begin with a name, are what the codes are."""
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    names = np.array(["none", "gaussian", "motion", "defocus"])[y[:, 0].astype(int)]
    rows = [[name, *parameters] for name, parameters in zip(names, y[:, 1:], strict=True)]
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500), Ridge())
    expected = model.fit(X, y).predict(X)
    for each in (rows, np.array(rows, object)):
        np.testing.assert_array_equal(model.fit(X, each).predict(X), expected)
        assert model.score(X, each) == model.score(X, y)
    expected = model.fit(X, y[:, 0]).predict(X)
    for each in (names, list(names), names.astype(object), names[:, None]):
        np.testing.assert_array_equal(model.fit(X, each).predict(X), expected)
        assert model.score(X, each) == model.score(X, y[:, 0])
    by_name, by_code = (clone(fitted).fit(X, y).calibrate(X, each) for each in (names, y))
    np.testing.assert_array_equal(by_name.predict_proba(X), by_code.predict_proba(X))


def test_a_registered_type_may_be_learned(blur_patches):
    X, y = blur_patches[0][:90], blur_patches[1][:90].copy()
    ghost = BlurType(
        code=7,
        name="ghost",
        meaning="a double exposure",
        psf=lambda: np.array([[0, 0, 0], [1, 0, 1], [0, 0, 0]]) / 2,
    )
    y[y[:, 0] == 3] = 7, 0, 0
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500), Ridge())
    register_blur_type(ghost)
    try:
        assert set(model.fit(X, y).predict(X)[:, 0]) == {1, 2, 7}
    finally:
        unregister_blur_type(ghost)
    with pytest.raises(ValueError, match=r"got 7$"):
        model.fit(X, y)


def test_drawn_in_a_notebook(fitted):
    """Every step is named, also one that is None or one of several."""
    drawn = estimator_html_repr(BlurTypeThenParamPipeline())
    for name, default in DEFAULTS.items():
        assert f"{name}: {default.__name__}" in drawn
    regressors = {"gaussian": Ridge(), 2: {"size": make_pipeline(PCA(), SVR())}}
    drawn = estimator_html_repr(
        BlurTypeThenParamPipeline(QUICK, regressors, features="passthrough")
    )
    for label in (
        "features: passthrough",
        "classifier: StackedRBMClassifier",
        "regressor__gaussian: Ridge",
        "regressor__2__size: Pipeline",
        "SVR",
    ):
        assert label in drawn
    assert "GRNNRegressor" in estimator_html_repr(fitted)
