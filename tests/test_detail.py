"""Detail joins what windows say: all where it agrees, nothing where it knows nothing."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from skblur.mapping.detail import log_detail, with_detail

WINDOWS = np.arange(1, 20, 3), np.arange(0, 30, 3)
TELLING = np.ones((7, 10), bool)


@pytest.fixture
def detail(rng):
    return gaussian_filter(rng.standard_normal((20, 30)), 2)


def test_odds_that_follow_detail_stay(detail):
    odds = 3 * detail - 0.5
    joined = with_detail(odds, detail, WINDOWS, TELLING)
    np.testing.assert_allclose(joined, odds, atol=1e-9)


def test_between_the_windows_detail_is_read(detail):
    """Odds that are known at windows only: elsewhere half of what the line says is in."""
    odds = np.zeros_like(detail)
    odds[np.ix_(*WINDOWS)] = 2 * detail[np.ix_(*WINDOWS)]
    joined = with_detail(odds, detail, WINDOWS, TELLING)
    between = odds == 0
    np.testing.assert_allclose(joined[between], detail[between], atol=1e-9)


@pytest.mark.parametrize("sign", [-1, 0])
def test_odds_that_do_not_follow_detail_stay(detail, sign):
    odds = sign * detail + 1
    np.testing.assert_array_equal(with_detail(odds, detail, WINDOWS, TELLING), odds)


def test_of_few_windows_nothing_is_learned(detail):
    few = TELLING & (np.arange(10) < 1)
    odds = 3 * detail**2
    np.testing.assert_array_equal(with_detail(odds, detail, WINDOWS, few), odds)


def test_windows_that_do_not_tell_do_not_teach(detail, rng):
    telling = rng.random(TELLING.shape) < 0.5
    odds = 3 * detail
    wrong = odds.copy()
    rows, columns = np.ix_(*WINDOWS)
    wrong[rows, columns] = np.where(telling, wrong[rows, columns], 50)
    joined = with_detail(wrong, detail, WINDOWS, telling)
    right = wrong == odds
    np.testing.assert_allclose(joined[right], odds[right], atol=1e-9)


def test_blur_takes_detail_away(photos):
    sharp = photos[5].astype(np.float32)
    seen = sharp.copy()
    seen[:, 240:] = gaussian_filter(sharp, 2)[:, 240:]
    before, after = log_detail(sharp, 4), log_detail(seen, 4)
    assert before.shape == (-(-sharp.shape[0] // 4), -(-sharp.shape[1] // 4))
    np.testing.assert_allclose(after[:, :40], before[:, :40], atol=1e-3)
    assert (after[:, 80:] < before[:, 80:] - 0.3).mean() > 0.9
