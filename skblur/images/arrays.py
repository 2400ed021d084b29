"""What may come in as an image, and of what may not, what to do with it."""

import os
import sys
from numbers import Integral

import numpy as np

__all__ = []

DTYPES = (np.bool_, np.uint8, np.uint16, np.float16, np.float32, np.float64)
# Modes of Pillow whose numbers are grey or red, green and blue, and not a palette's places.
MODES = ("1", "L", "LA", "RGB", "RGBA", "I;16", "I;16L", "I;16B", "I;16N", "I", "F")


def as_image_array(image, name="image"):
    """An image that came from outside as an array, in whatever order its bytes have.

    Raises
    ------
    TypeError
        If it is a path.
    ValueError
        If it is no array of numbers that have a scale, or does not have all of them.
    """
    if isinstance(image, str | bytes | os.PathLike):
        msg = (
            f"{name} must be an array, got a path: read it first, "
            "image, channel_axis = skblur.read_image(path)"
        )
        raise TypeError(msg)
    refuse_masked(image, name)
    _check_mode(image, name)
    try:
        image = np.asarray(image)
    except ValueError as error:
        # Rows of different lengths, for one.
        raise ValueError(f"{name} must be an array of pixels: {error}") from error
    if native_dtype(image) not in DTYPES:
        msg = (
            f"{name} must be bool, uint8, uint16, float16, float32 or float64, got "
            f"{image.dtype}: {_what_to_pass(image, name)}"
        )
        raise ValueError(msg)
    return image


def refuse_masked(array, name):
    """Check that no value is masked; an array that could have some is as any other.

    Raises
    ------
    ValueError
        If one is.
    """
    if np.ma.isMaskedArray(array) and np.ma.is_masked(array):
        msg = (
            f"{name} must have no masked values, got {np.ma.count_masked(array)} of them: "
            "crop it to what is known, or fill them by what is around them"
        )
        raise ValueError(msg)


def check_channel_axis(channel_axis, name="image"):
    """Check that it is None or an axis of a picture with three.

    Raises
    ------
    ValueError
        If it is not.
    """
    if channel_axis is None:
        return
    is_index = isinstance(channel_axis, Integral) and not isinstance(channel_axis, bool)
    if not is_index or not -3 <= channel_axis < 3:
        msg = (
            f"channel_axis must be None or an axis of {name}, from -3 to 2, got "
            f"{channel_axis!r}: -1 is the last"
        )
        raise ValueError(msg)


def native_dtype(array):
    """Its dtype with the bytes in the order of this machine: FITS and TIFF have others."""
    return array.dtype.newbyteorder("=")


def _check_mode(image, name):
    # Who has an image of Pillow has imported it.
    pillow = sys.modules.get("PIL.Image")
    if pillow and isinstance(image, pillow.Image) and image.mode not in MODES:
        msg = (
            f"{name} must be grey, RGB or RGBA, got a picture of Pillow's mode "
            f"{image.mode!r}: pass {name}.convert('RGB')"
        )
        raise ValueError(msg)


def _what_to_pass(image, name):
    """What to make of an image of another dtype."""
    if image.dtype.kind in "iu":
        return _of_what_range(image, name)
    if image.dtype.kind == "f":
        return f"pass {name}.astype(np.float64)"
    if image.dtype.kind == "c":
        return "pass its real part, or its absolute value"
    return "pass numbers"


def _of_what_range(image, name):
    """As what integers without a scale of their own may have been meant."""
    low, high = (image.min(), image.max()) if image.size else (0, 0)
    if low >= 0 and high <= 1:
        return f"its values are 0 and 1, so pass {name}.astype(bool)"
    if low >= 0 and high < 2**8:
        return f"its values lie in [0, 255], so pass {name}.astype(np.uint8)"
    if low >= 0 and high < 2**16:
        return f"pass {name}.astype(np.uint16) if white is 65535, or divide by what it is"
    return f"divide by what white is, for floats in [0, 1]; it has [{low}, {high}]"
