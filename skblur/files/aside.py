"""Files that are written aside and moved into place."""

import errno
import os
import secrets
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = []

# Of the target's name, as much as leaves room in a name of 143 bytes, the shortest limit
# there is, even where every character takes four.
KEPT_CHARACTERS = 28


@contextmanager
def written_aside(path):
    """A name to write to, moved into place when all has been written.

    The name is new, in the folder of the target, and ends in ``.part``: what is written
    there must be told its format. If the block fails or is interrupted, the target is as it
    was, and nothing is left. Links stay links, an existing target keeps its mode. What is
    no file but a stream, such as ``/dev/stdout``, gets all of it at the end.

    A run that is killed leaves its ``.part``. It is never taken for another's, and nobody
    removes it: whether the run that writes it is alive cannot be told across machines.

    Raises
    ------
    OSError
        If it cannot be written; it names `path`, not the name aside.
    """
    given = os.fspath(path)
    if is_stream(given):
        with _poured_into(given) as aside, _named(given, aside):
            yield aside
        return
    target = Path(os.path.realpath(given))
    aside = _name_aside(target)
    try:
        with _named(given, aside):
            _make(aside, target)
            yield aside
            _settle(aside)
            os.replace(aside, target)
    finally:
        _discard(aside)


def check_target(path):
    """Try, before the work, whether `written_aside` can write a file of this name.

    Raises
    ------
    OSError
        If it cannot; it names `path` and says why.
    """
    given = os.fspath(path)
    if is_stream(given):
        return
    target = Path(os.path.realpath(given))
    with _named(given, target):
        there = _state(given)
        if there is None:
            _check_new(given, target)
        else:
            _check_old(given, there)
            # A file that is protected is not to be replaced by one that is not.
            os.close(os.open(target, os.O_WRONLY))
    aside = _name_aside(target)
    try:
        # Rights are tried, not asked for: what is asked knows nothing of root, of quotas
        # and of disks that are mounted to be read.
        _make(aside, target)
    except OSError as error:
        reason = f"the folder {target.parent} cannot be written to: {error.strerror}"
        raise OSError(error.errno, reason, given) from error
    finally:
        _discard(aside)


def is_stream(path):
    """Whether a name stands for a device or what is open, which is no file to replace."""
    with suppress(OSError, ValueError):
        there = os.stat(path)
        if stat.S_ISREG(there.st_mode):
            # What is open as /dev/stdout is still somebody else's.
            folder = os.path.realpath(os.path.dirname(path))
            return folder == "/dev" or folder.startswith("/proc/")
        return not (stat.S_ISDIR(there.st_mode) or stat.S_ISBLK(there.st_mode))
    return False


def _state(path):
    """What the system says of a file, links followed; None if there is none."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _check_new(given, target):
    """Of a name that nobody has yet: that it is a file's, in a folder that is there."""
    if not given:
        raise FileNotFoundError(errno.ENOENT, "the name of a file must not be empty", given)
    if given.endswith(os.sep):
        raise IsADirectoryError(errno.EISDIR, "the name of a folder, not of a file", given)
    if not target.parent.is_dir():
        known = "is not a folder" if target.parent.exists() else "does not exist"
        raise FileNotFoundError(errno.ENOENT, f"its folder {target.parent} {known}", given)


def _check_old(given, there):
    """Of a name that is taken: that it is a file's."""
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder, not a file", given)
    if not stat.S_ISREG(there.st_mode):
        raise OSError(errno.EINVAL, "a disk, not a file", given)


def _name_aside(target):
    name = f"{target.name[:KEPT_CHARACTERS]}.{secrets.token_hex(6)}.part"
    return target.parent / name


def _make(aside, target):
    """An empty file of the target's mode and owner, or as any new file."""
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    there = _state(target)
    if there is not None:
        # Only root may change the owner, and some disks know neither.
        with suppress(OSError, AttributeError):
            os.chown(aside, there.st_uid, there.st_gid)
        with suppress(OSError):
            os.chmod(aside, there.st_mode & 0o777)


def _settle(aside):
    """Wait until the bytes are on the disk.

    Otherwise a power cut after the move may leave an empty file in place of the old one,
    and some file systems say only now that they are full. A move that is itself lost does
    no harm.
    """
    with open(aside, "rb+") as file:
        os.fsync(file.fileno())


def _discard(aside):
    with suppress(OSError):
        aside.unlink(missing_ok=True)


@contextmanager
def _poured_into(stream):
    """A name in the temporary folder, whose content is written to the stream at the end."""
    with tempfile.TemporaryDirectory(prefix="skblur-") as folder:
        aside = Path(folder, "whole.part")
        yield aside
        with _named(stream), open(aside, "rb") as whole, open(stream, "wb") as out:
            shutil.copyfileobj(whole, out)


@contextmanager
def _named(given, known_as=None):
    """Errors about a name that the user has not given are about the one that he has."""
    try:
        yield
    except OSError as error:
        # Without a number an error has a text of its own, and no place for a name.
        about = given if error.filename is None else str(error.filename)
        if error.errno is None or about not in (given, str(known_as)):
            raise
        raise OSError(error.errno, error.strerror, given) from error
