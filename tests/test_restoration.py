import numpy as np
import pytest
import scipy.ndimage as ndi
from scipy.signal import fftconvolve
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skblur import (
    BlurEstimate,
    DeblurTransformer,
    PSFBlurTransformer,
    deblur,
    deblur_methods,
    defocus_psf,
    gaussian_psf,
    motion_psf,
)
from skblur.blurs.types import blur_type
from skblur.camera import Camera, take_photo
from skblur.deconvolution.noise import ROUNDING
from skblur.deconvolution.observation import observe
from skblur.deconvolution.richardson_lucy import deblur_richardson_lucy
from skblur.deconvolution.solver import solve
from skblur.deconvolution.tv import shrinkage
from skblur.deconvolution.wiener import deblur_wiener
from skblur.estimation.explaining import Explanation
from skblur.images.gradients import divergence, gradient, gradient_power

PSFS = {
    "gaussian": gaussian_psf(1.5),
    "motion": motion_psf(11, 30),
    "defocus": defocus_psf(4),
}


@pytest.fixture(scope="module")
def sharp(photos):
    return photos[2][60:225, 140:330].astype(np.float64)


def blurred_inside(sharp, psf, noise=0.0, rng=None):
    """The part of the blurred photograph that saw only the photograph; and that part."""
    half = len(psf) // 2
    seen = fftconvolve(sharp, psf, mode="valid")
    if noise:
        seen = seen + noise * rng.standard_normal(seen.shape)
    return np.clip(seen, 0, 1), sharp[half : len(sharp) - half, half:-half]


def psnr(a, b, where=np.s_[:]):
    return -10 * np.log10(np.mean((a[where] - b[where]) ** 2))


@pytest.mark.parametrize("blur", PSFS)
@pytest.mark.parametrize("method", deblur_methods())
def test_gains_inside_and_at_the_border(method, blur, sharp, rng):
    seen, truth = blurred_inside(sharp, PSFS[blur], 0.005, rng)
    border = np.ones(seen.shape, bool)
    border[8:-8, 8:-8] = False
    restored = deblur(seen, PSFS[blur], method=method)
    assert psnr(restored, truth) > psnr(seen, truth) + 1
    assert psnr(restored, truth, border) > psnr(seen, truth, border) + 0.5


@pytest.mark.parametrize("method", deblur_methods())
def test_unit_impulse_without_noise_changes_nothing(method, sharp):
    restored = deblur(sharp, [[1.0]], method=method, noise=0)
    np.testing.assert_allclose(restored, sharp, atol=2e-3)


@pytest.mark.parametrize("method", deblur_methods())
def test_blurring_again_gives_the_observed_picture(method, sharp, rng):
    psf, noise = PSFS["defocus"], 0.01
    seen, _ = blurred_inside(sharp, psf, noise, rng)
    restored = deblur(seen, psf, method=method, noise=noise)
    half = len(psf) // 2
    again = fftconvolve(restored, psf, mode="valid")
    misfit = (again - seen[half:-half, half:-half]).std()
    assert 0.8 * noise < misfit < 1.3 * noise


@pytest.mark.parametrize("method", deblur_methods())
@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_constant_stays_constant(method, level):
    restored = deblur(np.full((33, 40), level), PSFS["motion"], method=method)
    np.testing.assert_allclose(restored, level, atol=2e-3)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(40, 41), (33, 28), (7, 50), (1, 9)])
def test_keeps_shape_dtype_range_and_input(shape, dtype, sharp):
    image = sharp[: shape[0], : shape[1]]
    full = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1
    image = image > 0.5 if dtype is bool else (image * full).astype(dtype)
    before = image.copy()
    restored = deblur(image, PSFS["defocus"], method="tv")
    assert restored.shape == shape
    assert restored.dtype == dtype
    assert 0 <= restored.min() <= restored.max() <= full
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("method", deblur_methods())
def test_8_bits_agree_with_floats(method, sharp):
    seen, _ = blurred_inside(sharp, PSFS["gaussian"])
    seen8 = np.rint(seen * 255).astype(np.uint8)
    found = deblur(seen8, PSFS["gaussian"], method=method)
    expected = deblur(seen8 / 255, PSFS["gaussian"], method=method)
    np.testing.assert_allclose(found / 255, expected, atol=0.51 / 255)


@pytest.mark.parametrize("axis", [0, -1])
def test_colours_are_restored_one_by_one(axis, sharp):
    colour = np.stack([sharp, sharp[::-1], sharp**2, sharp > 0.5], axis)[..., :60, :]
    settings = {"method": "wiener", "noise": 0.01, "gamma": 1}
    restored = deblur(colour, PSFS["gaussian"], channel_axis=axis, **settings)
    for i in range(3):
        one = deblur(colour.take(i, axis), PSFS["gaussian"], **settings)
        np.testing.assert_array_equal(restored.take(i, axis), one)
    # The fourth is alpha.
    np.testing.assert_array_equal(restored.take(3, axis), colour.take(3, axis))


@pytest.mark.parametrize("method", ["tv", "epll"])
def test_grey_in_colour_stays_grey(method, sharp):
    seen, _ = blurred_inside(sharp[:80, :90], PSFS["motion"])
    grey = deblur(seen, PSFS["motion"], method=method, noise=0.005, gamma=1)
    colour = np.dstack([seen] * 3)
    settings = {"method": method, "noise": 0.005, "gamma": 1, "channel_axis": -1}
    restored = deblur(colour, PSFS["motion"], **settings)
    for plane in np.moveaxis(restored, -1, 0):
        np.testing.assert_allclose(plane, grey, atol=2e-3)


@pytest.mark.parametrize("method", ["tv", "epll"])
def test_colours_are_restored_as_well_as_luma(method, sharp):
    truth = np.dstack([sharp, 0.8 * sharp[::-1], 1 - sharp]) * 0.9 + 0.05
    truth = truth.clip(0.02, 0.98)
    seen = fftconvolve(truth, PSFS["motion"][..., None], mode="valid", axes=(0, 1))
    half = len(PSFS["motion"]) // 2
    truth = truth[half:-half, half:-half]
    restored = deblur(seen.clip(0, 1), PSFS["motion"], method=method, channel_axis=-1)
    for i in range(3):
        assert psnr(restored[..., i], truth[..., i]) > psnr(seen[..., i], truth[..., i]) + 2


def test_asymmetric_psf_does_not_shift_or_mirror(sharp):
    psf = np.zeros((7, 7))
    psf[3, 3:], psf[:3, 3] = [4, 3, 2, 1], [1, 2, 3]
    psf /= psf.sum()
    seen, truth = blurred_inside(sharp, psf)
    right, mirrored = (deblur(seen, p, method="tv") for p in (psf, psf[::-1, ::-1]))
    assert psnr(right, truth) > psnr(seen, truth) + 5
    assert psnr(mirrored, truth) < psnr(right, truth) - 5


@pytest.mark.parametrize("method", deblur_methods())
def test_saturated_pixels_do_not_ring(method, sharp):
    """A lamp brighter than full scale: its blurred disc is clipped, its light is not."""
    scene = sharp * 0.5
    scene[70:80, 90:100] = 6
    psf = PSFS["motion"]
    half = len(psf) // 2
    seen = np.clip(fftconvolve(scene, psf, mode="valid"), 0, 1)
    truth = np.clip(scene[half:-half, half:-half], 0, 1)
    known = deblur(seen, psf, method=method)
    # Below 0.996 of full scale nothing counts as saturated.
    unaware = deblur(seen * 0.99, psf, method=method) / 0.99
    assert psnr(known, truth) > psnr(unaware, truth) + 1


@pytest.mark.parametrize("blur", PSFS)
@pytest.mark.parametrize("noise", [0.004, 0.02])
def test_noise_is_estimated(noise, blur, photos, rng):
    seen, _ = blurred_inside(photos[0].astype(float), PSFS[blur], noise, rng)
    found = observe(seen.astype(np.float32), PSFS[blur]).noise
    assert found == pytest.approx(noise, rel=0.2)


def test_noise_is_at_least_that_of_rounding():
    flat = np.full((50, 50), 0.5, np.float32)
    assert observe(flat, PSFS["gaussian"]).noise == ROUNDING


def dense_blur(o):
    """The matrix of ``K`` on the grid, column by column."""
    kernel = np.zeros(o.shape)
    for (i, j), weight in np.ndenumerate(o.psf):
        half = len(o.psf) // 2
        kernel[(i - half) % o.shape[0], (j - half) % o.shape[1]] += weight
    columns = [
        np.roll(kernel, divmod(i, o.shape[1]), (0, 1)).ravel() for i in range(o.data.size)
    ]
    return np.array(columns).T


def test_solver_equals_dense_solve(rng):
    """On every pixel of the grid, also those outside of the frame."""
    image = 0.9 * rng.random((11, 10), dtype=np.float32)
    psf = rng.random((5, 5))
    o = observe(image, psf / psf.sum(), 0.05)
    K, m = dense_blur(o), o.mask.ravel().astype(float)
    impulse = np.zeros(o.shape, np.float32)
    impulse[0, 0] = 1
    power = 0.05 * gradient_power(o.shape) + np.float32(0.1)
    R = np.array(
        [
            np.roll(o.ifft(power * o.fft(impulse)), divmod(i, o.shape[1]), (0, 1)).ravel()
            for i in range(o.data.size)
        ]
    ).T
    pull = rng.random(o.shape, dtype=np.float32)
    right = K.T @ (m * o.data.ravel()) + pull.ravel()
    expected = np.linalg.solve(K.T @ (m[:, None] * K) + R, right)
    found = o.ifft(solve(o, power, o.fft(pull), n_iter=60).spectrum)
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-4)


def test_blur_and_gradient_have_their_adjoints(rng):
    psf = rng.random((5, 7))
    o = observe(rng.random((20, 23), dtype=np.float32), np.pad(psf, ((1, 1), (0, 0))), 0.1)
    x, y = rng.standard_normal((2, *o.shape), dtype=np.float32)
    assert np.vdot(o.blur(x), y) == pytest.approx(np.vdot(x, o.correlate(y)), rel=1e-3)
    v = rng.standard_normal((2, *o.shape), dtype=np.float32)
    assert np.vdot(gradient(x), v) == pytest.approx(np.vdot(x, divergence(v)), rel=1e-3)


def test_gradient_power_is_that_of_the_gradient(rng):
    x = rng.standard_normal((18, 25), dtype=np.float32)
    o = observe(x, np.ones((1, 1)), 0.1, saturation=np.inf)
    x = o.data
    by_power = o.ifft(gradient_power(o.shape) * o.fft(x))
    np.testing.assert_allclose(by_power, divergence(gradient(x)), atol=1e-4)


def test_shrink_keeps_direction_and_drops_the_small(rng):
    slope = rng.standard_normal((2, 12, 12))
    assert not shrinkage(slope * 1e-3, 0.02).any()
    shorter = slope * shrinkage(slope, 0.3)
    length = np.sqrt(ndi.uniform_filter((slope**2).sum(0), 3, mode="wrap"))
    np.testing.assert_allclose(shorter, slope * np.maximum(1 - 0.3 / length, 0))


def test_richardson_lucy_is_positive_and_stops_at_the_noise(sharp, rng):
    psf, noise = PSFS["gaussian"], 0.02
    seen, _ = blurred_inside(sharp, psf, noise, rng)
    o = observe(seen.astype(np.float32), psf, noise)
    restored = deblur_richardson_lucy(o)
    assert restored.min() > 0
    misfit = (o.crop(o.blur(restored)) - seen).std()
    assert misfit == pytest.approx(noise, rel=0.1)


def test_wiener_is_linear(sharp):
    seen, _ = blurred_inside(sharp, PSFS["defocus"])
    o = observe(seen.astype(np.float32), PSFS["defocus"], 0.01)
    half = observe((0.5 * seen).astype(np.float32), PSFS["defocus"], 0.005)
    np.testing.assert_allclose(0.5 * deblur_wiener(o), deblur_wiener(half), atol=1e-3)


def answer(monkeypatch, estimate):
    told = [Explanation(estimate, 1.0, 0.01, 0.01)]
    monkeypatch.setattr("skblur.restoration.deblur.explain", lambda *args, **options: told)


@pytest.mark.parametrize("blur_type", ["none", "undecided"])
def test_without_blur_unchanged_and_said(blur_type, sharp, monkeypatch):
    answer(monkeypatch, BlurEstimate(blur_type, {}))
    with pytest.warns(UserWarning, match=f"left unchanged: its blur: {blur_type}"):
        restored = deblur(sharp)
    np.testing.assert_array_equal(restored, sharp)
    assert restored is not sharp


def test_psf_is_estimated(sharp, monkeypatch):
    answer(monkeypatch, BlurEstimate("defocus", {"defocus": 1.0}, {"radius": 4}))
    seen, _ = blurred_inside(sharp, PSFS["defocus"])
    found = BlurEstimate("defocus", {"defocus": 1.0}, {"radius": 4})
    np.testing.assert_allclose(found.psf, PSFS["defocus"])
    expected = deblur(seen, found, method="wiener", gamma=1)
    np.testing.assert_array_equal(deblur(seen, method="wiener"), expected)


@pytest.mark.parametrize(
    ("image", "options", "message"),
    [
        (np.zeros((9, 9)), {"method": "magic"}, "method must be 'auto' or one of"),
        (np.zeros((9, 9)), {"noise": -1}, "noise must be None or a number of at least 0"),
        (np.zeros((9, 9)), {"psf": np.ones((2, 2))}, "psf must have odd sides"),
        (np.zeros((9, 9, 3)), {}, "pass channel_axis=-1 for colour"),
        (np.full((9, 9), 7.0), {}, "image of floats must lie in"),
    ],
)
def test_errors_say_what_to_do(image, options, message):
    with pytest.raises(ValueError, match=message):
        deblur(image, **{"psf": [[1.0]]} | options)


def test_transformer_equals_deblur(sharp):
    X = np.stack([sharp[:40, :50], sharp[50:90, 60:110]]).reshape(2, -1)
    model = DeblurTransformer("motion", size=11, angle=30, image_shape=(40, 50))
    restored = np.clip(model.fit_transform(X), 0, 1)
    for row, out in zip(X, restored, strict=True):
        expected = deblur(row.reshape(40, 50), PSFS["motion"], method="tv")
        np.testing.assert_allclose(out.reshape(40, 50), expected, atol=1e-5)


def test_transformer_undoes_the_blur_in_a_pipeline(sharp):
    X = sharp[:128, :128].reshape(1, -1)
    blur = PSFBlurTransformer("gaussian", size=1.5)
    both = make_pipeline(blur, DeblurTransformer(psf=PSFS["gaussian"])).fit(X)
    blurred = clone(blur).fit_transform(X)
    assert psnr(both.transform(X), X) > psnr(blurred, X) + 2


def test_transformer_refuses_a_bad_psf():
    with pytest.raises(ValueError, match="psf must have odd sides"):
        DeblurTransformer(psf=np.ones((4, 4))).fit(np.zeros((2, 16)))


def test_an_estimate_in_place_of_a_psf_is_trusted_less(photos):
    """It is the PSF with a noise of at least one percent."""
    seen = fftconvolve(photos[5], defocus_psf(2.5), mode="valid")[:120, :140].clip(0, 1)
    found = BlurEstimate("defocus", {"defocus": 1.0}, {"radius": 2.5})
    restored = deblur(seen, found, method="wiener")
    as_noise = deblur(seen, found.psf, method="wiener", noise=0.01)
    np.testing.assert_allclose(restored, as_noise, atol=1e-5)
    with pytest.warns(UserWarning, match="left unchanged: its blur: none"):
        same = deblur(seen, BlurEstimate("none", {"none": 1.0}))
    np.testing.assert_array_equal(same, seen)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"length": 5}, r"motion must have its angle, got \['length'\]"),
        ({"radius": 5}, r"motion must have its length and angle, got \['radius'\]"),
    ],
)
def test_an_estimate_that_lacks_parameters(sharp, parameters, message):
    """Non-regression test for: a KeyError said no more than their names."""
    found = BlurEstimate("motion", {"motion": 1.0}, parameters)
    with pytest.raises(ValueError, match=message):
        deblur(sharp, found)
    with pytest.raises(ValueError, match=message):
        blur_type("motion").target(**parameters)


def test_linear_light(photos):
    """With the power of the tone curve, blurred light is restored as light."""
    sharp = photos[5][:160, :180]
    psf = motion_psf(7, 20)
    seen = take_photo(sharp, psf, Camera(bits=None))
    restored = [deblur(seen, psf, method="tv", noise=0.001, gamma=g) for g in (1, 2.4)]
    half = len(psf) // 2
    truth = sharp[half:-half, half:-half]
    plain, light = (np.abs(picture - truth)[8:-8, 8:-8].mean() for picture in restored)
    assert light < 0.8 * plain
    with pytest.raises(ValueError, match="gamma must be None or a number from 1 to 5"):
        deblur(seen, psf, gamma=0)


def test_where_the_best_is_refused_the_next_is_undone(sharp, monkeypatch):
    """Non-regression test for: the clock was left alone for a free PSF that had faded."""
    seen, _ = blurred_inside(sharp, PSFS["defocus"])
    named = {"none": 1.0}
    right = BlurEstimate("defocus", {"defocus": 1.0}, {"radius": 4})
    told = [
        Explanation(each, 1.0, 0.01, 0.01) for each in (BlurEstimate("none", named), right)
    ]
    monkeypatch.setattr("skblur.restoration.deblur.explain", lambda *args, **options: told)
    expected = deblur(seen, right, method="wiener", gamma=1)
    np.testing.assert_array_equal(deblur(seen, method="wiener"), expected)
