import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import (
    BlurEstimate,
    defocus_psf,
    estimate_blur,
    estimate_many,
    load_pretrained,
    motion_psf,
)
from skblur.blurs.shake import bowed_psf, hand_psf
from skblur.estimation.weighing import extent, with_free_psf
from skblur.images.light import from_light, to_light
from skblur.metrics import angle_error


@pytest.mark.parametrize("length", [6.0, 13.5, 31.0])
@pytest.mark.parametrize("angle", [0.0, 27.0, 90.0, 140.0])
def test_extent_of_a_straight_motion_is_its_own(length, angle):
    found_length, found_angle, _ = extent(motion_psf(length, angle))
    assert found_length == pytest.approx(length, abs=0.9)
    assert angle_error(found_angle, angle) < 3


def test_extent_does_not_depend_on_where_the_path_lies():
    psf = motion_psf(9, 40)
    moved = np.pad(psf, 8)[3:-3, 5:-5]
    moved = np.roll(np.pad(psf, 8), (3, -4), (0, 1))
    for first, second in zip(extent(psf)[:2], extent(moved)[:2], strict=True):
        assert first == pytest.approx(second, abs=0.05)


def seen_through(photo, psf):
    seen = fftconvolve(photo, psf, mode="valid").clip(0, 1)
    return (np.rint(255 * seen) / 255).astype(np.float32)


def overlap(a, b):
    """Largest normalised correlation of two PSFs."""
    peak = fftconvolve(a, b[::-1, ::-1]).max()
    return peak / np.sqrt((a**2).sum() * (b**2).sum())


def test_a_straight_motion_stays_ideal(photos):
    found = estimate_blur(seen_through(photos[4], motion_psf(15, 30)), free_psf=True)
    assert found.blur_type == "motion"
    assert found.free_psf is None
    assert found.length == pytest.approx(15, abs=0.3)


@pytest.mark.parametrize(("length", "angle"), [(15, 59), (10, 72)])
def test_a_straight_motion_of_light_stays_ideal(photos, length, angle):
    """A free PSF fits what the tone curve makes of it, and predicts values better."""
    light = fftconvolve(to_light(photos[1], 2.4), motion_psf(length, angle), mode="valid")
    values = np.rint(255 * from_light(light.clip(0, 1), 2.4)) / 255
    found = estimate_blur(values.astype(np.float32))
    assert found.misfit > load_pretrained().max_misfit
    assert found.free_psf is None
    assert found.length == pytest.approx(length, abs=0.3)
    assert angle_error(found.angle, angle) < 2


def test_a_defocus_stays_ideal(photos):
    found = estimate_blur(seen_through(photos[4], defocus_psf(5)), free_psf=True)
    assert found.blur_type == "defocus"
    assert found.free_psf is None


def test_a_bent_path_is_found(photos, monkeypatch):
    monkeypatch.setattr("skblur.blurs.shake.BOW", 0.8)
    path = bowed_psf(20, 30, random_state=3)
    seen = seen_through(photos[4], path)
    found = estimate_blur(seen)
    assert found.blur_type == "motion"
    assert found.free_psf is not None
    assert found.psf.sum() == pytest.approx(1)
    assert found.psf.min() >= 0
    ideal = estimate_blur(seen, free_psf=False)
    assert ideal.free_psf is None
    assert overlap(found.psf, path) > overlap(ideal.psf, path)
    assert "motion, length" in str(found)


@pytest.mark.parametrize(
    ("index", "angle", "seed", "by_itself"),
    [(2, 0, 0, "none"), (2, 120, 1, "none"), (6, 30, 1, "none"), (4, 30, 1, "motion")],
)
def test_a_shake_after_a_rest_is_found(photos, index, angle, seed, by_itself):
    """Double edges, one of them sharp: the spectrum is nearly that of a sharp picture."""
    rest = np.zeros_like(path := hand_psf(14, angle, random_state=seed))
    rest[len(rest) // 2, len(rest) // 2] = 1
    seen = seen_through(photos[index][:400, :400], (rest + path) / 2)
    by_spectrum = estimate_blur(seen, free_psf=False)
    assert by_spectrum.blur_type == by_itself
    found = estimate_blur(seen)
    assert found.blur_type == "motion"
    assert found.length == pytest.approx(14, abs=2)
    assert angle_error(found.angle, angle) < 6
    assert found.confidence < 1 - by_spectrum.confidence / 2 + 1e-6


@pytest.mark.parametrize("free_psf", [False, np.False_, "auto"])
def test_an_estimator_knows_whether_to_look(photos, monkeypatch, free_psf):
    """Non-regression test for: predict and score always did, which takes most of the time.

    Whoever asks the estimator gets what the verb says of it.
    """
    monkeypatch.setattr("skblur.blurs.shake.BOW", 0.8)
    seen = seen_through(photos[4], bowed_psf(20, 30, random_state=3))
    expected = estimate_blur(seen, free_psf=free_psf)
    assert (expected.free_psf is not None) == (free_psf == "auto")
    model = load_pretrained().set_params(free_psf=free_psf)
    ((_, of_many),) = estimate_many([seen], model=model)
    assert estimate_blur(seen, model=model) == model.estimate(seen) == of_many == expected
    target = [2, expected.length, expected.angle]
    assert model.predict([seen]).tolist() == [target]
    assert model.predict_proba([seen])[0, 2] == expected.confidence
    assert model.score([seen], [target]) == 1
    # What is asked for by the way counts.
    other = False if free_psf == "auto" else "auto"
    found = estimate_blur(seen, free_psf=other, model=model)
    assert found == model.estimate(seen, free_psf=other) != expected


def path_and_disc():
    return hand_psf(12, 30, random_state=4).astype(np.float32), defocus_psf(4)


def test_a_path_that_was_taken_for_a_disc_is_a_motion():
    """And what spoke for the disc speaks for it."""
    path, disc = path_and_disc()
    p = {"none": 0.05, "gaussian": 0.05, "motion": 0.2, "defocus": 0.7}
    ideal = BlurEstimate("defocus", p, {"radius": 4.0}, {"radius": 0.1}, misfit=0.9)
    found = with_free_psf(ideal, path)
    assert found.blur_type == "motion"
    assert found.confidence == pytest.approx(0.9)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.length == pytest.approx(12, abs=1.5)
    np.testing.assert_allclose(found.psf, path / path.sum(), rtol=1e-6)
    kept = with_free_psf(ideal, disc)
    assert (kept.blur_type, kept.radius, kept.probabilities) == ("defocus", 4.0, p)
    assert kept.free_psf is not None


def test_of_what_spoke_for_sharpness_half_speaks_for_the_motion():
    """A free PSF fits sharp pictures a little, too; it is named, but not for sure."""
    path, _ = path_and_disc()
    sharp = BlurEstimate("none", {"none": 0.6, "motion": 0.3, "defocus": 0.1})
    found = with_free_psf(sharp, path)
    assert found.blur_type == "motion"
    expected = {"none": 0.3, "motion": 0.6, "defocus": 0.1}
    assert found.probabilities == pytest.approx(expected)


def test_a_model_that_knows_no_motion_names_none(photos):
    """Non-regression test for: what seemed sharp was called shaken all the same."""
    rest = np.zeros_like(path := hand_psf(14, 0, random_state=0))
    rest[len(rest) // 2, len(rest) // 2] = 1
    seen = seen_through(photos[2][:400, :400], (rest + path) / 2)
    model = load_pretrained()
    p = estimate_blur(seen, free_psf=False).probabilities
    assert estimate_blur(seen).blur_type == "motion"
    known = {name: value for name, value in p.items() if name != "motion"}
    model._judge = lambda *_: BlurEstimate("none", known)
    assert model.estimate(seen).blur_type == "none"
