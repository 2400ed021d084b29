"""Edits of the arrays of a model, and of the members of its archive as a whole."""

import io
import zlib
from contextlib import suppress

import numpy as np

from .archives import BOMB, RAW_DEFLATE, array_header, arrays_of, with_array_header
from .edits import ANYWHERE, edited_by
from .png import zeros_packed

__all__ = ["ARRAYS", "MEMBERS"]

DTYPES = (
    "<f8",
    "<f4",
    "<f2",
    ">f8",
    "<i4",
    "|i1",
    "|b1",
    "<c16",
    "<U9",
    "|S4",
    "|O",
    "|V8",
)
DTYPES += ("<M8[s]", "<U1000000000", "<f16", "x", "", [("a", "<f8")], [("a", "|O")])
SHAPES = ((), (0,), (1,), (-1,), (0, 0), (1,) * 40, (2**31,), (2**62, 2), (10**9, 10**9))
SHAPES += ((True,), (1.5,), ("a",), None, 3, (2**63,), (10**8,))
NUMBERS = (np.nan, np.inf, -np.inf, 0, -1, 1, 1e300, -1e300, 1e-300, 255, 2**31, -(2**31))
NAMES = (
    "",
    "../x.npy",
    "/x.npy",
    "header.json",
    "header.sha256",
    "x/",
    "x",
    "\0.npy",
    "a" * 999,
)
FACTORS = (-1.0, 1.01, 10.0, 1e-6, 1e6, 1e100)
SELDOM = 1 / 4


def edit_array_header(members, rng):
    """Another dtype, shape or order than the array is written in."""
    return _of_array(members, rng, _edit_array_header)


def _edit_array_header(content, rng, others):
    said = array_header(content)
    if said is None:
        return content
    what = rng.integers(5)
    if what == 0:
        said["descr"] = DTYPES[rng.integers(len(DTYPES))]
    elif what == 1:
        said["shape"] = SHAPES[rng.integers(len(SHAPES))]
    elif what == 2:
        said["shape"] = said["shape"][::-1]
    elif what == 3:
        said["fortran_order"] = (True, False, None, 2)[rng.integers(4)]
    text = repr(said).encode("latin-1")
    if what == 4:
        text = edited_by(ANYWHERE, text, rng, [text])[0]
    return with_array_header(content, text + b"\n")


def edit_array_values(members, rng):
    """Other numbers: of no finite value, out of range, in another order."""
    return _of_array(members, rng, _edit_array_values)


def _edit_array_values(content, rng, others):
    values = np.load(io.BytesIO(content)).copy()
    if not values.size:
        return content
    if values.dtype.kind not in "fiub" or rng.random() < 0.2:
        rng.shuffle(values.ravel() if values.ndim == 0 else values)
    else:
        # One value, or all of them; another number, or a multiple of what was there.
        places = slice(None) if rng.random() < 0.3 else rng.integers(values.size)
        number, factor = rng.choice(NUMBERS), rng.choice(FACTORS)
        with np.errstate(all="ignore"):
            changed = number if rng.random() < 0.5 else factor * values.flat[places]
            values.flat[places] = np.asarray(changed, float).astype(values.dtype)
    return _saved(values)


def edit_array_shape(members, rng):
    """A row or column less, another dtype, or an axis more: an array that is whole."""
    return _of_array(members, rng, _edit_array_shape)


def _edit_array_shape(content, rng, others):
    values = np.load(io.BytesIO(content))
    changes = (
        lambda: values[1:],
        lambda: values[..., :-1],
        lambda: values[None],
        lambda: values.ravel(),
        lambda: values.T,
        lambda: values[:0],
        lambda: np.concatenate([values, values]),
        lambda: values.astype(("f4", "f2", "i4", "?", "c16", "U9")[rng.integers(6)]),
    )
    with np.errstate(all="ignore"):
        try:
            return _saved(changes[rng.integers(len(changes))]())
        except (IndexError, ValueError):
            return content


def edit_array_bytes(members, rng):
    """Other bytes anywhere in the member."""
    return _of_array(members, rng, lambda c, rng, o: edited_by(ANYWHERE, c, rng, o)[0])


def _of_array(members, rng, edit):
    places = arrays_of(members)
    if not places:
        return members
    index = places[rng.integers(len(places))]
    name, content = members[index]
    others = [members[place][1] for place in places]
    # An edit before this one may have left no array.
    with suppress(Exception):
        content = edit(content, rng, others)
    return [*members[:index], (name, content), *members[index + 1 :]]


def _saved(values):
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def arrange_members(members, rng):
    """A member left out, said twice, moved, emptied, renamed, or with another's content."""
    if len(members) < 2:
        return members
    here, there = rng.integers(len(members), size=2)
    (name, content), rest = members[here], [*members[:here], *members[here + 1 :]]
    changed = (
        rest,
        [*members, (name, content)],
        [*rest, (name, content)],
        [*rest, (name, b"")],
        [*rest, (NAMES[rng.integers(len(NAMES))], content)],
        [*rest, (name, members[there][1])],
    )
    return changed[rng.integers(len(changed))]


def add_bomb(members, rng):
    """An array of few bytes on the disk that is endless when it is unpacked."""
    places = arrays_of(members)
    if not places or rng.random() > SELDOM:
        return members
    index = places[rng.integers(len(places))]
    said = {"descr": "<f8", "fortran_order": False, "shape": (BOMB // 8,)}
    head = with_array_header(b"\x93NUMPY\1\0", repr(said).encode() + b"\n")
    packer = zlib.compressobj(9, wbits=RAW_DEFLATE)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = first + zeros_packed(BOMB, RAW_DEFLATE)
    # What the archive says of its size may be a lie.
    bomb = stream, 0, len(head) + (BOMB if rng.random() < 0.5 else 8)
    return [*members[:index], (members[index][0], bomb), *members[index + 1 :]]


ARRAYS = (edit_array_header, edit_array_values, edit_array_shape, edit_array_bytes)
MEMBERS = (arrange_members, add_bomb)
