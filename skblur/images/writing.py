"""Pictures into files."""

from pathlib import Path

from ..files.aside import written_aside
from ..files.folders import IMAGE_SUFFIXES

__all__ = []


def write_image(path, image, metadata):
    """Write a picture with its metadata, aside first: a file is never half there.

    Raises
    ------
    ValueError
        If the name has no suffix of a picture, or its format cannot hold this one.
    """
    from PIL import Image

    path = Path(path)
    format_of = Image.registered_extensions()
    if path.suffix.lower() not in format_of:
        msg = f"the name of a picture must end in one of {sorted(IMAGE_SUFFIXES)}"
        raise ValueError(msg)
    given = {key: value for key, value in metadata.items() if value}
    kind = format_of[path.suffix.lower()]
    if kind == "JPEG":
        given |= {"quality": 95, "subsampling": 0}
    try:
        with written_aside(path) as aside:
            Image.fromarray(image).save(aside, kind, **given)
    except OSError as error:
        raise ValueError(f"{path.name} cannot hold this picture: {error}") from error
