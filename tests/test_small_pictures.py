"""Small pictures: fewer windows say less, and no answer is surer than it is right."""

from copy import copy

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import deblur, defocus_psf, estimate_blur, gaussian_psf, motion_psf
from skblur.estimation.photo_estimator import WEIGHT_OF_PIXELS
from skblur.estimation.pooling import weakened
from skblur.estimation.weighing import SURE, weigh
from skblur.models.pretrained import shipped_model

PSFS = {
    "none": np.ones((1, 1)),
    "gaussian": gaussian_psf(3),
    "motion": motion_psf(9, 30),
    "defocus": defocus_psf(4),
}


def photographs(**params):
    """The shipped estimator with other parameters; a copy, for it is everybody's."""
    return copy(shipped_model("photo")).set_params(**params)


def crops(photos, side):
    """Three parts of each photograph, under each of the blurs."""
    for photo in photos:
        for name, psf in PSFS.items():
            seen = fftconvolve(photo, psf, mode="valid").clip(0, 1)
            free = np.subtract(seen.shape, side)
            for place in (0.2, 0.5, 0.8):
                top, left = (place * free).astype(int)
                crop = seen[top : top + side, left : left + side]
                yield np.rint(255 * crop).astype(np.uint8), name


def judged(photos, side, **params):
    """Decided crops: what was named, how surely, what it is; and the share of decided."""
    estimator = photographs(**params)
    found = [
        (estimator.estimate(crop, free_psf=False), name)
        for crop, name in crops(photos, side)
    ]
    told = [(f.blur_type, f.confidence, name) for f, name in found]
    told = [each for each in told if each[0] != "undecided"]
    return *(np.array(column) for column in zip(*told, strict=True)), len(told) / len(found)


@pytest.mark.parametrize(("side", "least"), [(80, 0.6), (96, 0.75), (128, 0.9)])
def test_no_surer_than_right(photos, side, least):
    """Non-regression test for sharp pictures of 96 pixels that were motions of 20."""
    named, sure, true, decided = judged(photos, side)
    right = named == true
    assert decided >= least
    # A standard deviation of a share of so many.
    assert sure.mean() <= right.mean() + np.sqrt(0.1 / len(right))
    assert np.sum(~right & (sure >= 0.8)) <= 0.02 * len(right)
    assert np.sum(named[true == "none"] == "motion") <= 4


@pytest.mark.parametrize("side", [80, 96])
def test_without_it_they_would_be(photos, side):
    """Too sure by more than twice as much, and twice as often sure and wrong."""
    too_sure, wrong = [], []
    for params in ({}, {"sure_side": 1}):
        named, sure, true, _ = judged(photos, side, **params)
        too_sure.append(sure.mean() - np.mean(named == true))
        wrong.append(np.mean((named != true) & (sure >= 0.8)))
    assert too_sure[1] > max(2 * too_sure[0], 0.03)
    assert wrong[1] > max(2 * wrong[0], 0.02)


@pytest.mark.parametrize("shape", [(256, 256), (128, 512)])
def test_of_enough_pixels_nothing_changes(photos, shape):
    seen = fftconvolve(photos[4], motion_psf(12, 30), mode="valid").clip(0, 1)
    seen = np.tile(seen, (1, 2))[: shape[0], : shape[1]]
    expected = photographs(sure_side=1)
    assert estimate_blur(seen).to_dict() == expected.estimate(seen).to_dict()


def test_evidence_goes_with_the_number_of_pixels(photos):
    """A sixteenth of them: logarithms are 2.4 times smaller, and deviations larger."""
    times = 16**WEIGHT_OF_PIXELS
    seen = fftconvolve(photos[4], motion_psf(9, 30), mode="valid").clip(0, 1)
    for crop in (seen[:128, :128], seen[:64, :256]):
        plain, weak = (photographs(sure_side=side).estimate(crop) for side in (1, 512))
        p, q = (np.array([*each.probabilities.values()]) for each in (plain, weak))
        np.testing.assert_allclose(
            np.diff(np.log(q)), np.diff(np.log(p)) / times, rtol=1e-6
        )
    plain, weak = (
        photographs(sure_side=side, min_confidence=0).estimate(seen[:128, :128])
        for side in (1, 512)
    )
    assert plain.parameters == weak.parameters
    for name in plain.std:
        assert weak.std[name] == pytest.approx(times * plain.std[name])


def test_the_likeliest_stays(rng):
    p = rng.dirichlet(np.ones(4))
    for evidence in (0.3, 0.9):
        weak = weakened(p, evidence)
        assert weak.sum() == pytest.approx(1)
        np.testing.assert_array_equal(np.argsort(weak), np.argsort(p))
    assert weakened(p, 1) is p


def test_too_small_to_tell(photos):
    """Non-regression test for small pictures of structure that were said to have none."""
    sharp = photos[4][100:260, 100:260]
    for side, reason in (
        (63, "the picture is smaller than 64 x 64 pixels"),
        (64, "too small: it has room for 1 of 4 windows of 64 x 64"),
        (79, "too small: it has room for 1 of 4 windows of 64 x 64"),
    ):
        assert reason in estimate_blur(sharp[:side, :side]).reason
    estimator = photographs(sure_side=10**4)
    found = estimator.estimate(sharp)
    assert found.reason == "the picture is too small to tell"
    assert found.probabilities


@pytest.mark.parametrize("place", [(0, 162, 10, 128), (4, 101, 125, 160)])
def test_small_sharp_pictures_are_left_alone(photos, place):
    """A free PSF fits their few edges: deblurred by it they were at 20 dB of themselves."""
    index, top, left, side = place
    crop = photos[index][top : top + side, left : left + side].astype(np.float32)
    found = estimate_blur(crop)
    assert found.confidence < SURE
    assert weigh(found, crop).blur_type == "motion"
    assert found.blur_type == "none"
    with pytest.warns(UserWarning, match="left unchanged: its blur: none"):
        restored = deblur(crop)
    np.testing.assert_array_equal(restored, crop)
