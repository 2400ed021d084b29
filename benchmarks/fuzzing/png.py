"""Edits of PNG that leave its checksums right, so that decoders see them."""

import struct
import zlib

from .edits import (
    ANYWHERE,
    LONGEST_RUN,
    block,
    edited_by,
    flip_bits,
    set_bytes,
    set_integer,
)

__all__ = ["PNG"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TYPES = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"eXIf", b"acTL", b"fcTL")
# What a text of few bytes on the disk may ask for: more than the memory that is allowed.
BOMB = 400 * 2**20
SMALL_EDITS = (flip_bits, set_bytes, set_integer)


def chunks_of(data):
    """Types and contents of the chunks, as far as they are whole."""
    place, chunks = len(SIGNATURE), []
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        chunks.append((kind, content))
        place += length + 12
    return chunks


def of_chunks(chunks):
    """A file of chunks, with the checksums that they should have."""
    parts = [SIGNATURE]
    for kind, content in chunks:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        parts += [struct.pack(">I", len(content)), kind, content, checksum]
    return b"".join(parts)


def edit_chunk(data, rng, donors):
    """Other bytes within a chunk."""
    chunks = chunks_of(data)
    if not chunks:
        return data
    index = rng.integers(len(chunks))
    kind, content = chunks[index]
    chunks[index] = kind, edited_by(ANYWHERE, content, rng, donors)[0]
    return of_chunks(chunks)


def arrange_chunks(data, rng, donors):
    """A chunk left out, said twice, moved or called another name."""
    chunks = chunks_of(data)
    if not chunks:
        return data
    index = int(rng.integers(len(chunks)))
    kind, content = chunks.pop(index)
    times, to = int(rng.integers(3)), int(rng.integers(len(chunks) + 1))
    if rng.random() < 0.5:
        kind, times = TYPES[rng.integers(len(TYPES))], 1
    return of_chunks([*chunks[:to], *[(kind, content)] * times, *chunks[to:]])


def edit_header(data, rng, donors):
    """Another size, depth, kind of colours, compression, filter or interlacing."""
    chunks = chunks_of(data)
    if not chunks or len(chunks[0][1]) != 13:
        return data
    chunks[0] = chunks[0][0], edited_by(SMALL_EDITS, chunks[0][1], rng, donors)[0]
    return of_chunks(chunks)


def edit_pixels(data, rng, donors):
    """Other bytes among the rows and their filters, compressed as they should be."""
    chunks = chunks_of(data)
    packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
    try:
        rows = zlib.decompress(packed)
    except zlib.error:
        return data
    rows = zlib.compress(edited_by(ANYWHERE, rows, rng, donors)[0], 1)
    first = next(i for i, (kind, _) in enumerate(chunks) if kind == b"IDAT")
    others = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    return of_chunks([*others[:first], (b"IDAT", rows), *others[first:]])


def add_bomb(data, rng, donors):
    """A text or profile of few bytes that is endless when it is unpacked."""
    kind, said = (
        (b"zTXt", b"Comment\0\0"),
        (b"iCCP", b"profile\0\0"),
        (b"iTXt", b"Comment\0\1\0\0\0"),
        (b"IDAT", b""),
    )[rng.integers(4)]
    chunks = chunks_of(data)
    return of_chunks([*chunks[:1], (kind, said + zeros_packed(BOMB)), *chunks[1:]])


def repeat_run(data, rng, donors):
    """A part of the file so often that it is long."""
    start, stop = block(rng, data)
    return data[:start] + data[start : min(stop, start + LONGEST_RUN)] * 1000 + data[stop:]


def zeros_packed(size, wbits=zlib.MAX_WBITS):
    """A compressed stream of so many zeros, made without making these."""
    piece = 2**20
    packer = zlib.compressobj(9, wbits=wbits)
    first = packer.compress(bytes(piece)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(piece)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // piece - 1) + packer.flush()


PNG = (
    *(edit_chunk, arrange_chunks, edit_header, edit_pixels) * 4,
    repeat_run,
    add_bomb,
)
