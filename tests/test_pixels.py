"""The scale of pixels in the rows that transformers and the pipeline of patches take."""

import warnings

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression

from skblur import (
    AlignedSpectrumTransformer,
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    LogSpectrumTransformer,
    PixelRangeWarning,
    PSFBlurTransformer,
    WelchSpectrumTransformer,
    load_pretrained,
)
from skblur.images.pixels import FAR

TRANSFORMERS = [
    LogSpectrumTransformer(),
    WelchSpectrumTransformer(window=16),
    PSFBlurTransformer(size=1.5, noise=0.1, quantize=True, random_state=0),
]
NAME = {"ids": lambda estimator: type(estimator).__name__}


def stored(X, dtype):
    """Patches as integers of the dtype, and these as floats in [0, 1]."""
    full_scale = np.iinfo(dtype).max
    integers = np.rint(X.clip(0, 1) * full_scale).astype(dtype)
    return integers, (integers / full_scale).astype(np.float32)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("transformer", TRANSFORMERS, **NAME)
def test_integers_are_scaled_by_their_range(transformer, dtype, blur_patches):
    """Non-regression test for 8 bits that were taken for light 255 times as strong."""
    integers, floats = stored(blur_patches[0][:20], dtype)
    found = transformer.fit(floats).transform(integers)
    assert found.dtype == np.float32
    expected = transformer.transform(floats)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_array_equal(transformer.fit_transform(integers), found)


@pytest.mark.parametrize("features", [None, "passthrough"])
def test_integers_in_the_pipeline(features, blur_patches):
    integers, floats = stored(blur_patches[0][:200], np.uint8)
    model = BlurTypeThenParamPipeline(
        LogisticRegression(max_iter=500), GRNNRegressor(1.0), features=features
    )
    model.fit(floats, blur_patches[1][:200])
    expected = model.predict(floats)
    np.testing.assert_allclose(model.predict(integers), expected, atol=1e-4)
    np.testing.assert_allclose(
        model.extract_features(integers), model.extract_features(floats), atol=1e-6
    )
    model.fit(integers, blur_patches[1][:200])
    np.testing.assert_allclose(model.predict(floats), expected, atol=1e-4)


def test_integers_in_the_shipped_model(blur_patches):
    integers, floats = stored(blur_patches[0][:100], np.uint8)
    model = load_pretrained("patch32")
    np.testing.assert_allclose(model.predict(integers), model.predict(floats), atol=1e-3)


@pytest.mark.parametrize("transformer", TRANSFORMERS, **NAME)
def test_floats_of_another_scale_are_warned_of(transformer, rng):
    X = rng.random((3, 1024))
    transformer.fit(X)
    for far in (255 * X, -255 * X, np.rint(255 * X).astype(int)):
        with pytest.warns(PixelRangeWarning, match=r"should lie in \[0, 1\], got \["):
            transformer.transform(far)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        transformer.transform(X * FAR)
        transformer.transform(rng.standard_normal((3, 1024)))


def test_the_pipeline_warns_by_its_features(blur_patches):
    X, y = blur_patches[0][:90], blur_patches[1][:90]
    model = BlurTypeThenParamPipeline(DummyClassifier(), DummyRegressor()).fit(X, y)
    with pytest.warns(PixelRangeWarning):
        model.predict(255 * X)


def test_spectra_have_no_full_scale(rng):
    S = 255 * rng.random((3, 64))
    aligned = AlignedSpectrumTransformer().fit_transform(S)
    as_integers = np.rint(S).astype(np.uint8)
    found = AlignedSpectrumTransformer().fit_transform(as_integers)
    np.testing.assert_allclose(np.sort(aligned), np.sort(S))
    np.testing.assert_array_equal(np.sort(found), np.sort(as_integers))


@pytest.mark.parametrize("dtype", [bool, np.float16, np.int8, np.int64, object])
def test_other_dtypes_are_taken_by_value(dtype, rng):
    X = (rng.random((3, 64)) > 0.5).astype(dtype)
    transformer = LogSpectrumTransformer()
    expected = transformer.fit_transform(X.astype(np.float32))
    np.testing.assert_allclose(transformer.fit_transform(X), expected, atol=1e-5)


def test_bytes_in_the_other_order(rng):
    """Non-regression test for big-endian 16-bit pixels, which were not scaled."""
    X = rng.integers(0, 2**16, (3, 1024)).astype(np.uint16)
    expected = LogSpectrumTransformer().fit_transform(X)
    found = LogSpectrumTransformer().fit_transform(X.astype(X.dtype.newbyteorder()))
    np.testing.assert_array_equal(found, expected)
