"""Where the blur differs, windows get PSFs of their own; where it does not, none does."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import deblur, estimate_blur, motion_psf
from skblur.estimation.free_psf.refit import moved_to, refit_psf
from skblur.estimation.free_psf.search import similarity
from skblur.restoration import windows
from skblur.restoration.plan import Plan, adapt
from skblur.restoration.regions import Region, regions_of
from skblur.restoration.windows import local_regions

LEFT, RIGHT = motion_psf(13, 30), motion_psf(13, 60)
ALL = Region(LEFT, np.s_[:, :])


@pytest.fixture
def small_windows(monkeypatch):
    monkeypatch.setattr(windows, "SIDE", 161)
    monkeypatch.setattr(windows, "SEAM", 16)
    # Half a window turns the PSF by more than a camera would.
    monkeypatch.setattr(windows, "ALIKE", 0)


@pytest.fixture(scope="module")
def scene(photos):
    return photos[7][:320, :480].astype(np.float32)


def blurred(scene, left, right):
    """Each half by its own PSF, and rounded."""
    seen, half = scene.copy(), scene.shape[1] // 2
    for psf, part in ((left, np.s_[:, :half]), (right, np.s_[:, half:])):
        if psf is not None:
            seen[part] = fftconvolve(scene, psf, mode="same")[part]
    return np.rint(255 * seen.clip(0, 1)).astype(np.float32) / 255


def test_a_refit_comes_from_one_psf_to_another(scene):
    seen = blurred(scene, RIGHT, RIGHT)[20:-20, 20:-20]
    found = refit_psf(seen, LEFT)
    assert found.sum() == pytest.approx(1)
    assert len(found) > len(LEFT)
    assert similarity(found, RIGHT) > 0.85 > similarity(found, LEFT)


@pytest.mark.parametrize("by", [(0, 0), (2, -1), (-3, 3)])
def test_a_psf_is_moved_back(rng, by):
    psf = np.pad(rng.random((5, 7)), ((8, 8), (7, 7)))
    psf /= psf.sum()
    moved = moved_to(np.roll(psf, by, (0, 1)), psf)
    np.testing.assert_allclose(moved, psf, atol=1e-12)


def test_one_blur_is_one_region(scene, small_windows):
    (region,) = local_regions(blurred(scene, LEFT, LEFT), ALL, 1.0)
    assert region.psf is LEFT
    assert region.weight is None


def test_each_half_gets_its_own_psf(scene, small_windows):
    regions = local_regions(blurred(scene, LEFT, RIGHT), ALL, 1.0)
    total = np.zeros(scene.shape)
    for region in regions:
        total[region.around] += region.weight
        columns = np.flatnonzero(region.weight.sum(axis=0)) + region.around[1].start
        if columns.min() > 260:
            assert similarity(region.psf, RIGHT) > similarity(region.psf, LEFT)
        if columns.max() < 220:
            assert similarity(region.psf, LEFT) > similarity(region.psf, RIGHT)
    assert len(regions) > 1
    assert total.max() < 1 + 1e-5


def test_what_is_too_different_is_not_taken(scene, small_windows, monkeypatch):
    monkeypatch.setattr(windows, "ALIKE", 0.75)
    for region in local_regions(blurred(scene, LEFT, RIGHT), ALL, 1.0):
        assert similarity(region.psf, LEFT) >= 0.75


def test_what_no_psf_explains_is_left_alone(scene, small_windows, monkeypatch):
    monkeypatch.setattr(windows, "refit_psf", lambda luma, psf: psf)
    seen = blurred(scene, LEFT, None)
    total = np.zeros(scene.shape)
    for region in local_regions(seen, ALL, 1.0):
        total[region.around] += 1 if region.weight is None else region.weight
    # Far from the seam in the middle.
    np.testing.assert_allclose(total[:, :180], 1, atol=1e-6)
    np.testing.assert_allclose(total[:, 300:], 0, atol=1e-6)


def test_what_differs_is_restored_with_more_noise(scene, small_windows):
    seen = blurred(scene, LEFT, RIGHT)
    found = estimate_blur(blurred(scene, LEFT, LEFT))
    plan = Plan(regions_of(found, seen), 1.0, "tv", 0.01, 0.0, 0.0)
    adapted = adapt(plan, seen)
    assert len(adapted.regions) > 1
    assert adapted.least_noise > plan.least_noise
    doubted = adapt(plan._replace(doubt=0.4), seen)
    assert (doubted.least_noise, doubted.doubt) == (plan.least_noise, 0.4)
    wiener = plan._replace(method="wiener")
    assert adapt(wiener, seen) is wiener


def test_halves_are_restored_better_than_by_one_psf(scene, small_windows, monkeypatch):
    seen = blurred(scene, LEFT, RIGHT)
    found = estimate_blur(blurred(scene, LEFT, LEFT))
    options = {"gamma": 1.0, "method": "tv"}
    own = deblur(seen, found, **options)
    monkeypatch.setattr(windows, "SIDE", 10_000)
    one = deblur(seen, found, **options)
    inner = np.s_[20:-20, 20:-20]
    errors = [np.mean((picture - scene)[inner] ** 2) for picture in (own, one)]
    assert errors[0] < 0.8 * errors[1]


def test_a_picture_that_nothing_explains_comes_back(scene, monkeypatch):
    monkeypatch.setattr("skblur.restoration.plan.local_regions", lambda *_: [])
    seen = blurred(scene, LEFT, LEFT)
    found = estimate_blur(seen)
    with pytest.warns(UserWarning, match="no PSF explains any part of it: motion"):
        restored = deblur(seen, found, gamma=1.0)
    np.testing.assert_array_equal(restored, seen)
