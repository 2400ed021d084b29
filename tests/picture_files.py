"""What tests of reading pictures share."""

import io

import numpy as np
import pytest
from PIL import Image

from skblur import ImageFileError, read_image


def colours(rng, height=40, width=50):
    """Random pixels of RGB."""
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def bytes_of(picture, suffix, **options):
    """The file of a picture of Pillow, in the format of a suffix."""
    buffer = io.BytesIO()
    kind = Image.registered_extensions()[f".{suffix}"]
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def check_refused(path, reason, **options):
    """Check that a file is refused in one line that begins with its name."""
    with pytest.raises(ImageFileError, match=reason) as refused:
        read_image(path, **options)
    assert str(refused.value).startswith(path.name)
    assert str(refused.value).isprintable()
