"""An output that each of several pictures has."""

import errno
import os
import tempfile
from pathlib import Path

from ..files.formats import FORMATS
from .command_error import about
from .outputs import check_output


class OutputOfEach:
    """Where to write something of each picture: a file, or a folder of files.

    Parameters
    ----------
    given : str
        The name of the file, or of the folder if there are several pictures, or a folder of
        them, or there is such a folder.

    suffix : str
        What files in a folder have after the path of the picture in the folder that was
        given.

    check_format : callable
        Fails on names of files that cannot be written.

    several : bool
        Whether there is more than one picture, or a folder.

    force : bool
        Whether files may be overwritten.
    """

    def __init__(self, given, suffix, check_format, *, several, force):
        self.given, self.suffix, self.force = given, suffix, force
        self.check_format = check_format
        self.in_folder = several or os.path.isdir(given)
        self.owners = {}

    def check(self):
        """Fail before any work if nothing can be written; make the folder."""
        with about(self.given):
            if self.in_folder:
                self.check_format(f"picture{self.suffix or '.png'}")
                if not os.path.isdir(self.given) and self._is_name_of_file():
                    msg = "with several pictures it must be the name of a folder"
                    raise ValueError(msg)
                _make_folder(self.given)
            else:
                self.check_format(self.given)
                check_output(self.given, self.force)

    def place(self, given):
        """Where that of a picture goes; `write_output` checks whether it may.

        Raises
        ------
        CommandError
            If it is that of another picture, or its folder cannot be made.
        """
        if not self.in_folder:
            return self.given
        path = os.path.join(self.given, f"{given.within}{self.suffix}")
        with about(path):
            self._take(path, given.name)
            self.check_format(path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def place_for_work(self, given):
        """`place`, checked before work that would be lost.

        Raises
        ------
        CommandError
            If it cannot be written, too.
        """
        path = self.place(given)
        if self.in_folder:
            with about(path):
                check_output(path, self.force)
        return path

    def _take(self, path, name):
        # The same picture twice has the same twice.
        owner = self.owners.setdefault(path, name)
        if os.path.realpath(owner) != os.path.realpath(name):
            msg = f"it is that of {owner}; that of {name} needs another folder"
            raise ValueError(msg)

    def _is_name_of_file(self):
        """Whether the name is one that pictures have, or such an output."""
        try:
            self.check_format(self.given)
        except ValueError:
            return Path(self.given).suffix.lower() in FORMATS
        return True


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
