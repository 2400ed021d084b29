"""Pictures sorted into folders by the type of their blur."""

import errno
import filecmp
import os
import shutil
from pathlib import Path

from ..files.aside import written_aside


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
        trial = Path(self.folder, f".{os.getpid()}.trial")
        trial.mkdir()
        trial.rmdir()

    def put(self, path, within, blur_type):
        """Sort a picture; `within` is its path in the folder that was given.

        Raises
        ------
        FileExistsError
            If there is another of that name.
        """
        place = Path(self.folder, blur_type, within)
        os.makedirs(place.parent, exist_ok=True)
        if os.path.lexists(place):
            if _is_same(path, place):
                return
            if not self.force:
                reason = "it exists and is another; --force overwrites it"
                raise FileExistsError(errno.EEXIST, reason, str(place))
            if place.is_symlink():
                # Not what it points to.
                place.unlink()
        if self.copy:
            with written_aside(place) as aside:
                shutil.copyfile(path, aside)
            shutil.copystat(path, place)
        else:
            _link(os.path.abspath(path), place)


def _is_same(path, place):
    """Whether it is there already: the link, or a copy."""
    if not os.path.exists(place):
        return False
    return os.path.samefile(path, place) or filecmp.cmp(path, place, shallow=False)


def _link(target, place):
    """A link in one step, over what is there."""
    aside = place.with_name(f".{os.getpid()}.link")
    os.symlink(target, aside)
    os.replace(aside, place)
