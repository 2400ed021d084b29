"""What the header of a picture says, before a decoder is called and makes room for it."""

import re
import struct
from typing import NamedTuple

from .image_file_error import RefusedError

__all__ = []

# Comments of PPM may be long, and there is no end to them.
PPM_HEADER = 2**16

# What a scan of a JPEG begins with; progressive ones have some ten, each thumbnail one.
SCAN, MOST_SCANS, PIECE = b"\xff\xda", 64, 2**20

# Properties of AVIF have a profile among them.
AVIF_PROPERTIES = 2**24


class Header(NamedTuple):
    """What a header says that Pillow does not ask, or asks too late.

    Pillow reads more than 8 bits of several channels as 8, and does not say so.
    """

    bits: int = 8
    size: tuple[int, int] | None = None


def read_header(kind, file):
    """The header of a picture of this format."""
    file.seek(0)
    read = {
        "AVIF": _avif,
        "JPEG": _jpeg,
        "JPEG2000": _jpeg2000,
        "PNG": _png,
        "PPM": _ppm,
        "WEBP": _webp,
    }
    return read[kind](file) if kind in read else Header()


def _png(file):
    width, height, bits = struct.unpack(">IIB", file.read(25)[16:])
    return Header(bits, (width, height))


def _ppm(file):
    # A comment that does not end is one, too: to look for its end anew at every # is slow.
    head = re.sub(rb"#[^\r\n]*(?:[\r\n]|$)", b" ", file.read(PPM_HEADER))
    magic, *numbers = head.split(maxsplit=4)[:4]
    n_numbers = 2 if magic in (b"P1", b"P4", b"Pf") else 3
    if len(numbers) < n_numbers or not all(n.isdigit() for n in numbers[:n_numbers]):
        raise RefusedError("is damaged: its header is no PPM")
    width, height, full_scale = (*map(int, numbers[:n_numbers]), 255)[:3]
    return Header(full_scale.bit_length(), (width, height))


def _jpeg(file):
    """Nothing, but refuse one of many scans, each of which takes as long as the first."""
    n_scans, end = 0, b""
    while piece := file.read(PIECE):
        n_scans += (end + piece).count(SCAN)
        end = piece[-1:]
    if n_scans > MOST_SCANS:
        raise RefusedError(f"is damaged: it has {n_scans} scans")
    return Header()


def _jpeg2000(file):
    """What the marker SIZ of the code stream says, which counts, whatever its box does."""
    if file.read(4) != b"\xff\x4f\xff\x51":
        start, _ = find_box(file, b"jp2c", 0, None)
        file.seek(start + 4)
    right, bottom, left, top = struct.unpack(">4I", file.read(20)[4:])
    (n_channels,) = struct.unpack(">H", file.read(18)[16:])
    bits = max((depth & 0x7F) + 1 for depth in file.read(3 * n_channels)[::3])
    return Header(bits, (right - left, bottom - top))


def _avif(file):
    """What the configurations of its decoder say."""
    start, end = find_box(file, b"meta", 0, None)
    # A box of this type begins with its version.
    start, end = find_box(file, b"iprp", start + 4, end)
    start, end = find_box(file, b"ipco", start, end)
    file.seek(start)
    properties = file.read(min(end - start, AVIF_PROPERTIES))
    flags = [each[0] for each in re.findall(rb"av1C..(.)", properties, re.DOTALL)]
    if not flags:
        raise RefusedError("is no AVIF, perhaps HEIC: save it as JPEG or PNG")
    return Header(max(12 if f & 0x20 else 10 if f & 0x40 else 8 for f in flags))


def _webp(file):
    chunk, head = struct.unpack("<12x4s4x14s", file.read(34).ljust(34, b"\0"))
    if chunk == b"VP8X":
        width, height = (int.from_bytes(head[i : i + 3], "little") + 1 for i in (4, 7))
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (n & 0x3FFF for n in struct.unpack("<HH", head[6:10]))
    return Header(8, (width, height))


def find_box(file, wanted, start, end):
    """Where the content of the first box of a type begins and ends."""
    while end is None or start < end:
        file.seek(start)
        head = file.read(8)
        if len(head) < 8:
            break
        length, name = struct.unpack(">I4s", head)
        header = 8
        if length == 1:
            (length,), header = struct.unpack(">Q", file.read(8)), 16
        stop = end if length == 0 else start + length
        if name == wanted:
            return start + header, stop
        if length < header:
            break
        start = stop
    raise RefusedError(f"is damaged: it has no {wanted.decode()!r}")
