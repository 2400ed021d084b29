"""Pictures as the bytes of a file."""

import io

import numpy as np

from .exif import XMP
from .metadata import XMP_IN_JPEG, XMP_IN_PNG

__all__ = []

# Nobody sees a loss: 95 of 100 is 41 to 43 dB for JPEG and 43 to 45 dB for AVIF, with
# colours at full resolution. WebP has no such setting, so that it is written without loss,
# which takes less room than PNG.
SETTINGS = {
    "AVIF": {"quality": 95, "subsampling": "4:4:4"},
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"lossless": True, "exact": True},
}

# Others have grey of 8 bits for them.
HOLD_BITS = {"BMP", "GIF", "PNG", "TIFF"}

# What a segment of a JPEG can hold, and what is kept of a comment: older Pillows write it
# and the rest of the header through 64 kB.
SEGMENT, COMMENT_SEGMENT = 65533, 2**15

# The formats that hold each of them under Pillow's name for it.
KEPT = {
    "exif": {"AVIF", "JPEG", "PNG", "WEBP"},
    "icc_profile": {"AVIF", "JPEG", "PNG", "TIFF", "WEBP"},
    "xmp": {"AVIF", "WEBP"},
    "dpi": {"BMP", "JPEG", "PNG", "TIFF"},
    "comment": {"GIF", "JPEG", "JPEG2000"},
}
# What PNG calls it.
COMMENT = "Comment"

# Where an ICC profile says of what colours it is.
COLOURS_OF_PROFILE = slice(16, 20)


def encoded(image, kind, metadata):
    """The file of a picture in this format, with what it can hold of the metadata."""
    wide = image.dtype == np.uint16 and image.ndim == 3
    if kind == "TIFF" and (wide or image.dtype.kind == "f"):
        from .tiff_encoding import encoded_by_tifffile

        return encoded_by_tifffile(image, metadata)
    from PIL import Image

    if image.dtype == bool and (image.ndim == 3 or kind not in HOLD_BITS):
        image = image * np.uint8(255)
    if image.dtype == np.uint16 and kind == "PPM":
        # Older Pillows write 16 bits of it from 32 only.
        image = image.astype(np.int32)
    buffer = io.BytesIO()
    metadata = _with_comment(metadata)
    options = {key: metadata[key] for key in metadata if kind in KEPT.get(key, ())}
    options |= SETTINGS.get(kind, {})
    if kind in SPECIAL:
        SPECIAL[kind](options, image, metadata)
    Image.fromarray(image).save(buffer, kind, **options)
    return buffer.getbuffer()


def _with_comment(metadata):
    """Metadata whose comment is there under both of its names."""
    text = metadata.get("text", {})
    comment = metadata.get("comment") or text.get(COMMENT, "").encode()
    if not comment:
        return metadata
    # No format has a place for zeros in it.
    comment = comment.replace(b"\0", b"")[:COMMENT_SEGMENT]
    readable = comment.decode("utf-8", "replace")
    return metadata | {"comment": comment, "text": {COMMENT: readable} | text}


def _for_jpeg(options, image, metadata):
    if len(options.get("exif", b"")) > SEGMENT:
        del options["exif"]
    xmp = XMP_IN_JPEG + metadata.get("xmp", b"")
    if len(XMP_IN_JPEG) < len(xmp) <= SEGMENT:
        # Older Pillows know no XMP, but write what they are given.
        options["extra"] = b"\xff\xe1" + (len(xmp) + 2).to_bytes(2, "big") + xmp


def _for_png(options, image, metadata):
    from PIL.PngImagePlugin import PngInfo

    options["pnginfo"] = chunks = PngInfo()
    for key, value in metadata.get("text", {}).items():
        chunks.add_text(key, value)
    if "xmp" in metadata:
        chunks.add_itxt(XMP_IN_PNG, metadata["xmp"])


def _for_tiff(options, image, metadata):
    from PIL.Image import Exif

    options["exif"] = exif = Exif()
    exif.load(metadata.get("exif", b""))
    if "xmp" in metadata:
        exif[XMP] = metadata["xmp"]


def _for_webp(options, image, metadata):
    # Which has no grey.
    grey = image.ndim == 2 or image.shape[2] == 2
    if grey and metadata.get("icc_profile", b"")[COLOURS_OF_PROFILE] == b"GRAY":
        del options["icc_profile"]


# What of the metadata each format wants otherwise.
SPECIAL = {"JPEG": _for_jpeg, "PNG": _for_png, "TIFF": _for_tiff, "WEBP": _for_webp}
