import json

import numpy as np
import pytest
from scipy.signal import fftconvolve
from skimage import data

from skblur import (
    BlurEstimate,
    defocus_psf,
    estimate_blur,
    gaussian_psf,
    load_pretrained,
    motion_psf,
)
from skblur.camera import Camera, take_photo
from skblur.metrics import angle_error


def blurred(photo, psf):
    seen = fftconvolve(photo, psf, mode="valid")
    return (np.rint(np.clip(seen, 0, 1) * 255)).astype(np.uint8)


def test_gaussian(photos):
    found = estimate_blur(blurred(photos[0], gaussian_psf(2.5)))
    assert found.blur_type == "gaussian"
    assert found.sigma == pytest.approx(2.5, abs=0.5)
    assert found.length is found.angle is found.radius is None
    assert len(found.psf) == 2 * int(np.ceil(3 * found.sigma)) + 1


def test_motion(photos):
    found = estimate_blur(blurred(photos[4], motion_psf(12, 30)))
    assert found.blur_type == "motion"
    assert found.length == pytest.approx(12, abs=3)
    assert angle_error(found.angle, 30) < 5
    np.testing.assert_allclose(found.psf, motion_psf(found.length, found.angle))
    assert set(found.std) == {"length", "angle"}


def test_defocus(photos):
    found = estimate_blur(blurred(photos[-1], defocus_psf(5)))
    assert found.blur_type == "defocus"
    assert found.radius == pytest.approx(5, abs=1)
    assert 0 < found.std["radius"] < 2


def test_the_clock():
    found = estimate_blur(data.clock())
    assert found.blur_type == "motion"
    assert angle_error(found.angle, 0) < 10
    assert str(found).startswith("motion, length ")


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_turning_the_picture_turns_the_angle(photos, quarter_turns):
    picture = blurred(photos[4], motion_psf(12, 30))
    found = estimate_blur(np.rot90(picture, quarter_turns))
    assert found.blur_type == "motion"
    assert angle_error(found.angle, 30 + 90 * quarter_turns) < 5


def test_probabilities_and_confidence(photos):
    found = estimate_blur(blurred(photos[4], motion_psf(12, 30)))
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.confidence == max(found.probabilities.values())


def test_colour_dtype_and_alpha_say_the_same(photos):
    grey = blurred(photos[4], motion_psf(12, 30))
    plain = estimate_blur(grey).to_dict()
    opaque = np.dstack([grey, grey, grey, 255 - grey])
    for image, axis in (
        (grey / 255, None),
        (grey.astype(np.uint16) * 257, None),
        (opaque, -1),
        (np.moveaxis(opaque, 2, 0), 0),
    ):
        found = estimate_blur(image, channel_axis=axis).to_dict()
        assert found["blur_type"] == plain["blur_type"]
        assert found["length"] == pytest.approx(plain["length"], abs=0.05)


def test_nothing_to_see_is_undecided():
    found = estimate_blur(np.full((200, 200), 128, np.uint8))
    assert found.blur_type == "undecided"
    assert found.confidence == 0
    assert "structure" in str(found)
    np.testing.assert_array_equal(found.psf, [[1]])
    assert found.to_dict()["reason"]


def test_too_small():
    found = estimate_blur(np.zeros((63, 200)))
    assert str(found) == "undecided (the picture is smaller than 64 x 64 pixels)"
    with pytest.raises(
        ValueError, match=r"image must be at least 32 x 32 pixels, got \(20, 50\)"
    ):
        estimate_blur(np.zeros((20, 50)), model=load_pretrained("patch32"))


def test_noise_is_undecided(rng):
    found = estimate_blur(rng.uniform(0.3, 0.7, (200, 200)))
    assert str(found) == "undecided (the picture is mere noise)"


def test_text_on_white_is_undecided(rng):
    page = np.ones((300, 300))
    page[::20, 30:270] = 0
    assert estimate_blur(page).blur_type == "undecided"


def test_sharp_photographs_are_none(photos):
    found = [estimate_blur(photo).blur_type for photo in photos]
    assert found.count("none") >= 0.7 * len(photos)


@pytest.mark.parametrize(
    ("kind", "size", "psf"),
    [
        ("motion", 9.0, motion_psf(9, 30)),
        ("defocus", 3.0, defocus_psf(3)),
        ("defocus", 5.0, defocus_psf(5)),
    ],
)
def test_deviations_hold_for_what_is_blurred_in_light(photos, kind, size, psf):
    """Non-regression test for deviations of spectra that are just a convolution's."""
    off = []
    for photo in photos:
        seen = take_photo(photo, psf, Camera(), random_state=0)
        found = estimate_blur(seen, free_psf=False)
        if found.blur_type == kind:
            (name, value), *_ = found.parameters.items()
            off.append(abs(value - size) / found.std[name])
    assert len(off) >= 7
    assert np.median(off) < 1.5
    assert np.mean(np.array(off) < 3) >= 0.9


def test_own_model(photos):
    """A model of patches has its votes counted, one of spectra is used as the shipped."""
    picture = blurred(photos[4], motion_psf(12, 30))
    by_patches = estimate_blur(picture, model=load_pretrained("patch32"))
    assert by_patches.blur_type == "motion"
    assert by_patches.length == pytest.approx(12, abs=3)
    assert "none" not in by_patches.probabilities
    by_spectra = estimate_blur(picture, model=load_pretrained("photo"))
    assert by_spectra.to_dict() == estimate_blur(picture).to_dict()


@pytest.mark.parametrize(
    ("psf", "name", "size"),
    [
        (motion_psf(45, 30), "length", 45),
        (defocus_psf(22), "radius", 22),
        (gaussian_psf(11), "sigma", 11),
    ],
)
def test_wide_blurs_are_met_up_the_pyramid(photos, psf, name, size):
    scene = np.kron(photos[0], np.ones((2, 2), np.float32))
    found = estimate_blur(blurred(scene, psf))
    assert getattr(found, name) == pytest.approx(size, rel=0.06)


def test_an_angle_that_cannot_be_told_is_that_of_the_axis(photos):
    """A motion of 7 pixels 5 degrees off the axis stays within a row of pixels."""
    psf = motion_psf(7, 5)
    assert psf[len(psf) // 2].sum() == pytest.approx(1)
    found = estimate_blur(blurred(photos[4], motion_psf(7, 5)))
    assert found.angle == 0
    assert found.std["angle"] > 3


def test_image_is_left_alone(photos):
    picture = photos[0].copy()
    estimate_blur(picture)
    np.testing.assert_array_equal(picture, photos[0])


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (BlurEstimate("none", {"none": 1.0}), "none (confidence 1.00)"),
        (
            BlurEstimate("gaussian", {"gaussian": 0.5}, {"sigma": 1}),
            "gaussian, sigma 1.0 px (confidence 0.50)",
        ),
        (BlurEstimate("undecided", {}), "undecided"),
    ],
)
def test_one_line(found, line):
    assert str(found) == line
    assert json.loads(json.dumps(found.to_dict()))["blur_type"] == found.blur_type
    assert found.psf.sum() == pytest.approx(1)


@pytest.mark.parametrize("model", [None, load_pretrained("patch32")])
def test_free_psf_is_one_of_its_values(photos, model):
    """Non-regression test for: what was refused for many was "auto" for one."""
    with pytest.raises(ValueError, match="free_psf must be True, False or 'auto', got"):
        estimate_blur(photos[0], free_psf="never", model=model)
    with pytest.raises(ValueError, match="free_psf must be True, False or 'auto', got"):
        load_pretrained("photo").estimate(photos[0], free_psf="never")
    with pytest.raises(ValueError, match="free_psf must be True, False or 'auto', got"):
        load_pretrained("photo").set_params(free_psf="never").predict(photos[:1])


@pytest.mark.parametrize("model", [object(), "photo", load_pretrained("window64")])
def test_models_that_do_not_estimate(photos, model):
    """Non-regression test for: an attribute or an argument was said to be missing."""
    message = f"model must be a fitted estimator .* got a {type(model).__name__}"
    with pytest.raises(TypeError, match=message):
        estimate_blur(photos[0], model=model)


def test_a_model_of_any_class(photos):
    class Own:
        def estimate(self, image, *, channel_axis, free_psf):
            return image, channel_axis, free_psf

    assert estimate_blur(photos[0], model=Own()) == (photos[0], None, "auto")
