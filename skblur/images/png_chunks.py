"""PNG whose metadata are damaged, and its pixels are not."""

import io
import struct
import zlib

__all__ = []

SIGNATURE = 8
# What is about a picture, not part of it.
METADATA = (b"eXIf", b"iCCP", b"pHYs", b"tEXt", b"zTXt", b"iTXt", b"tIME")
# What Pillow unpacks of a profile.
LARGEST_PROFILE = 2**20


def without_damaged_metadata(file):
    """The file itself, or a copy without what of its metadata is damaged.

    For Pillow a damaged chunk makes a damaged picture, whatever is in it.
    """
    damaged = [(start, end) for start, end, sound in _chunks(file) if not sound]
    if not damaged:
        return file
    sound, begin = io.BytesIO(), 0
    for start, end in [*damaged, (None, None)]:
        file.seek(begin)
        sound.write(file.read() if start is None else file.read(start - begin))
        begin = end
    return sound


def _chunks(file):
    """Where each chunk of metadata begins and ends, and whether it is sound."""
    end, start = file.seek(0, io.SEEK_END), SIGNATURE
    while start + 12 <= end:
        file.seek(start)
        length, name = struct.unpack(">I4s", file.read(8))
        # What claims to be longer than the file is not asked for.
        if name in METADATA and start + length <= end:
            data, check = file.read(length), file.read(4)
            sound = check == struct.pack(">I", zlib.crc32(name + data))
            yield start, start + length + 12, sound and _is_unpacked(name, data)
        start += length + 12


def _is_unpacked(name, data):
    if name != b"iCCP":
        return True
    _, _, rest = data.partition(b"\0")
    method, packed = rest[:1], rest[1:]
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, LARGEST_PROFILE)
    except zlib.error:
        return False
    return method == b"\0" and not unpacker.unconsumed_tail
