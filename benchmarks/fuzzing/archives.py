"""Archives of models, taken apart and put together with checksums that are right."""

import ast
import io
import json
import struct
import zipfile
import zlib
from hashlib import sha256

__all__ = []

LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
STORED, DEFLATED = 0, 8
RAW_DEFLATE = -15
# What a member of few bytes may unpack to: more than the memory that is allowed.
BOMB = 600 * 2**20
HEADER, SEAL = "header.json", "header.sha256"


def unpacked(data):
    """Names and contents of the members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def packed(members, method=DEFLATED):
    """An archive of members; a content may be its packed bytes, CRC and size instead."""
    body, directory = b"", b""
    for name, content in members:
        stream, crc, size = _stream(content, method)
        told = name.encode(errors="replace")[: 2**16 - 1]
        fields = struct.pack("<IIIHH", crc, len(stream), size, len(told), 0)
        # Version, flags, method, and a date that is the same at all times.
        head = struct.pack("<HHHHH", 20, 0, method, 0, 0x21) + fields
        tail = struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += CENTRAL + struct.pack("<H", 20) + head + tail + told
        body += LOCAL + head + told + stream
    counts = struct.pack("<HHHH", 0, 0, len(members), len(members))
    sizes = struct.pack("<IIH", len(directory), len(body), 0)
    return body + directory + END + counts + sizes


def _stream(content, method):
    if isinstance(content, tuple):
        return content
    crc, size = zlib.crc32(content), len(content)
    if method != DEFLATED:
        return content, crc, size
    packer = zlib.compressobj(6, wbits=RAW_DEFLATE)
    return packer.compress(content) + packer.flush(), crc, size


def header_of(members):
    """Index of the header among the members, or None, and its text."""
    for index, (name, content) in enumerate(members):
        if name == HEADER and isinstance(content, bytes):
            return index, content.decode(errors="replace")
    return None, ""


def with_header(members, text):
    """Members with another text for a header, if they have one."""
    return [
        (name, text.encode(errors="replace") if name == HEADER else content)
        for name, content in members
    ]


def sealed(members, described):
    """Members with checksums that are right, as one has them who means to deceive.

    If `described`, the header says of every array the dtype and shape that it has now.
    """
    contents = {name: content for name, content in members if isinstance(content, bytes)}
    _, text = header_of(members)
    try:
        header = json.loads(text)
        for name, entry in header["arrays"].items():
            _describe(entry, contents.get(f"{name}.npy", b""), described)
        text = json.dumps(header)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The edits have left no such header: it is sealed as it is.
        pass
    seal = sha256(text.encode(errors="replace")).hexdigest().encode()
    members = with_header(members, text)
    return [(name, seal if name == SEAL else content) for name, content in members]


def _describe(entry, content, described):
    entry["sha256"] = sha256(content).hexdigest()
    if described and (header := array_header(content)):
        entry |= {"dtype": header["descr"], "shape": header["shape"]}


def array_header(content):
    """What the bytes of a ``.npy`` file say of its array, or None if they say nothing."""
    (size,) = struct.unpack("<H", content[8:10].ljust(2, b"\0"))
    try:
        header = ast.literal_eval(content[10 : 10 + size].decode("latin-1").strip())
        return header if {"descr", "shape"} <= set(header) else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def with_array_header(content, text):
    """The bytes of a ``.npy`` file that say something else of its array."""
    (size,) = struct.unpack("<H", content[8:10].ljust(2, b"\0"))
    text = text[: 2**16 - 1]
    return content[:8] + struct.pack("<H", len(text)) + text + content[10 + size :]


def arrays_of(members):
    """Indices of the members that hold arrays."""
    return [
        index
        for index, (name, content) in enumerate(members)
        if name.endswith(".npy") and isinstance(content, bytes)
    ]
