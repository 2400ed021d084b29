"""Pictures as the bytes of a TIFF that Pillow cannot write: floats, 16 bits of colours."""

import io
from contextlib import suppress

from .exif import ICC_PROFILE, INCH, XMP

__all__ = []

# Of EXIF data, the texts that describe a picture and whoever took it.
TEXTS = (0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298)
ASCII, BYTE, UNDEFINED = 2, 1, 7


def encoded_by_tifffile(image, metadata):
    """The file of a picture, deflated, with profile, XMP, resolution and texts."""
    from tifffile import imwrite

    n_channels = image.shape[2] if image.ndim == 3 else 1
    colours = n_channels >= 3
    tags = _texts(metadata.get("exif"))
    for name, tag, kind in (("xmp", XMP, BYTE), ("icc_profile", ICC_PROFILE, UNDEFINED)):
        if name in metadata:
            tags.append((tag, kind, len(metadata[name]), metadata[name], True))
    options = {}
    if "dpi" in metadata:
        options["resolution"] = metadata["dpi"]
        options["resolutionunit"] = INCH
    buffer = io.BytesIO()
    imwrite(
        buffer,
        image,
        photometric="rgb" if colours else "minisblack",
        planarconfig="contig" if image.ndim == 3 else None,
        extrasamples=["unassalpha"] if n_channels in (2, 4) else None,
        compression="zlib",
        metadata=None,
        software=False,
        extratags=tags,
        **options,
    )
    return buffer.getbuffer()


def _texts(exif_data):
    """The texts among EXIF data as tags of tifffile."""
    from PIL.Image import Exif

    exif = Exif()
    with suppress(Exception):
        exif.load(exif_data)
    texts = {tag: exif[tag] for tag in TEXTS if tag in exif}
    return [
        (tag, ASCII, len(text) + 1, text, True)
        for tag, text in texts.items()
        if isinstance(text, str) and text.isascii()
    ]
