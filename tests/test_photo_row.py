"""The row of a photograph: orientation, levels, and the transforms behind it."""

import numpy as np
import pytest

from skblur.estimation.levels import Levels
from skblur.images.channels import ROUNDING_NOISE
from skblur.images.scale import halve
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


def test_the_row_of_another_orientation_is_one_of_its_ways(luma):
    luma = luma[:256, :256]
    row = photo_row(luma)
    assert row.shape == (N_FEATURES,)
    assert 0 <= row.min() <= row.max() <= 1
    ways = row[WAYS]
    np.testing.assert_array_equal(ways[0], row)
    for turned in (luma[:, ::-1], luma[::-1], luma.T, luma[::-1].T):
        other = photo_row(np.ascontiguousarray(turned))
        away = np.abs(ways - other).max(axis=1)
        # Halving and laying windows look at the same pixels from the other end.
        assert away.min() < 0.02 < away.max()


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
