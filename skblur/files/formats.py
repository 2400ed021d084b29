"""Formats of pictures, told by the suffix of a file or by its first bytes."""

import re
from pathlib import Path

__all__ = []

# By suffix, the names that Pillow has for them. All are read and written.
FORMATS = {
    ".avif": "AVIF",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".jp2": "JPEG2000",
    ".jpeg": "JPEG",
    ".jpg": "JPEG",
    ".pgm": "PPM",
    ".png": "PNG",
    ".pnm": "PPM",
    ".ppm": "PPM",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
}

FIRST_BYTES = {
    rb"\xff\xd8\xff": "JPEG",
    rb"\x89PNG\r\n\x1a\n": "PNG",
    rb"II[*+]\0|MM\0[*+]": "TIFF",
    rb"GIF8[79]a": "GIF",
    rb"BM": "BMP",
    rb"P[1-6f]\s": "PPM",
    rb"RIFF.{4}WEBP": "WEBP",
    rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51": "JPEG2000",
    rb".{4}ftyp(?:avif|avis|mif1|msf1)": "AVIF",
}


def format_of(path):
    """Name of the format that the suffix of a file stands for.

    Raises
    ------
    ValueError
        If it stands for none.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        msg = (
            f"the name of a picture must end in one of {', '.join(FORMATS)}, "
            f"got {Path(path).name}"
        )
        raise ValueError(msg)
    return FORMATS[suffix]


def format_in(head):
    """Name of the format that the first 16 bytes of a file belong to, or None."""
    for start, name in FIRST_BYTES.items():
        if re.match(start, head, re.DOTALL):
            return name
    return None
