"""What is true of any input, asked of many that hypothesis makes up."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import fftconvolve
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier

from skblur import (
    AlignedSpectrumTransformer,
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    DeblurTransformer,
    DirectionalProfileTransformer,
    FoldedSpectrumTransformer,
    GRNNRegressor,
    HalfSpectrumTransformer,
    LogSpectrumTransformer,
    PSFBlurTransformer,
    RadialProfileTransformer,
    StackedRBMClassifier,
    StackedRBMRegressor,
    WelchSpectrumTransformer,
    check_psf,
    deblur,
    defocus_psf,
    estimate_blur,
    gaussian_psf,
    load_model,
    motion_psf,
    save_model,
)
from skblur.grnn.angles import decode_angle, encode_angle
from skblur.images.channels import as_luma
from skblur.metrics import angle_error

# Always the same examples, as in all other tests.
quick = settings(derandomize=True, deadline=None, max_examples=60)
slow = settings(derandomize=True, deadline=None, max_examples=8)

angles = st.floats(-720, 720)
sizes = st.floats(0.3, 12)
seeds = st.integers(0, 2**32 - 1)
sides = st.integers(8, 24)
BLURS = {
    "gaussian": lambda size, angle: gaussian_psf(size),
    "motion": motion_psf,
    "defocus": lambda size, angle: defocus_psf(size),
}
ANY_BLUR = pytest.mark.parametrize("blur", BLURS)


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def pixels(seed, *shape):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


# Angles


@quick
@given(angles, angles, angles, st.integers(-3, 3))
def test_errors_of_angles_are_distances(a, b, c, turns):
    error = angle_error(a, b)
    assert error == pytest.approx(angle_error(b, a), abs=1e-9)
    assert error == pytest.approx(angle_error(a + 180 * turns, b), abs=1e-9)
    assert error <= angle_error(a, c) + angle_error(c, b) + 1e-9
    assert 0 <= error <= 90
    assert angle_error(a, a) == 0


@quick
@given(st.lists(angles, min_size=1, max_size=5), st.floats(0.1, 50), st.floats(1, 720))
def test_angles_come_back_from_the_plane(degrees, length, period):
    found = decode_angle(length * encode_angle(degrees, period), period)
    assert found.min() >= 0
    assert found.max() < period
    off = (found - degrees) % period
    np.testing.assert_allclose(np.minimum(off, period - off), 0, atol=1e-9 * period)


# PSFs


@ANY_BLUR
@quick
@given(size=sizes, angle=angles)
def test_a_psf_is_one(blur, size, angle):
    psf = BLURS[blur](size, angle)
    np.testing.assert_allclose(check_psf(psf), psf, atol=1e-15)
    assert psf.sum() == pytest.approx(1, abs=1e-12)
    # About its middle it is point symmetric, and so centred.
    np.testing.assert_allclose(psf, psf[::-1, ::-1], atol=1e-12)


@ANY_BLUR
@quick
@given(size=sizes, angle=angles)
def test_a_psf_turns_with_its_angle(blur, size, angle):
    make = partial(BLURS[blur], size)
    psf = make(angle)
    for turned, same in (
        (angle + 180, psf),
        (180 - angle, psf[:, ::-1]),
        (-angle, psf[::-1]),
        (90 - angle, psf.T),
        (90 + angle, np.rot90(psf)),
    ):
        np.testing.assert_allclose(make(turned), same, atol=1e-9)


@quick
@given(st.floats(1, 6), st.floats(1, 6))
def test_a_gaussian_after_another(a, b):
    twice = fftconvolve(gaussian_psf(a), gaussian_psf(b))
    once = gaussian_psf(np.hypot(a, b))
    # Both are cut at 3 sigma, the first two before they are joined.
    margin = (len(twice) - len(once)) // 2
    inner = twice[margin : len(twice) - margin, margin : len(twice) - margin]
    np.testing.assert_allclose(inner, once, atol=0.03 * once.max())


@ANY_BLUR
@quick
@given(size=st.floats(0.5, 4), angle=angles, seed=seeds, rows=sides, columns=sides)
def test_blurring_a_mirror_image(blur, size, angle, seed, rows, columns):
    image = pixels(seed, rows, columns) / 255

    def blurred(image, angle):
        blurrer = PSFBlurTransformer(blur, size=size, angle=angle, image_shape=image.shape)
        return blurrer.fit_transform(image.reshape(1, -1)).reshape(image.shape)

    found = blurred(image, angle)
    assert found.min() >= image.min() - 1e-6
    assert found.max() <= image.max() + 1e-6
    mirrored = blurred(np.ascontiguousarray(image[:, ::-1]), 180 - angle)
    np.testing.assert_allclose(mirrored, found[:, ::-1], atol=1e-6)
    transposed = blurred(np.ascontiguousarray(image.T), 90 - angle)
    np.testing.assert_allclose(transposed, found.T, atol=1e-6)


# Pictures


@quick
@given(seed=seeds, rows=sides, columns=sides, n=st.integers(1, 4), axis=st.integers(-3, 2))
def test_grey_in_any_number_of_channels(seed, rows, columns, n, axis):
    grey = pixels(seed, rows, columns)
    stacked = np.moveaxis(np.stack([grey] * n), 0, axis)
    expected = as_luma(grey)
    np.testing.assert_allclose(as_luma(stacked, axis), expected, atol=1e-6)
    for image in (grey / np.float32(255), grey.astype(np.uint16) * 257):
        np.testing.assert_allclose(as_luma(image), expected, atol=1e-7)


@slow
@given(seed=seeds, side=st.integers(80, 120), sigma=st.floats(0.5, 3))
def test_one_picture_in_many_forms(seed, side, sigma):
    """Integers or floats, grey or grey in three colours: one answer."""
    scene = np.kron(normal(seed, side // 5, side // 5), np.ones((5, 5)))
    scene = fftconvolve(scene, gaussian_psf(sigma), mode="same")
    image = np.rint(np.clip(128 + 40 * scene, 0, 255)).astype(np.uint8)
    expected = estimate_blur(image, free_psf=False)
    for form, axis in (
        (image / np.float32(255), None),
        (image.astype(np.uint16) * 257, None),
        (np.dstack([image] * 3), -1),
    ):
        found = estimate_blur(form, channel_axis=axis, free_psf=False)
        assert found.blur_type == expected.blur_type
        assert found.confidence == pytest.approx(expected.confidence, abs=1e-3)


@slow
@given(seed=seeds, rows=sides, columns=sides, angle=angles)
def test_restoring_grey_in_three_colours(seed, rows, columns, angle):
    image = pixels(seed, rows, columns) / 255
    psf, options = motion_psf(3, angle), {"method": "wiener", "noise": 0.02, "gamma": 1}
    found = deblur(image, psf, **options)
    assert found.min() >= 0
    assert found.max() <= 1
    coloured = deblur(np.dstack([image] * 3), psf, channel_axis=-1, **options)
    np.testing.assert_allclose(coloured, np.dstack([found] * 3), atol=1e-6)


# Rows

TRANSFORMERS = [
    LogSpectrumTransformer(),
    LogSpectrumTransformer(taper="hann"),
    WelchSpectrumTransformer(window=8),
    PSFBlurTransformer("motion", size=3, angle=30),
    DeblurTransformer("gaussian", size=1.0, method="wiener", noise=0.02),
    AlignedSpectrumTransformer(),
    FoldedSpectrumTransformer(),
    HalfSpectrumTransformer(),
    RadialProfileTransformer(),
    DirectionalProfileTransformer(GRNNRegressor(1.0)),
]
NAME = {"ids": lambda estimator: type(estimator).__name__}


def in_parts(function, X, cut):
    parts = [part for part in np.split(X, [cut]) if len(part)]
    return np.concatenate([function(part) for part in parts])


@pytest.mark.parametrize("transformer", TRANSFORMERS, **NAME)
@settings(quick, max_examples=15)
@given(seed=seeds, n=st.integers(2, 12), side=st.integers(8, 17), data=st.data())
def test_rows_do_not_know_of_each_other(transformer, seed, n, side, data):
    X = pixels(seed, n, side**2) / np.float32(255)
    targets = encode_angle(180 * np.random.default_rng(seed).random(n))
    transform = clone(transformer).set_params(image_shape=(side, side))
    transform = transform.fit(X, targets).transform
    together = transform(X)
    cut = data.draw(st.integers(0, n))
    np.testing.assert_allclose(in_parts(transform, X, cut), together, atol=1e-5)
    np.testing.assert_allclose(transform(X[::-1]), together[::-1], atol=1e-5)


grnns = st.fixed_dictionaries(
    {
        "sigma": st.floats(0.3, 5),
        "standardize": st.booleans(),
        "n_prototypes": st.sampled_from([None, 5]),
        "tolerance": st.sampled_from([0.0, 1e-3]),
    }
)


@settings(quick, max_examples=25)
@given(grnns, seeds, st.integers(10, 40), st.integers(1, 4), st.integers(0, 30))
def test_queries_of_a_grnn(params, seed, n, n_features, cut):
    X, Q = normal(seed, n, n_features), normal(seed + 1, 30, n_features)
    y = normal(seed + 2, n, 2)
    model = GRNNRegressor(**params, random_state=0).fit(X, y)
    found = model.predict(Q)
    np.testing.assert_allclose(in_parts(model.predict, Q, cut), found, atol=1e-4)
    # A mean of the targets, whatever the query.
    slack = 1e-6 + params["tolerance"] * np.ptp(y, axis=0)
    assert (found >= y.min(axis=0) - slack).all()
    assert (found <= y.max(axis=0) + slack).all()


@settings(quick, max_examples=25)
@given(st.floats(0.3, 5), seeds, st.integers(5, 40), st.floats(0.1, 10), st.floats(-10, 10))
def test_units_of_a_grnn(sigma, seed, n, scale, offset):
    """Neither the order of rows, nor units of features or of targets matter."""
    X, Q, y = normal(seed, n, 3), normal(seed + 1, 10, 3), normal(seed + 2, n)
    expected = GRNNRegressor(sigma).fit(X, y).predict(Q)
    order = np.random.default_rng(seed).permutation(n)
    for model, found in (
        (GRNNRegressor(sigma).fit(X[order], y[order]), lambda m: m.predict(Q)),
        (GRNNRegressor(scale * sigma).fit(scale * X, y), lambda m: m.predict(scale * Q)),
        (GRNNRegressor(sigma).fit(X + offset, y), lambda m: m.predict(Q + offset)),
        (
            GRNNRegressor(sigma).fit(X, scale * y + offset),
            lambda m: (m.predict(Q) - offset) / scale,
        ),
    ):
        np.testing.assert_allclose(found(model), expected, atol=1e-6)


@pytest.fixture(scope="module")
def fitted_pipeline(blur_patches):
    X, y = blur_patches
    classifier = KNeighborsClassifier(5)
    return BlurTypeThenParamPipeline(classifier, GRNNRegressor(1.0)).fit(X[:90], y[:90])


@settings(quick, max_examples=10)
@given(first=st.integers(90, 880), n=st.integers(1, 20), cut=st.integers(0, 20))
def test_patches_of_the_pipeline(fitted_pipeline, blur_patches, first, n, cut):
    X = blur_patches[0][first : first + n]
    for verb in (fitted_pipeline.predict, fitted_pipeline.predict_proba):
        np.testing.assert_allclose(in_parts(verb, X, cut), verb(X), atol=1e-4)


# Files

NETWORK = {"max_iter": 2, "random_state": 0}
RBM = {"rbm_n_iter": 1, **NETWORK}


def saved_models(seed, n_features, hidden):
    """Small ones, fitted, of every kind that learns numbers."""
    X = np.random.default_rng(seed).random((30, n_features))
    types = np.arange(30) % 3
    for model, y in (
        (GRNNRegressor(0.5), normal(seed, 30, 2)),
        (GRNNRegressor(0.5, n_prototypes=5, random_state=0), normal(seed, 30)),
        (CommitteeClassifier((hidden,), n_networks=2, n_axes=3, **NETWORK), types),
        (StackedRBMClassifier((hidden, 3), **RBM), types),
        (StackedRBMRegressor((hidden, 3), **RBM), normal(seed, 30, 2)),
    ):
        yield model.fit(X, y), X


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@slow
@given(seed=seeds, n_features=st.integers(4, 9), hidden=st.integers(2, 6))
def test_what_is_read_again_predicts_the_same(tmp_path_factory, seed, n_features, hidden):
    path = tmp_path_factory.mktemp("models") / "model.npz"
    for model, X in saved_models(seed, n_features, hidden):
        save_model(model, path)
        again = load_model(path)
        np.testing.assert_array_equal(again.predict(X), model.predict(X))
        if hasattr(model, "predict_proba"):
            np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
