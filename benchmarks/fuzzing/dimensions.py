"""Pictures that say they are larger, or smaller, than they are."""

from .edits import with_integer
from .png import SIGNATURE, chunks_of, of_chunks
from .tiff import HEIGHT, WIDTH, entries_of, layout_of

__all__ = []

SIZES = (0, 1, 2, 63, 97, 1000, 2000, 2001, 10000, 20000, 65500, 65535, 10**6, 2**31 - 1)
SIZES += (2**31, 2**32 - 1)
START_OF_FRAMES = (b"\xff\xc0", b"\xff\xc1", b"\xff\xc2")


def resize(data, rng, donors):
    """Another width, height, or both, where the format says it."""
    places = [found for find in FINDERS for found in find(data)]
    if not places:
        return _resize_text(data, rng)
    index = int(rng.integers(len(places) // 2)) * 2
    pair = places[index : index + 2]
    if rng.random() < 0.3:
        pair = [pair[rng.integers(2)]]
    for place, form in pair:
        data = with_integer(data, place, form, int(rng.choice(SIZES)))
    if data.startswith(SIGNATURE):
        return of_chunks(chunks_of(data))
    return data


def _resize_text(data, rng):
    """PNM says its size in words."""
    words = data[:32].split(maxsplit=3)
    if len(words) < 4 or not data.startswith(b"P"):
        return data
    width, height = (str(size).encode() for size in rng.choice(SIZES, size=2))
    return b" ".join([words[0], width, height, words[3]]) + data[32:]


def _fixed(signature, offset, *places):
    """A finder of sizes at fixed places from a signature; None stands for the start."""

    def find(data):
        at = data.find(signature, 0, 2**12)
        if at != offset and offset is not None:
            return []
        return [] if at < 0 else [(at + place, form) for place, form in places]

    return find


def _find_tiff(data):
    layout = layout_of(data)
    if layout is None:
        return []
    entries = {entry.tag: entry for entry in entries_of(data)}
    if WIDTH not in entries or HEIGHT not in entries:
        return []
    form = {3: "H"}.get(entries[WIDTH].type, layout.offset[1])
    found = (entries[tag].place + layout.value_at for tag in (WIDTH, HEIGHT))
    return [(place, layout.order + form) for place in found]


def _find_jpeg(data):
    if not data.startswith(b"\xff\xd8"):
        return []
    found = [at for mark in START_OF_FRAMES if (at := data.find(mark)) > 0]
    return [(at + offset, ">H") for at in found for offset in (5, 7)]


def _find_gif_frame(data):
    at = data.find(b"\x2c\0\0\0\0") if data.startswith(b"GIF") else -1
    return [] if at < 0 else [(at + 5, "<H"), (at + 7, "<H")]


FINDERS = (
    _fixed(SIGNATURE, 0, (16, ">I"), (20, ">I")),
    _fixed(b"BM", 0, (18, "<I"), (22, "<I")),
    _fixed(b"GIF8", 0, (6, "<H"), (8, "<H")),
    _fixed(b"VP8X", 12, (12, "<H"), (15, "<H")),
    _fixed(b"VP8 ", 12, (14, "<H"), (16, "<H")),
    _fixed(b"VP8L", 12, (9, "<H"), (10, "<H")),
    _fixed(b"ihdr", None, (4, ">I"), (8, ">I")),
    # Size of the reference grid, and of a tile.
    _fixed(b"\xff\x4f\xff\x51", None, (8, ">I"), (12, ">I"), (24, ">I"), (28, ">I")),
    _fixed(b"ispe", None, (8, ">I"), (12, ">I")),
    _find_tiff,
    _find_jpeg,
    _find_gif_frame,
)
