import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import BlurMap, deblur, defocus_psf, motion_psf
from skblur.restoration.regions import find_regions

LEFT, RIGHT = (2, 9.0, 30.0), (3, 4.0, 0.0)


def make_map(shape, left, right):
    """A map of two halves, known for sure."""
    height, width = shape
    p = np.full((height, width, 4), 1e-4, np.float32)
    parameters = {code: np.zeros((height, width, 3), np.float32) for code in (1, 2, 3)}
    for columns, (code, size, angle) in (
        (np.s_[: width // 2], left),
        (np.s_[width // 2 :], right),
    ):
        p[:, columns, code] = 1
        if code:
            turn = np.deg2rad(2 * angle)
            parameters[code][:, columns] = size, np.cos(turn), np.sin(turn)
    return BlurMap(shape, p, parameters, first=0, stride=1)


@pytest.fixture(scope="module")
def scene(photos):
    return photos[7][100:260, 100:340].astype(np.float32)


def test_regions_are_those_of_the_map(scene):
    # Too small for a fit to their spectra.
    regions = find_regions(make_map((40, 60), LEFT, RIGHT), scene[:40, :60])
    assert len(regions) == 2
    np.testing.assert_allclose(regions[0].psf, motion_psf(9, 30), atol=1e-4)
    np.testing.assert_allclose(regions[1].psf, defocus_psf(4), atol=1e-4)
    assert regions[0].mask.mean() == regions[1].mask.mean() == 0.5
    assert find_regions(make_map(scene.shape, (0, 0, 0), (0, 0, 0)), scene) == []


def test_parameters_are_fitted_to_the_region(photos):
    """The map says 10.3 at 36 degrees, the picture 9 at 30."""
    moved = fftconvolve(photos[7], motion_psf(9, 30), mode="same").clip(0, 1)
    seen = photos[7].copy()
    seen[:, 320:] = moved[:, 320:]
    found = make_map(seen.shape, (0, 0, 0), (2, 10.3, 36.0))
    (region,) = find_regions(found, seen)
    true = motion_psf(9, 30)
    assert region.psf.shape == true.shape
    assert np.abs(region.psf - true).sum() < 0.1


def test_each_half_is_restored_by_its_own_psf(scene):
    half = scene.shape[1] // 2
    seen = scene.copy()
    seen[:, :half] = fftconvolve(scene, motion_psf(9, 30), mode="same")[:, :half]
    seen[:, half:] = fftconvolve(scene, defocus_psf(4), mode="same")[:, half:]
    seen = seen.clip(0, 1)
    found = make_map(scene.shape, LEFT, RIGHT)
    restored = deblur(seen, found, method="tv")
    assert restored.dtype == seen.dtype
    inner = np.s_[12:-12, 12:-12]
    by_one = deblur(seen, motion_psf(9, 30), method="tv")
    before, after, one = (
        np.sqrt(np.mean((picture - scene)[inner] ** 2))
        for picture in (seen, restored, by_one)
    )
    assert after < 0.75 * before
    assert after < one


@pytest.mark.parametrize("gamma", [None, 1.0, 2.4])
def test_sharp_regions_are_left_alone(scene, gamma):
    """Non-regression test for: in light they were made as soft as what was restored."""
    found = make_map(scene.shape, (0, 0, 0), RIGHT)
    restored = deblur(scene, found, method="wiener", gamma=gamma)
    far = scene.shape[1] // 2 - 30
    np.testing.assert_allclose(restored[:, :far], scene[:, :far], atol=1e-5)
    colour = np.dstack([scene] * 3)
    restored = deblur(colour, make_map(scene.shape, (0, 0, 0), (0, 0, 0)), channel_axis=-1)
    np.testing.assert_allclose(restored, colour, atol=1e-6)


def test_map_of_another_picture(scene):
    with pytest.raises(ValueError, match="the map must have the shape of the image"):
        deblur(scene, make_map((10, 10), LEFT, RIGHT))


def test_sharp_neighbours_do_not_ring(photos):
    """What lies outside of a region has not had its blur, and is taken as unknown."""
    scene = photos[5][100:260, 100:340].astype(np.float32)
    half = scene.shape[1] // 2
    seen = scene.copy()
    seen[:, half:] = fftconvolve(scene, motion_psf(9, 30), mode="same")[:, half:]
    seen = seen.clip(0, 1)
    restored = deblur(seen, make_map(scene.shape, (0, 0, 0), LEFT), method="tv")
    whole = deblur(seen, motion_psf(9, 30), method="tv", noise=0.01)
    beside = np.s_[12:-12, half + 2 : half + 25]
    error, of_whole = (np.abs(p - scene)[beside].mean() for p in (restored, whole))
    assert error < 0.5 * of_whole
