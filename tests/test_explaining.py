"""By what a photograph was blurred, and in which light."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import defocus_psf, motion_psf
from skblur.blurs.iris import iris_psf
from skblur.blurs.shake import hand_psf
from skblur.estimation.explaining import explain, spread
from skblur.images.light import from_light, to_light
from skblur.models.pretrained import shipped_model


def seen_through(photo, psf, gamma):
    light = to_light(photo[:300, :340].astype(np.float64), gamma)
    values = from_light(fftconvolve(light, psf, mode="valid"), gamma)
    return (np.rint(255 * values.clip(0, 1)) / 255).astype(np.float32)


@pytest.mark.parametrize("gamma", [1.0, 2.4])
@pytest.mark.parametrize(
    ("psf", "name"), [(motion_psf(11, 30), "motion"), (defocus_psf(4), "defocus")]
)
def test_the_shape_is_found_in_its_light(photos, psf, name, gamma):
    found, *_ = explain(shipped_model("photo"), seen_through(photos[4], psf, gamma))
    assert found.gamma == gamma
    assert found.estimate.blur_type == name
    assert found.estimate.free_psf is None
    size = found.estimate.length or found.estimate.radius
    assert size == pytest.approx(11 if name == "motion" else 4, rel=0.03)


def test_of_few_pixels_no_free_psf_is_looked_for(photos):
    """Non-regression test for: of crops of 128 pixels a side two in five were harmed."""
    seen = seen_through(photos[4], hand_psf(12, 30, random_state=1), 1)
    for side, is_free in ((128, False), (270, True)):
        told = explain(shipped_model("photo"), seen[:side, :side], 1.0)
        assert any(e.estimate.free_psf is not None for e in told) == is_free


def test_a_lens_that_is_no_disc_keeps_its_name(photos):
    """Non-regression test for: what its free PSF undoes better was called a motion."""
    seen = seen_through(photos[4], iris_psf(6, random_state=6), 1)
    found, *_ = explain(shipped_model("photo"), seen, 1.0)
    assert found.estimate.free_psf is not None
    assert found.estimate.blur_type == "defocus"


def test_a_given_light_is_kept(photos):
    seen = seen_through(photos[4], motion_psf(11, 30), 1)
    assert all(e.gamma == 2.4 for e in explain(shipped_model("photo"), seen, 2.4))


def test_a_wandering_path_is_a_free_psf(photos):
    path = hand_psf(17, 30, random_state=1)
    found, *_ = explain(shipped_model("photo"), seen_through(photos[4], path, 1), 1.0)
    assert found.estimate.blur_type == "motion"
    psf = found.estimate.free_psf
    assert psf is not None
    peak = fftconvolve(psf, path[::-1, ::-1]).max()
    assert peak > 0.7 * np.sqrt((psf**2).sum() * (path**2).sum())


def test_what_is_sharp_or_empty_is_left_alone(photos):
    (sharp,) = explain(shipped_model("photo"), photos[2].astype(np.float32))
    assert sharp.error == np.inf
    (empty,) = explain(shipped_model("photo"), np.full((80, 90), 0.4, np.float32))
    assert empty.estimate.blur_type == "undecided"
    (small,) = explain(shipped_model("photo"), photos[2][:50, :50].astype(np.float32), 2.4)
    assert (small.estimate.blur_type, small.gamma) == ("undecided", 2.4)


def test_spread_is_that_of_a_segment():
    """Its variance is a twelfth of its square, of which each axis has half."""
    for angle in (0, 30, 90):
        assert spread(motion_psf(24, angle)) == pytest.approx(24 / np.sqrt(24), rel=0.02)
    assert spread(np.ones((1, 1))) == 0
