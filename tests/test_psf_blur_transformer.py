import numpy as np
import pytest
import scipy.ndimage as ndi
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skblur import PSFBlurTransformer, defocus_psf, gaussian_psf, motion_psf
from skblur.blurs.convolution import PAD_MODES, SEPARABLE_UP_TO

PSFS = {
    "gaussian": (gaussian_psf, 2.3),
    "motion": (lambda size: motion_psf(size, 33), 11.5),
    "defocus": (defocus_psf, 4.4),
}
SIZES = {"gaussian": (1, 5), "motion": (5, 20), "defocus": (2, 10)}


def dot(a, b):
    return float(np.sum(a * b))


@pytest.mark.parametrize("mode", PAD_MODES)
@pytest.mark.parametrize("kind", PSFS)
@pytest.mark.parametrize("shape", [(32, 32), (9, 40), (7, 7)])
def test_equals_direct_convolution(kind, mode, shape, rng):
    make, size = PSFS[kind]
    X = rng.random((3, shape[0] * shape[1]))
    blur = PSFBlurTransformer(kind, size=size, angle=33, image_shape=shape, mode=mode)
    found = blur.fit_transform(X).reshape(3, *shape)
    for image, blurred in zip(X.reshape(3, *shape), found, strict=True):
        expected = ndi.convolve(image, make(size), mode=mode)
        np.testing.assert_allclose(blurred, expected, atol=1e-12)


def test_large_gaussian_by_fft_equals_separable(rng):
    side = SEPARABLE_UP_TO + 8
    X = rng.random((1, 4 * side))
    wide = PSFBlurTransformer(size=1.7, image_shape=(4, side)).fit_transform(X)
    expected = ndi.convolve(X.reshape(4, side), gaussian_psf(1.7), mode="reflect")
    np.testing.assert_allclose(wide.reshape(4, side), expected, atol=1e-12)


@pytest.mark.parametrize("mode", ["wrap", "constant"])
@pytest.mark.parametrize("kind", PSFS)
def test_adjoint(kind, mode, rng):
    """A symmetric PSF blurs by a symmetric operator: <Bu, v> = <u, Bv>."""
    u, v = rng.standard_normal((2, 1, 400))
    blur = PSFBlurTransformer(kind, size=PSFS[kind][1], angle=33, mode=mode).fit(u)
    assert dot(blur.transform(u), v) == pytest.approx(dot(u, blur.transform(v)), abs=1e-10)


def test_gaussian_twice_is_their_hypotenuse(photos):
    X = photos[2][100:228, 100:228].reshape(1, -1).astype(float)
    twice = PSFBlurTransformer(size=4).fit_transform(
        PSFBlurTransformer(size=3).fit_transform(X)
    )
    once = PSFBlurTransformer(size=5).fit_transform(X)
    inner = np.s_[0, 20:-20, 20:-20]
    difference = (twice - once).reshape(1, 128, 128)[inner]
    assert np.abs(difference).max() < 0.01


@pytest.mark.parametrize("kind", ["gaussian", "motion", "defocus", "mixed"])
def test_drawn_targets_are_what_was_done(kind, rng):
    X = rng.random((12, 1024))
    blur = PSFBlurTransformer(kind, size=SIZES, angle=(0, 180), random_state=0)
    found = blur.fit_transform(X)
    assert blur.targets_.shape == (12, 3)
    names = ("none", "gaussian", "motion", "defocus")
    for row, target, blurred in zip(X, blur.targets_, found, strict=True):
        name = names[int(target[0])]
        assert kind in (name, "mixed")
        low, high = SIZES[name]
        assert low <= target[1] <= high
        one = PSFBlurTransformer(name, size=target[1], angle=target[2])
        np.testing.assert_allclose(one.fit_transform(row[None])[0], blurred, atol=1e-12)


def test_mixture_is_balanced_and_shuffled():
    blur = PSFBlurTransformer("mixed", size=3, random_state=0).fit(np.zeros((300, 16)))
    types = blur.targets_[:, 0]
    assert [np.sum(types == code) for code in (1, 2, 3)] == [100, 100, 100]
    assert not np.array_equal(types, np.resize([1, 2, 3], 300))


def test_random_state(rng):
    X = rng.random((5, 64))
    fixed = PSFBlurTransformer(
        "motion", size=(1, 4), angle=(0, 180), noise=0.1, random_state=3
    )
    np.testing.assert_array_equal(fixed.fit_transform(X), fixed.transform(X))
    # What a fixed random_state draws is always the same, which is all the tag asks.
    assert not get_tags(fixed).non_deterministic
    free = PSFBlurTransformer("motion", size=(1, 4)).fit(X)
    first = free.transform(X)
    drawn = free.targets_
    assert not np.array_equal(first, free.transform(X))
    assert not np.array_equal(drawn, free.targets_)


def test_noise_has_the_asked_deviation():
    X = np.full((50, 1024), 0.5)
    noisy = PSFBlurTransformer("none", noise=0.03, random_state=0).fit_transform(X)
    assert (noisy - X).std() == pytest.approx(0.03, rel=0.02)
    assert (noisy - X).mean() == pytest.approx(0, abs=5e-4)


def test_quantize_leaves_8_bits(rng):
    X = rng.random((2, 1024)) * 1.4 - 0.2
    rounded = PSFBlurTransformer("none", quantize=True).fit_transform(X) * 255
    np.testing.assert_allclose(rounded, np.clip(np.rint(X * 255), 0, 255), atol=1e-9)


@pytest.mark.parametrize("kind", ["gaussian", "motion", "defocus"])
def test_float32_agrees_with_float64(kind, rng):
    X = rng.random((4, 1024))
    blur = PSFBlurTransformer(kind, size=3.3, angle=20).fit(X)
    single = blur.transform(X.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, blur.transform(X), atol=2e-6)


def test_chunks_do_not_show_and_input_is_untouched(rng):
    X = rng.random((40, 1024))
    before = X.copy()
    blur = PSFBlurTransformer("mixed", size=SIZES, angle=(0, 180), random_state=0).fit(X)
    whole = blur.transform(X)
    with config_context(working_memory=0.2):
        np.testing.assert_allclose(blur.transform(X), whole, atol=1e-12)
    np.testing.assert_array_equal(X, before)


def test_constant_image_stays_constant():
    X = np.full((1, 1024), 0.7)
    for kind, (_, size) in PSFS.items():
        for mode in ("reflect", "mirror", "nearest", "wrap"):
            out = PSFBlurTransformer(kind, size=size, mode=mode).fit_transform(X)
            np.testing.assert_allclose(out, 0.7, atol=1e-12)


def test_stands_in_a_pipeline(rng):
    X, y = rng.random((30, 64)), np.arange(30) % 2
    model = make_pipeline(PSFBlurTransformer(size=1.0), LogisticRegression()).fit(X, y)
    assert model.predict(X).shape == (30,)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"size": -1}, "'size' parameter"),
        ({"size": (3, 1)}, r"size must be a number of at least 0 or a range \(low, high\)"),
        ({"size": (1, 2, 3)}, "size must be a number"),
        (
            {"kind": "mixed", "size": {"gaussian": 1}},
            "size must have an entry for 'motion'",
        ),
        ({"kind": "motion", "angle": (90, 0)}, "angle must be a number or a range"),
        ({"image_shape": (5, 5)}, r"image_shape \(5, 5\) has 25 pixels, but X has 64"),
        ({"image_shape": (8.0, 8)}, "image_shape must be"),
    ],
)
def test_bad_parameters(params, message):
    with pytest.raises(ValueError, match=message):
        PSFBlurTransformer(**params).fit(np.zeros((3, 64)))
