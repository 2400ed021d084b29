import numpy as np
import pytest
from scipy.signal.windows import dpss, hann
from sklearn import config_context

from skblur import LogSpectrumTransformer, PSFBlurTransformer, motion_psf, psf_to_otf
from skblur.spectra.tapered_power import tapered_power


def slow_log_spectrum(patch, down, across):
    """The definition, taper by taper, with the plain FFT."""
    patch = patch - patch.mean()
    powers = []
    for v in down:
        for w in across:
            taper = np.outer(v / np.linalg.norm(v), w / np.linalg.norm(w))
            powers.append(np.abs(np.fft.fft2(patch * taper)) ** 2)
    level = np.log1p(np.mean(powers, axis=0) * 12 * 255**2)
    return np.fft.fftshift(level / level.max())


def tapers(taper, side):
    if taper is None:
        return np.ones((1, side))
    return dpss(side, 2.5, 3) if taper == "multitaper" else hann(side + 2)[None, 1:-1]


@pytest.mark.parametrize("taper", ["multitaper", "hann", None])
@pytest.mark.parametrize("shape", [(32, 32), (16, 31), (15, 24)])
def test_equals_the_definition(taper, shape, rng):
    X = rng.random((3, shape[0] * shape[1]))
    found = LogSpectrumTransformer(shape, taper=taper).fit_transform(X)
    for patch, spectrum in zip(X, found, strict=True):
        expected = slow_log_spectrum(
            patch.reshape(shape), tapers(taper, shape[0]), tapers(taper, shape[1])
        )
        np.testing.assert_allclose(spectrum.reshape(shape), expected, atol=1e-10)


def test_range_and_symmetry(blur_patches):
    S = LogSpectrumTransformer().fit_transform(blur_patches[0])
    assert S.dtype == np.float32
    assert S.min() >= 0
    np.testing.assert_array_equal(S.max(axis=1), 1)
    # A real patch has a power spectrum symmetric about its zero frequency, at (16, 16).
    plane = S.reshape(-1, 32, 32)[:, 1:, 1:]
    np.testing.assert_allclose(plane, plane[:, ::-1, ::-1], atol=1e-5)


def test_flips_of_the_patch_are_flips_of_the_spectrum(blur_patches):
    patches = blur_patches[0][:5].reshape(5, 32, 32)
    transformer = LogSpectrumTransformer().fit(blur_patches[0])

    def spectra(images):
        return transformer.transform(images.reshape(5, 1024)).reshape(5, 32, 32)

    plain = spectra(patches)
    np.testing.assert_allclose(
        spectra(patches.transpose(0, 2, 1)), plain.transpose(0, 2, 1), atol=1e-4
    )
    flipped = spectra(np.ascontiguousarray(patches[:, :, ::-1]))[:, 1:, 1:]
    np.testing.assert_allclose(flipped, plain[:, 1:, :0:-1], atol=1e-4)


def test_blur_adds_the_log_otf(rng):
    """White noise through a blur: its log spectrum is that of the OTF, and a constant."""
    X = rng.standard_normal((400, 1024))
    blur = PSFBlurTransformer("motion", size=6, angle=30, mode="wrap")
    transformer = LogSpectrumTransformer(taper=None).fit(X)
    sharp, blurred = transformer.transform(X), transformer.transform(blur.fit_transform(X))
    gain = np.abs(np.fft.fftshift(psf_to_otf(motion_psf(6, 30), (32, 32)))).ravel()
    strong = (gain > 0.3) & (gain < 0.9999)
    difference = (blurred - sharp).mean(axis=0)[strong]
    assert np.corrcoef(difference, np.log(gain[strong]))[0, 1] > 0.98


def test_noise_floor_is_near_zero(rng):
    """What rounding to 8 bits leaves has log1p of about 1 at every frequency."""
    y, x = np.indices((32, 32)) / 32
    scene = 0.5 + 0.2 * np.cos(2 * np.pi * x) + 0.2 * np.sin(2 * np.pi * y)
    X = scene.ravel() + rng.uniform(-0.5, 0.5, (200, 1024)) / 255
    transformer = LogSpectrumTransformer().fit(X)
    peak = np.log1p(12 * 255**2 * tapered_power(scene[None], *transformer.tapers_).max())
    # The corner of the plane holds the highest frequencies, where the scene has nothing.
    corner = transformer.transform(X).reshape(-1, 32, 32)[:, 1:5, 1:5].mean()
    assert corner * peak == pytest.approx(np.log(2), abs=0.15)


def test_flat_patch_is_zero():
    S = LogSpectrumTransformer().fit_transform(np.full((2, 1024), 0.3, np.float32))
    np.testing.assert_allclose(S, 0, atol=1e-5)


@pytest.mark.parametrize("taper", ["multitaper", "hann", None])
def test_float32_agrees_with_float64(taper, blur_patches):
    X = blur_patches[0][:50]
    transformer = LogSpectrumTransformer(taper=taper).fit(X)
    double = transformer.transform(X.astype(np.float64))
    np.testing.assert_allclose(transformer.transform(X), double, atol=2e-4)


def test_chunks_do_not_show(blur_patches):
    X = blur_patches[0][:100]
    transformer = LogSpectrumTransformer().fit(X)
    whole = transformer.transform(X)
    with config_context(working_memory=0.3):
        np.testing.assert_allclose(transformer.transform(X), whole, atol=1e-6)


@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 7, 9, 25])
@pytest.mark.parametrize("taper", ["multitaper", "hann", None])
def test_any_number_of_features(n_features, taper, rng):
    X = rng.random((5, n_features))
    S = LogSpectrumTransformer(taper=taper).fit_transform(X)
    assert S.shape == X.shape
    assert np.isfinite(S).all()


def test_bad_shape():
    with pytest.raises(
        ValueError, match=r"image_shape \(4, 4\) has 16 pixels, but X has 1024"
    ):
        LogSpectrumTransformer((4, 4)).fit(np.zeros((2, 1024)))
