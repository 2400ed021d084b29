"""Smooth ground is kept, structure is restored."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import BlurEstimate, deblur, motion_psf
from skblur.restoration.ground import _noise, keep_ground, structure_weight


@pytest.fixture
def scene(photos):
    """Structure on the left, a smooth slope on the right."""
    scene = np.linspace(0.3, 0.5, 300) * np.ones((160, 1))
    scene[:, :140] = photos[5][:160, :140]
    return scene


def seen_through(scene, psf, noise, rng):
    seen = fftconvolve(scene, psf, mode="same")[10:-10, 10:-10]
    seen = seen + noise * rng.standard_normal(seen.shape)
    return (np.rint(255 * seen.clip(0, 1)) / 255).astype(np.float32)


@pytest.mark.parametrize("gamma", [1.0, 2.4])
def test_weight_is_one_on_structure_and_zero_on_ground(scene, rng, gamma):
    psf = motion_psf(15, 0)
    weight = structure_weight(seen_through(scene, psf, 0.003, rng), psf, gamma)
    assert 0 <= weight.min() <= weight.max() <= 1
    assert weight[:, :120].mean() > 0.9
    assert weight[:, 170:].max() < 0.05


def test_a_wrong_psf_does_not_ring_over_the_ground(scene, rng):
    """Non-regression test for: rings went along the rows of the whole frame."""
    seen = seen_through(scene, motion_psf(15, 0), 0.003, rng)
    wrong = BlurEstimate("motion", {"motion": 1.0}, {"length": 16.5, "angle": 0.0})
    by_estimate, by_array = (
        deblur(seen, psf, method="tv", noise=0.003, gamma=1) for psf in (wrong, wrong.psf)
    )
    truth = scene[10:-10, 10:-10]
    ground = np.s_[:, 170:250]
    off = [np.abs(p - truth)[ground].max() for p in (by_estimate, by_array)]
    assert off[0] < 0.02
    assert off[0] < 0.5 * off[1]
    there = np.s_[:, 20:90]
    np.testing.assert_allclose(by_estimate[there], by_array[there], atol=0.03)


def test_ground_is_blended_in_place(rng):
    restored, seen = rng.random((2, 20, 30)).astype(np.float32)
    kept = restored.copy()
    keep_ground(kept, seen, np.ones_like(seen))
    np.testing.assert_allclose(kept, restored)
    keep_ground(kept, np.full_like(seen, 0.25), np.zeros_like(seen))
    np.testing.assert_allclose(kept, 0.25, atol=1e-6)


def test_noise_is_measured_beside_slopes(rng):
    slope = np.add.outer(np.linspace(0, 1, 200), np.linspace(0, 0.5, 150))
    for noise in (0.005, 0.02):
        seen = slope + noise * rng.standard_normal(slope.shape)
        assert _noise(seen) == pytest.approx(noise, rel=0.1)
