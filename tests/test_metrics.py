import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skblur import BlurTypeThenParamPipeline, StratifiedBlurKFold
from skblur.metrics import (
    angle_error,
    blur_score,
    blur_scorer,
    classification_rate,
    classification_rate_scorer,
    parameter_errors,
    type_log_loss_scorer,
)

TRUE = np.array([[1, 2, 0], [2, 10, 179], [2, 8, 30], [3, 4, 0], [0, 0, 0]], float)


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [(0, 0, 0), (179, 1, 2), (1, 179, 2), (0, 90, 90), (200, 10, 10), (45, 135, 90)],
)
def test_angle_error(a, b, error):
    assert angle_error(a, b) == pytest.approx(error)


def test_angle_error_is_the_smallest_over_half_turns(rng):
    a, b = rng.uniform(-400, 400, (2, 100))
    turns = 180 * np.arange(-6, 7)[:, None]
    np.testing.assert_allclose(
        angle_error(a, b), np.abs(a - b + turns).min(axis=0), atol=1e-9
    )


def test_classification_rate_is_accuracy(rng):
    a, b = rng.integers(0, 4, (2, 50))
    assert classification_rate(a, b) == pytest.approx(accuracy_score(a, b))
    weight = rng.random(50)
    expected = accuracy_score(a, b, sample_weight=weight)
    assert classification_rate(a, b, weight) == pytest.approx(expected)


def test_parameter_errors_are_over_found_types():
    found = TRUE + np.array([[0, 0.5, 0], [0, -2, 3], [1, 9, 9], [0, 1, 0], [0, 0, 0]])
    assert parameter_errors(TRUE, found) == {
        "sigma": 0.5, "length": 2.0, "angle": pytest.approx(3.0), "radius": 1.0
    }  # fmt: skip
    gaussians = TRUE[:, 0] == 1
    expected = mean_absolute_error(TRUE[gaussians, 1], found[gaussians, 1])
    assert parameter_errors(TRUE, found)["sigma"] == pytest.approx(expected)


def test_score_of_right_and_wrong():
    assert blur_score(TRUE, TRUE) == 1
    assert blur_score(TRUE, TRUE + np.array([1, 0, 0])) == 0
    half = TRUE.copy()
    half[:, 1] *= 1.5
    # Half the size is wrong; angles and the sharp one are right.
    assert blur_score(TRUE, half) == pytest.approx(np.mean([0.5, 0.75, 0.75, 0.5, 1]))
    assert blur_score(TRUE, half, [0, 0, 0, 0, 1]) == 1


def test_score_takes_types_alone():
    assert blur_score([0, 0], [0, 1]) == 0.5


def test_scorer():
    class Model(BaseEstimator):
        def predict(self, X):
            return TRUE

    assert blur_scorer(Model(), None, TRUE) == 1


def test_types_by_name():
    names = ["gaussian", "motion", "motion", "defocus", "none"]
    assert classification_rate(TRUE, names) == 1
    assert classification_rate(TRUE, ["undecided"] * 5) == 0
    rows = [[name, *row[1:]] for name, row in zip(names, TRUE, strict=True)]
    assert blur_score(TRUE, rows) == 1
    assert parameter_errors(rows, TRUE) == parameter_errors(TRUE, TRUE)
    with pytest.raises(ValueError, match=r"y_pred must name types .*, got \['moton'\]"):
        classification_rate(TRUE, ["moton", *names[1:]])


def test_scorers_of_the_type(blur_patches):
    """Non-regression test for targets of three columns, of which accuracy made NaN."""
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    folds, classifier = StratifiedBlurKFold(3), LogisticRegression(max_iter=500)
    model = BlurTypeThenParamPipeline(classifier, DummyRegressor())
    scoring = {"rate": classification_rate_scorer, "loss": type_log_loss_scorer}
    found = cross_validate(model, X, y, cv=folds, scoring=scoring, error_score="raise")
    S = model.fit(X, y).extract_features(X)
    expected = cross_validate(
        classifier, S, y[:, 0], cv=folds, scoring=["accuracy", "neg_log_loss"]
    )
    np.testing.assert_allclose(found["test_rate"], expected["test_accuracy"])
    np.testing.assert_allclose(found["test_loss"], expected["test_neg_log_loss"], rtol=1e-4)
    search = GridSearchCV(
        make_pipeline(FunctionTransformer(), model),
        {"blurtypethenparampipeline__classifier__C": [0.1, 1]},
        cv=folds,
        scoring=type_log_loss_scorer,
        error_score="raise",
    )
    assert search.fit(X, y).best_score_ < 0


def test_weighted_log_loss(blur_patches, rng):
    X, y = blur_patches[0][:90], blur_patches[1][:90]
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=500), DummyRegressor())
    weight = rng.random(90)
    p = model.fit(X, y).predict_proba(X)
    expected = -log_loss(y[:, 0], p, sample_weight=weight)
    assert type_log_loss_scorer(model, X, y, weight) == pytest.approx(expected)


def test_bad_rows():
    with pytest.raises(ValueError, match=r"y_pred must have rows \(type, size, angle\)"):
        blur_score(TRUE, np.ones((5, 4)))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        classification_rate(TRUE, TRUE[:3])


def test_log_loss_of_names_of_one_type_and_of_an_unknown_one():
    X = np.zeros((4, 1))
    of_names = DummyClassifier(strategy="prior").fit(X, ["gaussian", "motion"] * 2)
    assert type_log_loss_scorer(of_names, X, [1, 2, 1, 2]) == pytest.approx(-np.log(2))
    of_one = DummyClassifier(strategy="prior").fit(X, np.ones(4))
    assert type_log_loss_scorer(of_one, X, np.ones(4)) == 0
    unknown = type_log_loss_scorer(of_names, X, [1, 2, 1, 3])
    assert unknown == pytest.approx(np.log([0.5] * 3 + [np.finfo(np.float32).eps]).mean())
