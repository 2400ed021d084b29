"""An output that each of several pictures has."""

import errno
import os
import tempfile
from pathlib import Path

from .command_error import about
from .outputs import check_output


class OutputOfEach:
    """Where to write something of each picture: a file, or a folder of files.

    Parameters
    ----------
    given : str
        The name of the file, or of the folder if there are several pictures or there is
        such a folder.

    suffix : str
        What files in a folder have after the name of the picture.

    check_format : callable
        Fails on names of files that cannot be written.

    write : callable
        Writes a file: called with its name and what is to be written.

    several : bool
        Whether there is more than one picture.

    force : bool
        Whether files may be overwritten.
    """

    def __init__(self, given, suffix, check_format, write, *, several, force):
        self.given, self.suffix, self.force = given, suffix, force
        self.check_format, self.write = check_format, write
        self.in_folder = several or os.path.isdir(given)
        self.owners = {}

    def check(self):
        """Fail before any work if nothing can be written; make the folder."""
        with about(self.given):
            if self.in_folder:
                self.check_format(f"picture{self.suffix}")
                _make_folder(self.given)
            else:
                self.check_format(self.given)
                check_output(self.given, self.force)

    def place(self, name):
        """Where that of a picture goes, checked before its work."""
        if not self.in_folder:
            return self.given
        path = os.path.join(self.given, f"{Path(name).name}{self.suffix}")
        with about(path):
            # The same picture twice has the same twice.
            owner = self.owners.setdefault(path, name)
            if os.path.realpath(owner) != os.path.realpath(name):
                msg = f"it is that of {owner}; that of {name} needs another folder"
                raise ValueError(msg)
            check_output(path, self.force)
        return path


def _make_folder(name):
    """Make a folder, if there is none, and try whether it can be written to."""
    try:
        os.makedirs(name, exist_ok=True)
        with tempfile.TemporaryFile(dir=name):
            pass
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", name) from None
    except OSError as error:
        reason = f"the folder cannot be written to: {error.strerror}"
        raise OSError(error.errno, reason, name) from error
