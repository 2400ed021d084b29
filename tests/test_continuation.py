"""A picture is continued around its grid without steps."""

import numpy as np
import pytest

from skblur.deconvolution.continuation import continue_around, mirror_around


@pytest.mark.parametrize("shape", [(40, 50), (1, 9), (33, 28)])
@pytest.mark.parametrize("gap", [0, 1, 7, 30])
def test_the_picture_stays_and_the_rest_lies_between(shape, gap, rng):
    picture = rng.random(shape, dtype=np.float32)
    grid = continue_around(picture, tuple(n + gap for n in shape))
    assert grid.dtype == picture.dtype
    np.testing.assert_array_equal(grid[: shape[0], : shape[1]], picture)
    assert picture.min() - 1e-6 <= grid.min() <= grid.max() <= picture.max() + 1e-6


def test_a_slope_wraps_around_without_a_step():
    """Side by side, its two ends are a step of 1."""
    slope = np.linspace(0, 1, 101, dtype=np.float32) * np.ones((80, 1), np.float32)
    grid = continue_around(slope + slope[:80, :80].T[:, :1], (110, 131))
    for axis in (0, 1):
        steps = np.diff(grid, axis=axis, append=grid.take([0], axis))
        assert np.abs(steps).max() < 0.08


def test_every_side_is_continued_alike(rng):
    picture = rng.random((30, 44), dtype=np.float32)
    down, across = continue_around(picture, (50, 60)), continue_around(picture.T, (60, 50))
    np.testing.assert_allclose(down[:30, 44:], across.T[:30, 44:], atol=1e-6)
    np.testing.assert_allclose(down[30:, :44], across.T[30:, :44], atol=1e-6)


def test_a_mirror_shows_each_border_twice(rng):
    picture = rng.random((12, 15), dtype=np.float32)
    grid = mirror_around(picture, (16, 20))
    np.testing.assert_array_equal(grid[:12, :15], picture)
    np.testing.assert_array_equal(grid[12:14, :15], picture[:-3:-1])
    np.testing.assert_array_equal(grid[14:, :15], picture[1::-1])
    np.testing.assert_array_equal(grid[:12, 15:18], picture[:, :-4:-1])
    np.testing.assert_array_equal(grid[:12, 18:], picture[:, 1::-1])
