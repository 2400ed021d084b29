"""A PSF that may be wrong: what it gets wrong grows with the contrast that it smears."""

import numpy as np
import pytest
import scipy.ndimage as ndi

from skblur import defocus_psf, motion_psf
from skblur.deconvolution.epll import deblur_epll
from skblur.deconvolution.held_out import HeldOut
from skblur.deconvolution.observation import observe
from skblur.deconvolution.solver import solve
from skblur.deconvolution.tv import deblur_tv
from skblur.images.gradients import gradient_power

DOUBT = 0.4


@pytest.fixture(scope="module")
def image():
    return 0.9 * np.random.default_rng(0).random((15, 14), dtype=np.float32)


def test_mistakes_are_a_part_of_the_variance_under_the_psf(image):
    psf = motion_psf(5, 30)
    o = observe(image, psf, 0.01, doubt=DOUBT)
    half = len(psf) // 2
    data, weights = np.pad(o.data.astype(float), half, mode="wrap"), psf[::-1, ::-1]
    expected = np.zeros(o.shape)
    for i, j in np.ndindex(o.shape):
        seen = data[i : i + len(psf), j : j + len(psf)]
        mean = np.sum(weights * seen)
        expected[i, j] = DOUBT**2 * np.sum(weights * (seen - mean) ** 2)
    np.testing.assert_allclose(o.mistakes, expected, atol=1e-6)


def test_of_a_flat_picture_all_is_trusted(image):
    flat = observe(np.full_like(image, 0.7), defocus_psf(2), 0.01, doubt=DOUBT)
    np.testing.assert_allclose(flat.trust(), 1, atol=2e-3)
    assert observe(image, defocus_psf(2), 0.01).trust() == 1


def test_trust_is_of_contrast_over_noise(image):
    """Not of brightness, and not of the unit of light."""
    psf = defocus_psf(2)
    o, half, brighter = (
        observe(each, psf, noise, doubt=DOUBT)
        for each, noise in ((image, 0.05), (image / 2, 0.025), (image + 0.09, 0.05))
    )
    assert o.trust().min() < 0.5
    np.testing.assert_allclose(half.trust(), o.trust(), atol=1e-4)
    np.testing.assert_allclose(brighter.trust(), o.trust(), atol=1e-4)


def test_solving_for_what_is_trusted_equals_dense_solve(image):
    """Each pixel weighted by its trust; what is not trusted is predicted, and again."""
    o = observe(image, defocus_psf(1.5), 0.1, doubt=0.5)
    n = o.data.size
    units = np.eye(n, dtype=np.float32).reshape(n, *o.shape)
    power = 0.05 * gradient_power(o.shape) + np.float32(0.1)
    K = np.array([o.blur(unit).ravel() for unit in units]).T.astype(float)
    R = np.array([o.ifft(power * o.fft(unit)).ravel() for unit in units]).T.astype(float)
    weights = o.mask.ravel() * o.trust().ravel()
    assert weights[o.mask.ravel() > 0].min() < 0.6
    expected = np.linalg.solve(
        K.T @ (weights[:, None] * K) + R, K.T @ (weights * o.data.ravel())
    )
    x, completed = np.zeros_like(o.data), None
    for _ in range(60):
        spectrum, completed = solve(o.trusted(x), power, 0, completed, 20)
        x = o.ifft(spectrum)
    np.testing.assert_allclose(x.ravel(), expected, atol=1e-4)


def test_what_is_brighter_than_white_is_bound_by_what_was_recorded(rng):
    """Not by what a prediction makes of it, or next to nothing may be brighter."""
    seen = np.clip(1.3 * rng.random((20, 20), dtype=np.float32), 0, 1)
    o = observe(seen, defocus_psf(1.5), 0.02, doubt=DOUBT)
    sharp = 2.2 * rng.random(o.shape, dtype=np.float32)
    predicted = o.blur(sharp)
    assert (o.saturated & (predicted > 1.05)).any()
    assert (o.saturated & (predicted < 0.95)).any()
    np.testing.assert_array_equal(o.trusted(sharp).binding(predicted), o.binding(predicted))


@pytest.mark.parametrize("restore", [deblur_tv, deblur_epll])
def test_lights_do_not_ring(restore, photos):
    """Non-regression test: white and black rings around lights, by a disc a little off."""
    scene = photos[2][100:260, 100:260].astype(np.float32) / 4 + 0.2
    lit = scene.copy()
    lit[60:64, 60:64] = 20
    seen = ndi.convolve(lit, defocus_psf(6), mode="nearest").clip(0, 1)
    # Beyond the disc that is seen of the light, as far as that of the restored one reaches.
    away = np.hypot(*(np.indices(scene.shape) - 61.5))
    around = (away > 9) & (away < 20)
    off = {}
    for doubt in (0, DOUBT):
        o = observe(seen, defocus_psf(5.4), 0.01, doubt=doubt)
        restored = o.crop(restore(o)).clip(0, 1)
        off[doubt] = np.sqrt(np.mean((restored - scene)[around] ** 2))
    assert off[DOUBT] < 0.25 * off[0]


def test_held_out_pixels_are_predicted_with_the_doubt_that_is_asked_for(image):
    """Whatever was asked before: what is kept is of the same PSF, light and doubt."""
    psf, asked = defocus_psf(1.5), (0, DOUBT, 0.2, 0, DOUBT)
    held = HeldOut(image)
    errors = [held.error(psf, 0.05, doubt=doubt) for doubt in asked]
    assert errors == [HeldOut(image).error(psf, 0.05, doubt=doubt) for doubt in asked]
    assert len(set(errors)) == 3
