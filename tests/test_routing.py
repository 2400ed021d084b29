"""Weights and groups on their way through `BlurTypeThenParamPipeline` to its steps."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVR
from sklearn.utils.metadata_routing import MetadataRouter

from skblur import BlurTypeThenParamPipeline, StratifiedBlurKFold
from skblur.metrics import blur_score


class Witness(DummyRegressor):
    """Remembers the metadata of its `fit`."""

    def fit(self, X, y, sample_weight=None, groups=None):
        self.weight_, self.groups_ = sample_weight, groups
        return super().fit(X, y, sample_weight)


@pytest.fixture(scope="module")
def data(blur_patches):
    """Patches, targets, weights and groups."""
    X, y = blur_patches[0][:180], blur_patches[1][:180]
    return X, y, np.linspace(0, 1, 180), np.arange(180) // 20


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield


def weighted(estimator):
    return estimator.set_fit_request(sample_weight=True)


def rows_of(y, code, values):
    return values[y[:, 0] == code]


WRAPPED = {
    "plain": lambda estimator: estimator,
    "pipeline": lambda estimator: make_pipeline(FunctionTransformer(), estimator),
    "nested": lambda estimator: make_pipeline(make_pipeline(estimator)),
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize(
    "regressor", [Ridge(), SVR(gamma=0.01, tol=1e-8)], ids=["many", "one"]
)
@pytest.mark.parametrize("enabled", [False, True])
def test_a_weight_of_zero_is_a_row_left_out(data, wrapped, regressor, enabled):
    """Non-regression test for weights that were dropped where a step is a pipeline."""
    X, y, *_ = data
    weight = np.arange(len(y)) % 4 > 0
    with config_context(enable_metadata_routing=enabled):
        steps = [LogisticRegression(max_iter=500, tol=1e-6), regressor]
        if enabled:
            steps = [weighted(step) for step in steps]
        model = BlurTypeThenParamPipeline(*map(wrapped, steps))
        model.fit(X, y, sample_weight=weight.astype(float))
        found = model.predict_proba(X), model.predict_parameters(X, "motion")
        model.fit(X[weight], y[weight])
        np.testing.assert_allclose(found[0], model.predict_proba(X), atol=2e-3)
        np.testing.assert_allclose(
            found[1], model.predict_parameters(X, "motion"), rtol=1e-3, atol=1e-2
        )


def test_weights_reach_the_features(data):
    X, y, weight, _ = data
    model = BlurTypeThenParamPipeline(
        DummyClassifier(), DummyRegressor(), features=StandardScaler()
    ).fit(X, y, weight)
    mean = np.average(X, axis=0, weights=weight)
    np.testing.assert_allclose(model.features_.mean_, mean, rtol=1e-5)


def test_without_routing_whatever_takes_them_gets_them(data):
    X, y, weight, groups = data
    given = {1: Witness(), 2: {"size": Ridge(), "angle": Witness()}, 3: SVR()}
    model = BlurTypeThenParamPipeline(DummyClassifier(), given)
    model.fit(X, y, weight, groups)
    witnesses = {
        1: model.regressors_[1].regressor,
        2: model.regressors_[2].regressor["angle"],
    }
    for code, witness in witnesses.items():
        np.testing.assert_array_equal(witness.weight_, rows_of(y, code, weight))
        np.testing.assert_array_equal(witness.groups_, rows_of(y, code, groups))
    with pytest.raises(ValueError, match="enable_metadata_routing"):
        model.fit(X, y, camera=groups)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, y, groups=groups[1:])


@pytest.mark.usefixtures("routing")
def test_with_routing_each_step_gets_what_it_requests(data):
    X, y, weight, groups = data
    given = {
        "gaussian": Witness().set_fit_request(sample_weight=True, groups=False),
        2: {
            "size": Witness().set_fit_request(sample_weight="trust", groups=True),
            "angle": make_pipeline(
                Witness().set_fit_request(sample_weight=False, groups=True)
            ),
        },
        3: SVR().set_fit_request(sample_weight="trust"),
    }
    classifier = DummyClassifier().set_fit_request(sample_weight=False)
    model = BlurTypeThenParamPipeline(classifier, given)
    trust = weight[::-1]
    model.fit(X, y, sample_weight=weight, groups=groups, trust=trust)
    gaussian, motion = (model.regressors_[code].regressor for code in (1, 2))
    size, angle = motion["size"], motion["angle"][-1]
    np.testing.assert_array_equal(gaussian.weight_, rows_of(y, 1, weight))
    assert gaussian.groups_ is None
    np.testing.assert_array_equal(size.weight_, rows_of(y, 2, trust))
    np.testing.assert_array_equal(size.groups_, rows_of(y, 2, groups))
    assert angle.weight_ is None
    np.testing.assert_array_equal(angle.groups_, rows_of(y, 2, groups))


@pytest.mark.usefixtures("routing")
def test_with_routing_an_alias_reaches_a_regressor_of_one_output(data):
    X, y, weight, _ = data
    regressor = SVR().set_fit_request(sample_weight="trust")
    model = BlurTypeThenParamPipeline(DummyClassifier(), regressor).fit(X, y, trust=weight)
    S, rows = model.extract_features(X), y[:, 0] == 2
    alone = SVR().fit(S[rows], y[rows, 1], weight[rows])
    found = model.predict_parameters(X, "motion")[:, 0]
    np.testing.assert_allclose(found, alone.predict(S), rtol=1e-5)


@pytest.mark.usefixtures("routing")
def test_metadata_that_nobody_asked_for_are_refused(data):
    X, y, weight, _ = data
    model = BlurTypeThenParamPipeline(LogisticRegression(), Ridge())
    with pytest.raises(UnsetMetadataPassedError, match="LogisticRegression"):
        model.fit(X, y, weight)
    with pytest.raises(TypeError, match=r"unexpected argument\(s\) {'camera'}"):
        model.fit(X, y, camera=weight)


@pytest.mark.usefixtures("routing")
def test_is_a_router():
    regressor = {"motion": {"size": Witness().set_fit_request(groups=True)}}
    model = BlurTypeThenParamPipeline(DummyClassifier(), regressor)
    router = model.set_score_request(sample_weight=True).get_metadata_routing()
    assert isinstance(router, MetadataRouter)
    assert router.consumes("fit", ["groups", "sample_weight"]) == {"groups"}
    assert router.consumes("score", ["groups", "sample_weight"]) == {"sample_weight"}


@pytest.mark.usefixtures("routing")
def test_search_and_score_with_weights_and_groups(data):
    """Weights and groups from a search down to the regressors, folds and score."""
    X, y, weight, groups = data
    regressor = Witness().set_fit_request(sample_weight=False, groups=True)
    classifier = weighted(LogisticRegression(max_iter=500))
    model = BlurTypeThenParamPipeline(classifier, regressor)
    model.set_score_request(sample_weight=True)
    folds = StratifiedBlurKFold(3)
    metadata = {"sample_weight": weight, "groups": groups}
    found = cross_validate(
        model, X, y, cv=folds, params=metadata, return_estimator=True, error_score="raise"
    )
    splits = folds.split(X, y, groups)
    for score, fitted, (train, test) in zip(
        found["test_score"], found["estimator"], splits, strict=True
    ):
        assert score == blur_score(y[test], fitted.predict(X[test]), weight[test])
        seen = fitted.regressors_[1].regressor.groups_
        np.testing.assert_array_equal(seen, rows_of(y[train], 1, groups[train]))
    grid = {"regressor__strategy": ["mean", "median"]}
    search = GridSearchCV(model, grid, cv=folds, error_score="raise")
    search.fit(X, y, **metadata)
    best = search.best_estimator_.regressors_[3].regressor
    np.testing.assert_array_equal(best.groups_, rows_of(y, 3, groups))
