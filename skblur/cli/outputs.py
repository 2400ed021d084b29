"""What is written: never over something that is there, unless asked to."""

import errno
import os

from ..files.aside import check_target, is_stream
from .command_error import CommandError, about


def add_output(parser, what, name="FILE"):
    """Add ``-o`` and ``--force``."""
    parser.add_argument("-o", "--output", required=True, metavar=name, help=what)
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")


def check_output(path, force):
    """Check, before any work, that a file can be written and may be.

    Raises
    ------
    FileExistsError
        If it is there and may not be overwritten.

    OSError
        If it cannot be written; it names `path` and says why.
    """
    check_target(path)
    if not force and os.path.exists(path) and not is_stream(path):
        reason = "it exists; --force overwrites it"
        raise FileExistsError(errno.EEXIST, reason, os.fspath(path))


def write_output(write, path, force, *things):
    """`write` to a file, unless one has come during the work that may not be overwritten.

    Raises
    ------
    CommandError
        If it cannot be written, or may not be.
    """
    with about(path):
        check_output(path, force)
        write(path, *things)


def try_output(write, path, force, *things):
    """`write_output`, or the `CommandError` that says why not."""
    try:
        write_output(write, path, force, *things)
    except CommandError as failure:
        return failure
    return None


def check_two(first, second):
    """Check that two outputs are not one file."""
    if os.path.realpath(first) == os.path.realpath(second):
        raise ValueError("two things would be written to it")
