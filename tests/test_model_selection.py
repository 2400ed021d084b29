import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_validate,
)

from skblur import BlurTypeThenParamPipeline, StratifiedBlurKFold
from skblur.metrics import blur_scorer


@pytest.fixture
def drawn(rng):
    """Targets of unequally frequent types, and photographs of four patches."""
    y = rng.uniform(1, 9, (120, 3))
    y[:, 0] = rng.choice([0, 1, 2, 3], 120, p=[0.1, 0.2, 0.3, 0.4])
    return np.zeros((120, 1)), y, np.arange(120) // 4


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("grouped", [False, True])
def test_are_the_folds_of_the_types(drawn, shuffle, grouped):
    X, y, groups = drawn
    settings = {"shuffle": shuffle, "random_state": 3 if shuffle else None}
    reference = StratifiedGroupKFold if grouped else StratifiedKFold
    groups = groups if grouped else None
    found = StratifiedBlurKFold(4, **settings).split(X, y, groups)
    expected = reference(4, **settings).split(X, y[:, 0].astype(int), groups)
    for pair, expected_pair in zip(found, expected, strict=True):
        for rows, expected_rows in zip(pair, expected_pair, strict=True):
            np.testing.assert_array_equal(rows, expected_rows)


def test_shares_are_equal_and_no_photograph_is_torn(drawn):
    X, y, groups = drawn
    share = np.bincount(y[:, 0].astype(int)) / len(y)
    for _, test in StratifiedBlurKFold(3).split(X, y):
        found = np.bincount(y[test, 0].astype(int), minlength=4) / len(test)
        np.testing.assert_allclose(found, share, atol=1 / len(test))
    for train, test in StratifiedBlurKFold(3).split(X, y, groups):
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == len(y)


def test_types_by_name(drawn):
    X, y, _ = drawn
    names = np.array(["none", "gaussian", "motion", "defocus"])[y[:, 0].astype(int)]
    by_name, by_code = (StratifiedBlurKFold(3).split(X, t) for t in (names, y))
    for (_, test), (_, expected) in zip(by_name, by_code, strict=True):
        np.testing.assert_array_equal(test, expected)


def test_of_a_search_and_a_cross_validation(blur_patches):
    X, y = blur_patches[0][:90], blur_patches[1][:90]
    groups = np.arange(90) // 9
    model = BlurTypeThenParamPipeline(DummyClassifier(), DummyRegressor())
    folds = StratifiedBlurKFold(3)
    for each in (None, groups):
        found = cross_validate(
            model, X, y, groups=each, cv=folds, error_score="raise", return_indices=True
        )
        expected = [test for _, test in folds.split(X, y, each)]
        for test, expected_test in zip(found["indices"]["test"], expected, strict=True):
            np.testing.assert_array_equal(test, expected_test)
    grid = {"regressor__strategy": ["mean", "median"]}
    search = GridSearchCV(model, grid, cv=folds, scoring=blur_scorer, error_score="raise")
    assert search.fit(X, y, groups=groups).n_splits_ == 3


def test_grammar():
    assert repr(StratifiedBlurKFold(4)) == (
        "StratifiedBlurKFold(n_splits=4, random_state=None, shuffle=False)"
    )
    assert StratifiedBlurKFold().get_n_splits() == 5
    with pytest.raises(ValueError, match="at least one train/test split"):
        StratifiedBlurKFold(1)
