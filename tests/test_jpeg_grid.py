"""The blocks of JPEG, which say that a picture was blurred before it was compressed."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from scipy.signal import fftconvolve

from skblur import deblur, defocus_psf, motion_psf
from skblur.images.jpeg_grid import has_jpeg_grid
from skblur.images.light import from_light, to_light


def blurred(photo, psf, gamma=1.0):
    light = fftconvolve(to_light(photo, gamma), psf, mode="valid").clip(0, 1)
    return np.rint(255 * from_light(light, gamma)).astype(np.uint8)


def compressed(picture, quality):
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def luma(picture):
    return picture.astype(np.float32) / 255


@pytest.mark.parametrize(
    "psf", [motion_psf(9, 30), defocus_psf(4)], ids=["motion", "defocus"]
)
def test_what_was_compressed_after_the_blur_has_it(photos, psf):
    seen = [blurred(photo, psf) for photo in photos]
    assert not any(has_jpeg_grid(luma(each)) for each in seen)
    for quality in (75, 90, 95):
        found = [has_jpeg_grid(luma(compressed(each, quality))) for each in seen]
        assert np.mean(found) >= 0.9


def test_blur_wipes_it_out(photos):
    for photo in photos:
        picture = compressed(np.rint(255 * photo).astype(np.uint8), 80)
        assert not has_jpeg_grid(luma(blurred(luma(picture), motion_psf(9, 30))))


def test_it_begins_in_the_corner_and_goes_both_ways(photos):
    picture = luma(compressed(blurred(photos[4], defocus_psf(4)), 85))
    assert has_jpeg_grid(picture)
    assert has_jpeg_grid(picture.T)
    assert has_jpeg_grid(picture[8:, 16:])
    assert not has_jpeg_grid(picture[3:, :])
    assert not has_jpeg_grid(picture[:, 5:])


def test_without_structure_there_is_none():
    assert not has_jpeg_grid(np.full((200, 200), 0.5, np.float32))
    assert not has_jpeg_grid(np.random.default_rng(0).random((200, 200), np.float32))
    assert not has_jpeg_grid(np.zeros((64, 20), np.float32))
    # An edge in every row at the border of two blocks.
    edge = np.zeros((200, 200), np.float32)
    edge[:, 104:] = 1
    assert not has_jpeg_grid(edge)


def test_its_light_is_a_camera_s(photos):
    """Told from pixels, most real photographs were taken for blurs of values."""
    seen = blurred(photos[4][:300, :300], motion_psf(12, 30), gamma=2.4)
    picture = compressed(seen, 90)
    np.testing.assert_array_equal(deblur(picture), deblur(picture, gamma=2.4))
