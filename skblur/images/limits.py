"""How large a picture may be."""

import math
from numbers import Real

from .image_file_error import RefusedError

__all__ = []

MAX_MEGAPIXELS = 100


def check_limit(max_megapixels):
    """Check a limit of pixels.

    Raises
    ------
    ValueError
        If it is not a positive number.
    """
    if not (isinstance(max_megapixels, Real) and max_megapixels > 0):
        raise ValueError(
            f"max_megapixels must be a positive number, got {max_megapixels!r}"
        )


def check_size(size, max_megapixels):
    """Refuse a picture of this width and height if it has no pixels, or too many."""
    width, height = size
    if min(size) <= 0:
        raise RefusedError(f"has no pixels: {width} x {height}")
    if width * height > max_megapixels * 1e6:
        # Rounded up, for 100.04 of them are more than 100.
        megapixels = math.ceil(width * height / 1e5) / 10
        raise RefusedError(
            f"has {megapixels:.12g} megapixels, more than the {max_megapixels:.12g} that "
            "are allowed: raise max_megapixels"
        )
