"""The blocks of JPEG, which say that a picture was blurred before it was compressed."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import deblur, defocus_psf, estimate_blur, motion_psf
from skblur.blurs.shake import hand_psf
from skblur.camera.steps import compress
from skblur.images.jpeg_grid import has_jpeg_grid
from skblur.restoration.deblur import restore

OPTIONS = {"method": "auto", "noise": None, "channel_axis": None, "report": None}


def blurred(photo, psf):
    seen = fftconvolve(photo, psf, mode="valid").clip(0, 1)
    return np.rint(255 * seen).astype(np.float32) / np.float32(255)


def compressed(picture, quality):
    return compress(picture[None], quality)[0]


@pytest.mark.parametrize(
    "psf", [motion_psf(9, 30), defocus_psf(4)], ids=["motion", "defocus"]
)
def test_what_was_compressed_after_the_blur_has_it(photos, psf):
    seen = [blurred(photo, psf) for photo in photos]
    assert not any(has_jpeg_grid(each) for each in seen)
    for quality in (75, 90, 95):
        found = [has_jpeg_grid(compressed(each, quality)) for each in seen]
        assert np.mean(found) >= 0.9


def test_blur_wipes_it_out(photos):
    for photo in photos:
        picture = compressed(photo, 80)
        assert not has_jpeg_grid(blurred(picture, motion_psf(9, 30)))


def test_it_goes_both_ways_from_wherever_the_picture_was_cropped(photos):
    picture = compressed(blurred(photos[4], defocus_psf(4)), 85)
    for crop in (picture, picture.T, picture[::-1], picture[3:, 5:]):
        assert has_jpeg_grid(crop)
    # Blocks of other columns in every row: none are left across, or down.
    rolled = np.stack([np.roll(row, 3 * i) for i, row in enumerate(picture)])
    assert not has_jpeg_grid(rolled)
    assert not has_jpeg_grid(rolled.T)


def test_without_structure_there_is_none():
    assert not has_jpeg_grid(np.full((200, 200), 0.5, np.float32))
    assert not has_jpeg_grid(np.random.default_rng(0).random((200, 200), np.float32))
    assert not has_jpeg_grid(np.zeros((64, 20), np.float32))
    # An edge in every row at the border of two blocks.
    edge = np.zeros((200, 200), np.float32)
    edge[:, 104:] = 1
    assert not has_jpeg_grid(edge)


@pytest.fixture(scope="module")
def shaken(photos):
    """Shaken in values, as held-out pixels say of most real photographs, and compressed."""
    psf = hand_psf(14, 30, random_state=3)
    return compressed(blurred(photos[4][:300, :300], psf), 90)


def test_its_light_is_a_camera_s_where_a_hand_shook(shaken):
    """Non-regression test for: most real photographs were taken for blurs of values."""
    found = estimate_blur(shaken)
    assert found.free_psf is not None
    for psf in (None, found):
        restored = deblur(shaken, psf)
        np.testing.assert_array_equal(restored, deblur(shaken, psf, gamma=2.4))
        assert (restored != shaken).any()


def test_an_ideal_shape_tells_its_light_by_itself(photos):
    """What a program blurred and wrote as JPEG is restored in values."""
    picture = compressed(blurred(photos[4][:300, :300], defocus_psf(4)), 90)
    assert has_jpeg_grid(picture)
    told, given = (restore(picture, None, gamma=g, **OPTIONS).plan for g in (None, 1))
    assert told.gamma == given.gamma == 1
    assert told.doubt > given.doubt == 0
