"""Edits of what the directories of a TIFF say, and of its compressed strips."""

import struct
import zlib
from typing import NamedTuple

from .edits import ANYWHERE, INTEGERS, edited_by, place, with_integer

__all__ = ["TIFF"]

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIPS, SAMPLES, ROWS, STRIP_BYTES, PLANAR, FORMAT = 273, 277, 278, 279, 284, 339
TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 322, 323, 324, 325
TAGS = (WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, STRIPS, SAMPLES, ROWS, STRIP_BYTES)
TAGS += (PLANAR, FORMAT, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, 317, 320, 338, 347)
# Compressions, photometric interpretations, planes, bits: what there is, and what is not.
SMALL = (0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 32, 64, 99, 32773, 32946, 34712, 50000)
COUNTS = (0, 1, 2, 1000, 2**16 - 1, 2**31 - 1, 2**32 - 1)


class Layout(NamedTuple):
    """How a TIFF writes its integers."""

    order: str
    big: bool

    @property
    def offset(self):
        """Format of a place in the file."""
        return self.order + ("Q" if self.big else "I")

    @property
    def entry_size(self):
        """Bytes of an entry of a directory."""
        return 20 if self.big else 12

    @property
    def value_at(self):
        """Bytes from the beginning of an entry to its value."""
        return 12 if self.big else 8


class Entry(NamedTuple):
    """An entry of a directory, and where it stands."""

    place: int
    tag: int
    type: int
    count: int
    value: int


def layout_of(data):
    """Byte order and size of places, or None of what is not a TIFF."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 16:
        return None
    (version,) = struct.unpack_from(order + "H", data, 2)
    return Layout(order, version == 43)


def entries_of(data):
    """Entries of the first directory, as far as it can be read."""
    layout = layout_of(data)
    if layout is None:
        return []
    try:
        (start,) = struct.unpack_from(layout.offset, data, 8 if layout.big else 4)
        counted = layout.order + ("Q" if layout.big else "H")
        (count,) = struct.unpack_from(counted, data, start)
        first = start + struct.calcsize(counted)
        places = (first + i * layout.entry_size for i in range(min(count, 100)))
        return [_entry(data, at, layout) for at in places]
    except struct.error:
        return []


def _entry(data, at, layout):
    form = layout.order + ("HHQ" if layout.big else "HHI")
    tag, kind, count = struct.unpack_from(form, data, at)
    held = {1: "B", 3: "H"}.get(kind, layout.offset[1])
    (value,) = struct.unpack_from(layout.order + held, data, at + layout.value_at)
    return Entry(at, tag, kind, count, value)


def edit_entry(data, rng, donors):
    """Another tag, type, count or value of an entry."""
    entries, layout = entries_of(data), layout_of(data)
    if not entries:
        return data
    entry = entries[rng.integers(len(entries))]
    what = rng.integers(8)
    if what == 0:
        return with_integer(data, entry.place, layout.order + "H", int(rng.choice(TAGS)))
    if what == 1:
        kind = int(rng.integers(20))
        return with_integer(data, entry.place + 2, layout.order + "H", kind)
    if what == 2:
        count = int(rng.choice(COUNTS))
        return with_integer(data, entry.place + 4, layout.offset, count)
    values = SMALL if rng.random() < 0.5 else INTEGERS
    return with_value(data, entry, layout, int(rng.choice(values)))


def with_value(data, entry, layout, value):
    """Another value of an entry that has one."""
    held = {1: "B", 3: "H"}.get(entry.type, layout.offset[1])
    return with_integer(data, entry.place + layout.value_at, layout.order + held, value)


def edit_strip(data, rng, donors):
    """Other bytes among the pixels of the only strip, compressed as they should be."""
    entries = {entry.tag: entry for entry in entries_of(data)}
    strip, size = entries.get(STRIPS), entries.get(STRIP_BYTES)
    if strip is None or size is None or strip.count != 1:
        return edit_entry(data, rng, donors)
    try:
        pixels = zlib.decompress(data[strip.value : strip.value + size.value])
    except zlib.error:
        return edit_entry(data, rng, donors)
    packed = zlib.compress(edited_by(ANYWHERE, pixels, rng, donors)[0], 1)
    layout = layout_of(data)
    moved = with_value(data, strip, layout, len(data))
    return with_value(moved, size, layout, len(packed)) + packed


def chain_directories(data, rng, donors):
    """Directories that follow each other in a circle, or to nowhere."""
    entries, layout = entries_of(data), layout_of(data)
    if not entries:
        return data
    end = entries[-1].place + layout.entry_size
    to = entries[0].place - (8 if layout.big else 2)
    target = to if rng.random() < 0.5 else place(rng, data)
    return with_integer(data, end, layout.offset, target)


TIFF = (*(edit_entry, edit_strip) * 3, chain_directories)
