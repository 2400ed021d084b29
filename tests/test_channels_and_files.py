import numpy as np
import pytest
from PIL import Image

from skblur.files.folders import image_paths
from skblur.images.channels import as_float, as_luma
from skblur.images.reading import read_image


@pytest.mark.parametrize(
    "dtype", [bool, np.uint8, np.uint16, np.float16, np.float32, np.float64]
)
def test_any_dtype_means_the_same(dtype):
    full = {np.uint8: 255, np.uint16: 65535}.get(dtype, 1)
    image = (np.eye(4) * full).astype(dtype)
    found = as_float(image)
    np.testing.assert_array_equal(found, np.eye(4))
    assert found.dtype == (np.float64 if dtype is np.float64 else np.float32)


def test_luma_is_pillows(rng):
    colour = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    expected = np.asarray(Image.fromarray(colour).convert("L")) / 255
    luma = as_luma(colour, channel_axis=-1)
    np.testing.assert_allclose(luma, expected, atol=1 / 255)
    np.testing.assert_array_equal(as_luma(np.moveaxis(colour, 2, 0), channel_axis=0), luma)
    opaque = np.dstack([colour, rng.integers(0, 256, (20, 30), dtype=np.uint8)])
    np.testing.assert_array_equal(as_luma(opaque, channel_axis=-1), luma)


def test_grey_with_channels(rng):
    grey = rng.random((5, 6, 2))
    np.testing.assert_array_equal(as_luma(grey, channel_axis=-1), grey[..., 0])
    np.testing.assert_array_equal(as_luma(grey[..., :1], channel_axis=-1), grey[..., 0])


@pytest.mark.parametrize(
    ("image", "channel_axis", "message"),
    [
        (np.zeros((4, 4, 3)), None, "must have 2 axes.*pass channel_axis=-1 for colour"),
        (np.zeros((4, 4)), -1, "must have 3 axes"),
        (np.zeros((4, 4, 7)), -1, "1 to 4 channels, got 7"),
        (np.zeros((4, 4), np.int64), None, "uint8, uint16, float32 or float64, got int64"),
        (np.full((4, 4), np.nan), None, "must be finite"),
        (np.full((4, 4), 200.0), None, r"in \[0, 1\], got \[200, 200\]: divide"),
    ],
)
def test_refused(image, channel_axis, message):
    with pytest.raises(ValueError, match=message):
        as_luma(image, channel_axis)


def test_small_overshoot_is_clipped():
    np.testing.assert_array_equal(as_float(np.array([-0.05, 0.5, 1.05])), [0, 0.5, 1])


def test_read_honours_orientation(tmp_path, rng):
    image = rng.integers(0, 256, (8, 12), dtype=np.uint8)
    picture = Image.fromarray(image)
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    found, channel_axis = read_image(tmp_path / "turned.png")
    assert channel_axis is None
    np.testing.assert_array_equal(found, np.rot90(image, -1))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_read_any_mode(tmp_path, mode, rng):
    if mode == "I;16":
        picture = Image.fromarray(rng.integers(0, 65536, (9, 7), dtype=np.uint16))
    else:
        colour = rng.integers(0, 256, (9, 7, 3), dtype=np.uint8)
        picture = Image.fromarray(colour).convert(mode)
    picture.save(tmp_path / "picture.tif")
    image, channel_axis = read_image(tmp_path / "picture.tif")
    assert as_luma(image, channel_axis).shape == (9, 7)


def test_paths_of_a_folder(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("z.PNG", "b/a.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert image_paths(tmp_path) == [tmp_path / "b" / "a.jpg", tmp_path / "z.PNG"]
    with pytest.raises(FileNotFoundError, match="no pictures in"):
        image_paths(tmp_path / "nowhere")
