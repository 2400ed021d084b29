"""Large pictures are restored in tiles: alike, without seams, and with progress."""

import tracemalloc

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import deblur, motion_psf
from skblur.restoration import tiles
from skblur.restoration.tiles import count_tiles, restore_in_tiles


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(tiles, "LARGEST", 10_000)
    monkeypatch.setattr(tiles, "SIDE", 100)


@pytest.mark.parametrize("shape", [(120, 90), (301, 217), (100, 1000), (99, 103)])
def test_tiles_cover_the_picture_once(small_tiles, rng, shape):
    """What changes nothing changes nothing in tiles either; each sees its mask."""
    picture, mask = rng.random(shape).astype(np.float32), rng.random(shape) < 0.5
    seen = []

    def restore(part, psf, where):
        seen.append(part.shape)
        assert where.shape == part.shape
        return part * where

    found = restore_in_tiles(picture, np.ones((5, 5)), mask, restore)
    np.testing.assert_allclose(found, picture * mask, atol=1e-6)
    assert len(seen) == count_tiles(shape)


@pytest.mark.parametrize("method", ["wiener", "tv"])
def test_tiles_show_no_seams(photos, monkeypatch, rng, method):
    psf = motion_psf(11, 30)
    sharp = photos[5][:300, :360]
    seen = fftconvolve(sharp, psf, mode="valid")
    seen = (seen + 0.005 * rng.standard_normal(seen.shape)).clip(0, 1).astype(np.float32)
    options = {"method": method, "gamma": 1, "noise": 0.006}
    whole = deblur(seen, psf, **options)
    monkeypatch.setattr(tiles, "LARGEST", 10_000)
    monkeypatch.setattr(tiles, "SIDE", 150)
    shares = []
    tiled = deblur(seen, psf, report=shares.append, **options)
    assert len(shares) == count_tiles(seen.shape) == 4
    np.testing.assert_allclose(shares, [0.25, 0.5, 0.75, 1])
    half = len(psf) // 2
    truth = sharp[half:-half, half:-half]
    errors = [np.sqrt(np.mean((p - truth)[20:-20, 20:-20] ** 2)) for p in (whole, tiled)]
    assert errors[1] < 1.02 * errors[0]
    assert np.abs(whole - tiled).mean() < 0.004


def test_memory_is_that_of_few_planes(photos, monkeypatch):
    """In colour what is in memory at a time is a plane or two, whatever the picture."""
    monkeypatch.setattr(tiles, "LARGEST", 2000)
    monkeypatch.setattr(tiles, "SIDE", 40)
    grey = photos[5]
    colour = np.rint(255 * np.stack([grey, grey**1.2, grey**0.8], axis=-1)).astype("u1")
    options = {"method": "wiener", "gamma": 1, "noise": 0.01, "channel_axis": -1}
    psf = motion_psf(3, 30)
    deblur(colour[:80, :80], psf, **options)
    tracemalloc.start()
    try:
        deblur(colour, psf, **options)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The result, a plane of light and one restored, and what rounds and clips on the way.
    assert peak < 25 * grey.size, peak / grey.size
