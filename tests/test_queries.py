"""Rows that are as they should be skip scikit-learn's search for data frames, no others."""

import numpy as np
import pytest
from sklearn import config_context

from skblur import FoldedSpectrumTransformer, GRNNRegressor
from skblur.queries import validate_queries

FLOATS = (np.float32, np.float64)


@pytest.fixture
def fitted():
    return FoldedSpectrumTransformer().fit(np.zeros((1, 64), np.float32))


@pytest.fixture
def unchecked():
    with config_context(assume_finite=True):
        yield


def test_right_rows_come_back_as_they_are(fitted, unchecked):
    for dtype in FLOATS:
        rows = np.zeros((2, 64), dtype)
        assert validate_queries(fitted, rows, FLOATS) is rows


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((2, 63), np.float32),
        np.zeros((0, 64), np.float32),
        np.zeros(64, np.float32),
        np.zeros((1, 2, 32), np.float32),
    ],
)
def test_wrong_shapes_are_refused_where_values_are_not_looked_at(fitted, unchecked, rows):
    with pytest.raises(ValueError, match=r"64 features|minimum of 1|Expected 2D|dim 3"):
        validate_queries(fitted, rows, FLOATS)


@pytest.mark.parametrize(
    "rows",
    [
        np.eye(64, dtype=np.float16),
        np.eye(64, dtype=">f4"),
        np.eye(64, dtype=int),
        np.eye(64).tolist(),
        np.eye(64).view(type("Rows", (np.ndarray,), {})),
    ],
)
def test_what_is_no_array_of_floats_becomes_one(fitted, unchecked, rows):
    checked = validate_queries(fitted, rows, FLOATS)
    assert type(checked) is np.ndarray
    assert checked.dtype in FLOATS
    np.testing.assert_array_equal(checked, np.eye(64))


def test_values_are_looked_at_unless_told_otherwise(fitted):
    rows = np.full((1, 64), np.nan, np.float32)
    with pytest.raises(ValueError, match="NaN"):
        validate_queries(fitted, rows, FLOATS)


def test_missing_names_are_warned_of(unchecked):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(np.eye(4), columns=list("abcd"))
    model = GRNNRegressor(sigma=1.0).fit(frame, np.arange(4.0))
    with pytest.warns(UserWarning, match="feature names"):
        model.predict(np.eye(4))


def test_answers_do_not_depend_on_it(rng):
    X, y = rng.random((30, 3)), rng.random(30)
    model = GRNNRegressor(sigma=0.5).fit(X, y)
    with config_context(assume_finite=True):
        found = model.predict(X)
    np.testing.assert_array_equal(found, model.predict(X))
