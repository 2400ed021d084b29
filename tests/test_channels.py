import numpy as np
import pytest
from PIL import Image

from skblur.images.channels import as_float, as_luma


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
        (
            np.zeros((4, 4), np.int64),
            None,
            "uint16, float16, float32 or float64, got int64",
        ),
        (np.full((4, 4), np.nan), None, "must be finite"),
        (np.full((4, 4), 200.0), None, r"in \[0, 1\], got \[200, 200\]: divide"),
    ],
)
def test_refused(image, channel_axis, message):
    with pytest.raises(ValueError, match=message):
        as_luma(image, channel_axis)


def test_small_overshoot_is_clipped():
    np.testing.assert_array_equal(as_float(np.array([-0.05, 0.5, 1.05])), [0, 0.5, 1])
