"""Pictures into files."""

from pathlib import Path

import numpy as np

from ..files.aside import written_aside
from ..files.formats import format_of
from .codecs import has_codec
from .encoding import encoded
from .image_file_error import one_line

__all__ = []

# What a file can hold beside grey of 8 bits, by its suffix.
HOLDS = {
    ".avif": {"colours", "transparency"},
    ".bmp": {"colours"},
    ".gif": set(),
    ".jp2": {"colours", "transparency", "16 bits"},
    ".jpeg": {"colours"},
    ".jpg": {"colours"},
    ".pgm": {"16 bits"},
    ".png": {"colours", "transparency", "16 bits"},
    ".pnm": {"colours", "16 bits"},
    ".ppm": {"colours", "16 bits"},
    ".webp": {"colours", "transparency"},
}


def check_format(path):
    """Name of the format of a file, checked before the work: that it can be written.

    Raises
    ------
    ValueError
        If its suffix is that of no format of pictures, or the installed Pillow does not
        write it.
    """
    kind = format_of(path)
    if not has_codec(kind):
        msg = f"{Path(path).name} is {kind}, which the installed Pillow does not write"
        raise ValueError(msg)
    return kind


def write_image(path, image, metadata):
    """Write a picture with its metadata, aside first: a file is never half there.

    A picture is written as it is, or not at all: JPEG and AVIF cost it little, all else
    nothing. Of the metadata it keeps what its format can hold.

    Parameters
    ----------
    path : str or path-like
        Its suffix says in which format.

    image : ndarray of shape (H, W) or (H, W, channels)
        bool, uint8, uint16, or floats.

    metadata : dict
        As `read_with_metadata` gives them; may be empty.

    Raises
    ------
    ValueError
        If the name has no suffix of a picture, or its format cannot hold this one.

    OSError
        If the file cannot be written.
    """
    kind = check_format(path)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[..., 0]
    name = Path(path).name
    missing = _features(image) - HOLDS.get(Path(path).suffix.lower(), _features(image))
    if missing:
        best = ".tif" if len(missing - {"colours", "transparency"}) else ".png"
        msg = f"{name} cannot hold {' and '.join(sorted(missing))}: write {best}"
        raise ValueError(msg)
    try:
        data = encoded(np.ascontiguousarray(image), kind, metadata)
    except MemoryError:
        raise
    except Exception as error:
        # Without the file system encoders raise almost anything, too.
        raise ValueError(one_line(f"{name} cannot hold this picture: {error}")) from error
    with written_aside(path) as aside, open(aside, "wb") as file:
        file.write(data)


def _features(image):
    """What a file must be able to hold for this picture."""
    n_channels = image.shape[2] if image.ndim == 3 else 1
    features = set()
    if n_channels >= 3:
        features.add("colours")
    if n_channels in (2, 4):
        features.add("transparency")
    if image.dtype.kind == "f":
        features.add("floats")
    if image.dtype == np.uint16:
        features.add("16 bits" if n_channels == 1 else "16 bits of several channels")
    return features
