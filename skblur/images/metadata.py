"""What is in the file of a picture beside its pixels.

It is held as a dictionary of what there is: ``exif``, ``icc_profile`` and ``xmp`` as bytes,
``dpi`` as two numbers, ``comment`` as bytes and ``text``, the chunks of a PNG by their
names. None of it is worth a picture: what is damaged is left out.
"""

import re
from contextlib import suppress

from .exif import ICC_PROFILE, XMP, dpi_in, exif_bytes
from .orientation import is_on_its_side

__all__ = []

XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
XMP_IN_PNG = "XML:com.adobe.xmp"
# What some programs write into text of a PNG, as hexadecimal numbers.
HIDDEN_PROFILE = "Raw profile type"

# What encoders say of themselves.
NO_COMMENT = (b"Created by OpenJPEG", b"CREATOR: gd-jpeg")

# Colours that are not written, so that their profile would be wrong.
OTHER_COLOURS = ("CMYK", "LAB")

# Of an inch, what JPEG can hold.
MOST_DPI = 65535


def metadata_of(picture):
    """Parsed EXIF data of a loaded picture of Pillow, and what else is in its file."""
    exif = None
    with suppress(Exception):
        exif = picture.getexif()
    text = getattr(picture, "text", None) or {}
    return exif, {
        "icc_profile": _profile(picture),
        "xmp": _xmp(picture, text),
        "dpi": picture.info.get("dpi"),
        "comment": _comment(picture.info.get("comment")),
        "text": {
            key: value
            for key, value in text.items()
            if key != XMP_IN_PNG and not key.startswith(HIDDEN_PROFILE)
        },
    }


def metadata_of_tiff(exif, tags, picture_mode=None):
    """What else is in a TIFF with these tags, the mode being Pillow's."""
    profile, xmp = (getattr(tags.get(tag), "value", None) for tag in (ICC_PROFILE, XMP))
    return {
        "icc_profile": None if picture_mode in OTHER_COLOURS else _bytes(profile),
        "xmp": _bytes(xmp),
        "dpi": dpi_in(exif),
    }


def settled(found, exif, shape, orientation):
    """Metadata for a picture of this shape that has been turned upright from this."""
    dpi = _checked_dpi(found.get("dpi"))
    settled = found | {
        "exif": exif_bytes(exif, shape),
        "xmp": _upright_xmp(found["xmp"], shape),
        "dpi": dpi[::-1] if dpi and is_on_its_side(orientation) else dpi,
    }
    return {name: value for name, value in settled.items() if value}


def _profile(picture):
    if picture.mode in OTHER_COLOURS:
        return None
    return _bytes(picture.info.get("icc_profile"))


def _xmp(picture, text):
    """The packet of XMP, for which each format has a place of its own."""
    for name, segment in getattr(picture, "applist", ()):
        if name == "APP1" and segment.startswith(XMP_IN_JPEG):
            return segment.removeprefix(XMP_IN_JPEG)
    return _bytes(picture.info.get("xmp") or text.get(XMP_IN_PNG))


def _comment(comment):
    comment = _bytes(comment)
    return None if comment is None or comment.startswith(NO_COMMENT) else comment


def _bytes(value):
    """Bytes, of text as well; None of what else a damaged file may have."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return bytes(value) if isinstance(value, bytes | bytearray) else None


def _checked_dpi(dpi):
    """Two sensible numbers, or None."""
    with suppress(Exception):
        across, down = (float(each) for each in dpi)
        # Not by the least and the largest of them, which pass over NaN.
        if 0 < across <= MOST_DPI and 0 < down <= MOST_DPI:
            return across, down
    return None


def _upright_xmp(xmp, shape):
    """A packet of XMP whose orientation and pixels are those of an upright picture."""
    if xmp is None:
        return None
    height, width = shape[:2]
    true = {
        b"tiff:Orientation": 1,
        b"tiff:ImageWidth": width,
        b"tiff:ImageLength": height,
        b"exif:PixelXDimension": width,
        b"exif:PixelYDimension": height,
    }
    for name, value in true.items():
        xmp = re.sub(rb"(%s\s*(?:=\s*[\"']|>)\s*)\d+" % name, rb"\g<1>%d" % value, xmp)
    return xmp
