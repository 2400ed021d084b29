"""Edits of bytes that know nothing of what the bytes mean.

Each takes the bytes, a random generator and other files' bytes, and returns new bytes.
"""

import struct

__all__ = ["ANYWHERE"]

# Much is decided at a file's beginning: half of the edits are made within so many bytes.
HEADS = (64, 128, 256, 512)
MOST_EDITS = 8
LONGEST_RUN = 64
BYTES = (0, 255, 127, 128)
INTEGERS = (0, 1, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1)
INTEGER_FORMATS = ("<H", ">H", "<I", ">I", "<Q", ">Q")


def flip_bits(data, rng, donors):
    """Turn up to eight bits."""
    edited = bytearray(data)
    for _ in range(rng.integers(1, MOST_EDITS + 1)):
        edited[place(rng, edited)] ^= 1 << int(rng.integers(8))
    return bytes(edited)


def set_bytes(data, rng, donors):
    """Set up to eight bytes to what counters and signs stumble over."""
    edited = bytearray(data)
    for _ in range(rng.integers(1, MOST_EDITS + 1)):
        edited[place(rng, edited)] = int(rng.choice(BYTES))
    return bytes(edited)


def randomise_run(data, rng, donors):
    """Random bytes in a row."""
    start, length = place(rng, data), int(rng.integers(1, LONGEST_RUN + 1))
    length = min(length, len(data) - start)
    return data[:start] + rng.bytes(length) + data[start + length :]


def set_integer(data, rng, donors):
    """An integer of 2, 4 or 8 bytes, of either byte order, at the end of its range."""
    start = place(rng, data)
    return with_integer(data, start, rng.choice(INTEGER_FORMATS), int(rng.choice(INTEGERS)))


def delete_block(data, rng, donors):
    """Leave bytes out."""
    start, stop = block(rng, data)
    return data[:start] + data[stop:]


def duplicate_block(data, rng, donors):
    """Say something twice."""
    start, stop = block(rng, data)
    return data[:stop] + data[start:stop] + data[stop:]


def swap_blocks(data, rng, donors):
    """Exchange two neighbouring blocks."""
    cuts = sorted(int(cut) for cut in rng.integers(len(data) + 1, size=3))
    first, second, third = cuts
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def truncate(data, rng, donors):
    """Only the beginning."""
    return data[: place(rng, data)]


def splice(data, rng, donors):
    """The beginning of a file and the end of another."""
    other = donors[rng.integers(len(donors))]
    return data[: place(rng, data)] + other[place(rng, other) :]


def append(data, rng, donors):
    """More bytes at the end than belong there."""
    return data + rng.bytes(int(rng.integers(1, LONGEST_RUN + 1)))


ANYWHERE = (
    flip_bits,
    set_bytes,
    randomise_run,
    set_integer,
    delete_block,
    duplicate_block,
    swap_blocks,
    truncate,
    splice,
    append,
)


def edited_by(edits, data, rng, donors):
    """Data after one to three edits, and their names."""
    names = []
    for _ in range(1 + (rng.random() < 0.3) + (rng.random() < 0.1)):
        if data:
            edit = edits[rng.integers(len(edits))]
            data = edit(data, rng, donors)
            names.append(edit.__name__)
    return data, names


def place(rng, data):
    """An index into bytes, half of the time near their beginning."""
    size = len(data)
    if rng.random() < 0.5:
        size = min(size, int(rng.choice(HEADS)))
    return int(rng.integers(size))


def block(rng, data):
    """Start and stop of up to an eighth of the bytes."""
    start = place(rng, data)
    return start, min(len(data), start + int(rng.integers(1, 2 + len(data) // 8)))


def with_integer(data, start, form, value):
    """Bytes with an integer put in, as many of its own bytes as there is room for."""
    size = struct.calcsize(form)
    written = struct.pack(form, value % 256**size)[: len(data) - start]
    return data[:start] + written + data[start + len(written) :]
