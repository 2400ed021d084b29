"""What is held out is predicted best by the PSF, the noise and the light that made it."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import defocus_psf, motion_psf
from skblur.camera import Camera, take_photo
from skblur.deconvolution.held_out import HeldOut, most_structure


@pytest.fixture(scope="module")
def scene(photos):
    return photos[5][100:320, 100:340].astype(np.float64)


def seen_through(scene, psf, noise, seed=0):
    seen = fftconvolve(scene, psf, mode="valid")
    seen = seen + noise * np.random.default_rng(seed).standard_normal(seen.shape)
    return (np.rint(seen.clip(0, 1) * 255) / 255).astype(np.float32)


@pytest.mark.parametrize("psf", [motion_psf(11, 30), defocus_psf(4)])
def test_the_true_psf_predicts_best(scene, psf):
    held = HeldOut(seen_through(scene, psf, 0.003))
    wrong = [np.ones((1, 1)), psf[:, ::-1], motion_psf(16, 30), defocus_psf(6)]
    true = held.explain(psf).error
    for other in wrong:
        if other.shape != psf.shape or np.abs(other - psf).max() > 0.01:
            assert true < 0.97 * held.explain(other).error


@pytest.mark.parametrize("noise", [0.0012, 0.01, 0.03])
def test_the_noise_is_found(scene, noise):
    psf = motion_psf(11, 30)
    found = HeldOut(seen_through(scene, psf, noise)).explain(psf, least_noise=0.00125)
    assert 0.4 < found.noise / max(noise, 0.00125) < 2.1


def test_what_a_psf_cannot_explain_counts_as_noise(scene):
    """Nearly the right PSF: restored with the noise that there is, it would ring."""
    seen = seen_through(scene, motion_psf(11, 30), 0.0)
    held = HeldOut(seen)
    right, off = (held.explain(motion_psf(n, 30), least_noise=0.00125) for n in (11, 12.5))
    assert off.noise >= 4 * right.noise


@pytest.mark.parametrize("gamma", [1.0, 2.4])
def test_the_light_is_told(scene, gamma):
    psf = defocus_psf(4)
    seen = take_photo(scene, psf, Camera(gamma=gamma, noise=0.002), random_state=0)
    held = HeldOut(seen)
    errors = {light: held.explain(psf, light).error for light in (1.0, 2.4)}
    assert min(errors, key=errors.get) == gamma


def test_what_is_held_out_is_not_seen(scene):
    """Its values change nothing in the prediction but the difference to them."""
    seen = seen_through(scene, defocus_psf(3), 0.01)
    held = HeldOut(seen)
    spoiled = HeldOut(np.where(held.held, 0.5, seen))
    np.testing.assert_array_equal(held.held, spoiled.held)
    assert 0.04 < held.held.mean() < 0.08
    np.testing.assert_array_equal(held.shown, spoiled.shown)
    before, after = (
        each.squared_errors(defocus_psf(3), 0.01)[held.held] for each in (held, spoiled)
    )
    # |p - y|^2 and |p - 1/2|^2 of one and the same prediction p.
    y = seen[held.held].astype(np.float64)
    predicted = (after - before + y**2 - 0.25) / (2 * y - 1)
    np.testing.assert_allclose((predicted - y) ** 2, before, atol=1e-4)


def test_most_structure_is_where_the_edges_are(rng):
    picture = np.zeros((60, 90))
    picture[30:50, 60:80] = rng.random((20, 20))
    rows, columns = most_structure(picture, 24)
    assert rows.start <= 30
    assert rows.stop >= 50
    assert columns.start <= 60
    assert columns.stop >= 80
    assert most_structure(picture, 500) == (slice(0, 60), slice(0, 90))


def test_only_what_is_known_counts(scene):
    """Beside the half that a PSF has blurred there is another picture."""
    psf = motion_psf(9, 30)
    seen = seen_through(scene, psf, 0.002)
    known = np.zeros(seen.shape, bool)
    known[:, : seen.shape[1] // 2] = True
    other = seen_through(scene[::-1], defocus_psf(4), 0.002)[: seen.shape[0]]
    mixed = np.where(known, seen, np.resize(other, seen.shape))
    alone, blind = HeldOut(mixed, known=known), HeldOut(mixed)
    assert not (alone.held & ~known).any()
    assert not (alone.used & ~known).any()
    assert alone.error(psf, 0.004) < 0.7 * blind.error(psf, 0.004)
