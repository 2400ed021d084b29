"""Pictures sorted into folders by the type of their blur."""

import errno
import filecmp
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


class Sorter:
    """Links or copies pictures into a folder for each type.

    Parameters
    ----------
    folder : str
        The folder of these folders.

    copy : bool
        Whether to copy the pictures, or to link them.

    force : bool
        Whether to replace what is there.
    """

    def __init__(self, folder, *, copy, force):
        self.folder, self.copy, self.force = folder, copy, force

    def check(self):
        """Make the folder, and fail if nothing can be made in it."""
        os.makedirs(self.folder, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="."):
            pass

    def put(self, path, within, blur_type):
        """Sort a picture; `within` is its path in the folder that was given.

        Raises
        ------
        FileExistsError
            If there is another of that name, or a folder.
        """
        place = Path(self.folder, blur_type, within)
        os.makedirs(place.parent, exist_ok=True)
        if os.path.lexists(place):
            if self._is_there(path, place):
                return
            self._check_replaceable(place)
        aside = place.with_name(f".{secrets.token_hex(6)}.part")
        try:
            if self.copy:
                shutil.copy2(path, aside)
            else:
                os.symlink(os.path.abspath(path), aside)
            # In one step, over what is there: of a link not what it points to.
            os.replace(aside, place)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(aside)

    def _is_there(self, path, place):
        """Whether what is asked for has been done: the link, or the copy."""
        if place.is_symlink() == self.copy or not place.is_file():
            return False
        return os.path.samefile(path, place) or filecmp.cmp(path, place, shallow=False)

    def _check_replaceable(self, place):
        if place.is_dir() and not place.is_symlink():
            raise IsADirectoryError(errno.EISDIR, "a folder is in its place", str(place))
        if not self.force:
            reason = "it exists and is another; --force overwrites it"
            raise FileExistsError(errno.EEXIST, reason, str(place))
