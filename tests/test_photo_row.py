"""The row of a photograph: orientation, levels, and the transforms behind it."""

import numpy as np
import pytest

from skblur.blurs.types import parametric_types
from skblur.estimation.levels import Levels, spectra_of
from skblur.images.channels import ROUNDING_NOISE
from skblur.images.scale import halve
from skblur.spectra.levels import CONTRAST, as_spectra, at_contrast, largest_level
from skblur.spectra.photo_row import N_FEATURES, WAYS, photo_row
from skblur.spectra.welch import seen_by_windows
from skblur.spectra.windows import half_planes, hann_transforms, lay_windows


@pytest.fixture(scope="module")
def luma(photos):
    return photos[5][:257, :320].astype(np.float32)


def test_what_windows_show_is_their_mean_power_and_mean_log(luma):
    seen = seen_by_windows(luma, (64, 64), logs=True)
    windows = lay_windows(luma, (64, 64)).reshape(-1, 64, 64)
    power = np.abs(hann_transforms(windows).astype(complex)) ** 2
    assert seen.n_windows == len(power)
    np.testing.assert_allclose(seen.power, half_planes(power.mean(axis=0)), rtol=1e-4)
    logs = np.log1p(power / ROUNDING_NOISE).mean(axis=0)
    np.testing.assert_allclose(seen.log_level, half_planes(logs), rtol=1e-3)


def test_the_row_of_another_orientation_is_one_of_its_ways(photos):
    # At each level what windows leave over is even, and opposite borders share it.
    luma = photos[5][:296, :360].astype(np.float32)
    row = photo_row(luma)
    assert row.shape == (N_FEATURES,)
    assert 0 <= row.min() <= row.max() <= 1
    ways = row[WAYS]
    np.testing.assert_array_equal(ways[0], row)
    for turned in (luma[:, ::-1], luma[::-1], luma.T, luma[::-1].T):
        other = photo_row(np.ascontiguousarray(turned))
        away = np.abs(ways - other).max(axis=1)
        assert away.min() < 1e-4
        assert away.max() > 0.02


def test_ways_are_a_group(luma):
    """Each is its own inverse, and two in turn are a third."""
    every = np.arange(N_FEATURES)
    for way in WAYS:
        np.testing.assert_array_equal(np.sort(way), every)
        np.testing.assert_array_equal(every[way][way], every)
        for other in WAYS:
            assert any((every[way][other] == each).all() for each in WAYS)


def test_brightness_hardly_changes_it(luma):
    np.testing.assert_allclose(photo_row(0.5 * luma), photo_row(luma), atol=0.15)


def test_a_small_picture_has_zeros_for_what_it_lacks(luma):
    row = photo_row(luma[:100, :100])
    assert (row == 0).sum() > N_FEATURES / 2
    both = photo_row(luma), photo_row(halve(luma))
    assert np.abs(both[0] - both[1]).max() > 0.05


def test_a_level_is_looked_at_once(luma):
    levels = Levels(luma)
    assert levels[1] is levels.pair(0)[1]
    assert levels.pair(1)[0] is levels[1]
    assert levels[3] is None


def test_a_spectrum_at_a_contrast_is_that_of_the_power_scaled_to_it(luma):
    power = seen_by_windows(luma, (64, 64), logs=False).power.astype(float)
    (spectrum,) = as_spectra(power[:, None].copy(), (64, 64))
    found = at_contrast(spectrum[None], np.array([largest_level(power)]))
    # Of a whole plane the mean is that of the variance, by which windows are scaled.
    variance = np.expm1(spectrum * largest_level(power)).mean() * ROUNDING_NOISE
    scaled = power * (CONTRAST**2 / variance)
    np.testing.assert_allclose(found, as_spectra(scaled[:, None], (64, 64)), rtol=1e-9)
    nothing = np.zeros((1, 4096), np.float32)
    np.testing.assert_array_equal(at_contrast(nothing, np.ones(1, np.float32)), nothing)


def test_what_tells_a_type_without_zeros_does_not_depend_on_the_brightness(luma):
    pairs = [Levels(times * luma).pair(0) for times in (1.0, 0.25)]
    for kind in parametric_types():
        bright, dark = (spectra_of(pair, kind) for pair in pairs)
        assert bright.dtype == dark.dtype == np.float32
        same = np.allclose(bright, dark, atol=1e-4)
        assert same != kind.has_zeros
