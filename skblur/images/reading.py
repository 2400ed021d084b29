"""Pictures out of files."""

import io
import os
from contextlib import contextmanager

import numpy as np

from ..files.formats import FORMATS, format_in
from .channels import as_luma
from .image_file_error import ImageFileError, RefusedError, errors_of
from .limits import MAX_MEGAPIXELS, check_limit
from .metadata import settled
from .pillow_files import read_by_pillow
from .quiet import quiet_decoders
from .tiff_files import read_tiff

__all__ = ["read_image"]

# A file that is read into memory at once.
SMALL = 2**26
# Bytes of four channels of float64; and what no machine has.
LARGEST_PIXEL, MOST_OF_A_PIPE = 32, 2**60


def read_image(
    path: str | os.PathLike[str], *, max_megapixels: float = MAX_MEGAPIXELS
) -> tuple[np.ndarray, int | None]:
    """Read a picture, upright and whole, or say why that cannot be.

    AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM and PGM, TIFF and WebP are read, whatever the
    name of the file. A picture is never silently less than what is in the file: pixels are
    not reduced to 8 bits, a file of several pages or frames is refused, and so is one that
    is cut off.

    Parameters
    ----------
    path : str or path-like
        The file.

    max_megapixels : float, default=100
        A picture of more million pixels is refused before any of them is decoded: a small
        file can claim to hold more than there is memory.

    Returns
    -------
    image : ndarray of shape (H, W) or (H, W, channels)
        bool, uint8, uint16, or float16, float32 or float64 as they are in the file, in
        native byte order and one after another in memory, turned as the EXIF orientation
        says. Palettes and other colours, such as CMYK, are given as RGB; 2 or 4 channels
        are grey or RGB, and alpha.

    channel_axis : int or None
        -1 for colour or alpha, None for grey, as the other functions take it.

    Raises
    ------
    ImageFileError
        If the file is no picture, is damaged, has too many pixels, or would not be read
        without loss.

    OSError
        If there is no such file, or it may not be read.

    ValueError
        If `max_megapixels` is not a positive number.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from PIL import Image
    >>> from skblur import read_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "photo.png")
    ...     Image.fromarray(np.zeros((60, 80, 3), np.uint8)).save(path)
    ...     image, channel_axis = read_image(path)
    >>> image.shape, channel_axis
    ((60, 80, 3), -1)
    """
    return read_with_metadata(path, max_megapixels=max_megapixels)[:2]


def read_with_metadata(path, *, max_megapixels=MAX_MEGAPIXELS):
    """As `read_image`, and what else is in the file and `write_image` is to keep."""
    check_limit(max_megapixels)
    with _opened(path, max_megapixels) as file, errors_of(path), quiet_decoders():
        file.seek(0)
        kind = format_in(file.read(16))
        if kind is None:
            raise RefusedError(f"cannot be read: {_what_else(file)}")
        if kind == "TIFF":
            image, orientation, exif, found = read_tiff(file, max_megapixels)
        else:
            image, orientation, exif, found = read_by_pillow(file, kind, max_megapixels)
        metadata = settled(found, exif, image.shape, orientation)
    return image, None if image.ndim == 2 else -1, metadata


def read_luma8(path, *, max_megapixels=MAX_MEGAPIXELS):
    """Luma of a picture as uint8, the smallest form to keep thousands of them in."""
    image, channel_axis = read_image(path, max_megapixels=max_megapixels)
    return np.rint(as_luma(image, channel_axis, name=str(path)) * 255).astype(np.uint8)


@contextmanager
def _opened(path, max_megapixels):
    """A file to read and to seek in; of a pipe, what comes out of it."""
    if "\0" in os.fsdecode(path):
        raise ImageFileError(f"no file can have the name {path!r}")
    with open(path, "rb") as file:
        if file.seekable():
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            # Of bytes in memory decoders get what there is; a file makes room for all that
            # they ask for, and damaged ones have them ask for gigabytes.
            yield file if size > SMALL else io.BytesIO(file.read())
            return
        most = int(min(max_megapixels * 1e6 * LARGEST_PIXEL, MOST_OF_A_PIPE)) + 2**24
        content = file.read(most + 1)
        if len(content) > most:
            raise ImageFileError(f"{path} does not end: raise max_megapixels")
        yield io.BytesIO(content)


def _what_else(file):
    """Why a file begins as no picture that is read does."""
    file.seek(0)
    head = file.read(12)
    if not head:
        return "it is empty"
    if head[4:8] == b"ftyp" and head[8:10] in (b"he", b"mi", b"ms"):
        return "it is HEIC: save it as JPEG or PNG"
    known = dict.fromkeys(FORMATS.values())
    return f"it begins as none of the formats {', '.join(known)}"
