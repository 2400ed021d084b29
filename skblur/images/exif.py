"""EXIF data that agree with a picture that has been turned upright."""

import json
from contextlib import suppress

from .orientation import TURNS

__all__ = []

DESCRIPTION = 0x010E
ORIENTATION = 0x0112
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
DETAILS = 0x8769
PIXEL_WIDTH, PIXEL_HEIGHT = 0xA002, 0xA003
EXPOSURE_TIME = 0x829A

ICC_PROFILE, XMP = 0x8773, 0x02BC

# Of a TIFF, how its pixels are laid out, and what is kept by itself: profile, XMP, and the
# records of IPTC and Photoshop, which may hold a thumbnail.
OF_THE_FILE = {
    *range(0x00FE, 0x010E),
    *range(0x0111, 0x011A),
    *range(0x011C, 0x0128),
    *range(0x0129, 0x0131),
    *range(0x013D, 0x015C),
    *range(0x0200, 0x0215),
    XMP,
    0x83BB,
    0x8649,
    ICC_PROFILE,
    0x935C,
}

# What tifffile says in a description of how an array lies in its file.
OF_THE_ARRAY = {"axes", "shape", "truncated"}

INCH, CENTIMETRE = 2, 3


def orientation_in(exif):
    """How a picture is to be turned, 1 to 8; 1 if it is not said, or not sensibly."""
    with suppress(Exception):
        # Of a true integer, for what else there may be is damaged.
        return int(exif[ORIENTATION]) if exif[ORIENTATION] in TURNS else 1
    return 1


def dpi_in(exif):
    """Pixels per inch, across and down; None if there is none."""
    with suppress(Exception):
        per_inch = {INCH: 1, CENTIMETRE: 2.54}[exif.get(RESOLUTION_UNIT, INCH)]
        return tuple(float(exif[tag]) * per_inch for tag in (X_RESOLUTION, Y_RESOLUTION))
    return None


def says_exposure(exif):
    """Whether EXIF data, as bytes or None, say how long a picture was exposed."""
    from PIL.Image import Exif

    found = Exif()
    with suppress(Exception):
        found.load(exif)
        return EXPOSURE_TIME in found.get_ifd(DETAILS)
    return False


def exif_of_tiff(file, offset, endian, is_big):
    """The tags of a page of a TIFF as EXIF data; those of its parts are read later."""
    from PIL.Image import Exif

    exif = Exif()
    exif.endian, exif.bigtiff = endian, is_big
    with suppress(Exception):
        exif.load_from_fp(file, offset)
    return exif


def exif_bytes(exif, shape):
    """EXIF data for a picture of this shape that is upright; None if they are damaged.

    The thumbnail is left out: it is of the picture before.
    """
    with suppress(Exception):
        for tag in {ORIENTATION, *OF_THE_FILE}.intersection(exif):
            del exif[tag]
        if DESCRIPTION in exif:
            words = _own_words(exif.pop(DESCRIPTION))
            if words is not None:
                exif[DESCRIPTION] = words
        if DETAILS in exif:
            details = exif.get_ifd(DETAILS)
            for tag, pixels in ((PIXEL_WIDTH, shape[1]), (PIXEL_HEIGHT, shape[0])):
                if tag in details:
                    details[tag] = pixels
        return exif.tobytes() if len(exif) else None
    return None


def _own_words(description):
    """A description without what tifffile has said of an array; None if that was all."""
    said = None
    # Of what is no JSON, or nested without end, there is nothing to leave out.
    with suppress(TypeError, ValueError, RecursionError):
        said = json.loads(description)
    if not isinstance(said, dict) or not isinstance(said.get("shape"), list):
        return description
    own = {key: value for key, value in said.items() if key not in OF_THE_ARRAY}
    return json.dumps(own) if own else None
