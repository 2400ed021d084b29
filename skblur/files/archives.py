"""Archives of arrays, and reading them without trust."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from .aside import written_aside

__all__ = []

# Zip archives begin so.
MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 10_000


def write_npz(path, **arrays):
    """Write arrays aside and move them into place, so that a file is never half there."""
    with written_aside(path) as aside, open(aside, "wb") as file:
        np.savez_compressed(file, **arrays)


def write_members(path, members):
    """Write texts or bytes by name as an archive; the same ones give the same file."""
    with written_aside(path) as aside, ZipFile(aside, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            # Without a time of day in it.
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, zlib.Z_BEST_COMPRESSION)


class Members:
    """What is in an archive, by name; nothing is unpacked before its size is known.

    Parameters
    ----------
    content : bytes
        The whole file.

    max_bytes : int
        Of all its members together when they are unpacked.

    Raises
    ------
    ValueError
        If it is no archive, or too large.
    """

    def __init__(self, content, max_bytes):
        if not content.startswith(MAGIC):
            raise ValueError("it is no archive")
        self.archive = ZipFile(BytesIO(content))
        infos = self.archive.infolist()
        self.infos = {info.filename: info for info in infos}
        if len(infos) > MAX_MEMBERS or len(self.infos) < len(infos):
            raise ValueError(f"it has {len(infos)} members, too many or of the same name")
        if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for info in infos):
            raise ValueError("it is packed in a way that no model is")
        self.size = sum(info.file_size for info in infos)
        if self.size > max_bytes:
            raise ValueError(
                f"it would take {self.size / 2**20:.0f} megabytes of memory, more than the "
                f"{max_bytes / 2**20:.0f} that are allowed: raise max_megabytes"
            )

    def __contains__(self, name):
        return name in self.infos

    def read(self, name):
        """The bytes of a member, and no more than it says that it has."""
        info = self.infos[name]
        # `ZipFile.read` unpacks all that there is before it is cut off.
        with self.archive.open(info) as file:
            content = file.read(info.file_size + 1)
        if len(content) != info.file_size:
            raise ValueError(f"its member {name} has another size than it says")
        return content


def array_bytes(array):
    """An array as the bytes of a ``.npy`` file, rows first, the lowest byte first."""
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    stream = BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def array_from(content, dtype, shape):
    """The array in the bytes of a ``.npy`` file, which must have this dtype and shape.

    Raises
    ------
    ValueError
        If it has not; before any memory is taken for it.
    """
    stream = BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array is of another version of NumPy's format")
    found = np.lib.format.read_array_header_1_0(stream)
    if found != (tuple(shape), False, np.dtype(dtype)) or found[2].kind not in "biufU":
        raise ValueError(f"an array must have shape {shape} and dtype {dtype}, has {found}")
    array = np.frombuffer(content, found[2], offset=stream.tell())
    return array.astype(found[2].newbyteorder("=")).reshape(shape)
