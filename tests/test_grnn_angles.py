"""Circular targets on the unit circle and back."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skblur.grnn import GRNNRegressor
from skblur.grnn.angles import decode_angle, encode_angle


@pytest.mark.parametrize("period", [180, 360, 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_round_trip(period, dtype):
    angles = np.linspace(0, period, 200, endpoint=False, dtype=dtype)
    encoded = encode_angle(angles, period)
    assert encoded.dtype == dtype
    decoded = decode_angle(encoded, period)
    assert decoded.dtype == dtype
    gap = np.abs(decoded - angles)
    assert np.minimum(gap, period - gap).max() < 40 * np.finfo(dtype).eps * period
    assert decoded.min() >= 0
    assert decoded.max() < period
    assert_allclose(np.linalg.norm(encoded, axis=1), 1, rtol=1e-6)


def test_formula_and_period():
    angles = np.array([-30.0, 0, 10, 170, 190, 725])
    radians = np.deg2rad(angles)
    undirected = np.c_[np.cos(2 * radians), np.sin(2 * radians)]
    assert_allclose(encode_angle(angles), undirected, atol=1e-12)
    directed = np.c_[np.cos(radians), np.sin(radians)]
    assert_allclose(encode_angle(angles, 360), directed, atol=1e-12)
    assert_allclose(decode_angle(undirected), [150, 0, 10, 170, 10, 5], atol=1e-9)


@pytest.mark.parametrize("period", [180, 360])
def test_mean_across_the_seam(period):
    mean = encode_angle([period - 4, 2.0], period).mean(axis=0, keepdims=True)
    assert_allclose(decode_angle(mean, period), period - 1, rtol=1e-9)


def test_just_below_zero_is_not_the_period():
    assert decode_angle([[1.0, -1e-30]])[0] == 0
    assert decode_angle(np.float32([[1.0, -1e-30]]))[0] == 0
    assert decode_angle([[0.0, 0.0]])[0] == 0


def test_regression_across_the_seam():
    rng = np.random.default_rng(0)
    angles, queries = rng.uniform(0, 180, (2, 400))
    rows = encode_angle(angles) + rng.normal(0, 0.02, (400, 2))
    model = GRNNRegressor().fit(rows, encode_angle(angles))
    gap = np.abs(decode_angle(model.predict(encode_angle(queries))) - queries)
    assert np.minimum(gap, 180 - gap).max() < 3


@pytest.mark.parametrize("period", [0, -180, np.inf, np.nan])
def test_period_must_be_positive(period):
    with pytest.raises(ValueError, match="period must be a positive"):
        encode_angle([1.0], period)
    with pytest.raises(ValueError, match="period must be a positive"):
        decode_angle([[1.0, 0.0]], period)


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="n_samples,"):
        encode_angle([[1.0, 2.0]])
    with pytest.raises(ValueError, match="n_samples, 2"):
        decode_angle([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="NaN"):
        encode_angle([np.nan])
