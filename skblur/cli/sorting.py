"""Pictures sorted into folders by the type of their blur."""

import errno
import filecmp
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from ..blurs.types import answer_names


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

        It is then in the folder of no other type: links to it and copies of it that are
        under its name there are removed, and nothing else. Of a picture that itself lies
        in the folder of these folders only links are: what has its bytes there may be
        another original.

        Raises
        ------
        FileExistsError
            If there is another of that name, or a folder; or a copy in the folder of
            another type, where links are asked for.

        FileNotFoundError
            If there is no such picture.

        ValueError
            If there is no such type.
        """
        names = answer_names()
        if blur_type not in names:
            # It may be that of a report, which anybody may have written.
            raise ValueError(f"its blur must be one of {names}, got {blur_type!r}")
        # A link to nothing helps nobody, and what is gone is no other than what is there.
        os.stat(path)
        place = Path(self.folder, blur_type, within)
        if not self._is_there(path, place):
            self._check_replaceable(place)
            self._make(path, place)
        # Only now: what fails, or is stopped, leaves it in one folder at least.
        for name in names:
            self._take_out(path, Path(self.folder, name, within), place)
        if not place.exists():
            # It was a link to what has been taken out.
            self._make(path, place)

    def _is_there(self, path, place):
        """Whether what is asked for has been done: the link, or the copy."""
        is_same = place.is_file() and os.path.samefile(path, place)
        if is_same and not place.is_symlink():
            # The picture itself: a link in its place would lead nowhere.
            return True
        if place.is_symlink() == self.copy or not place.is_file():
            return False
        return is_same or filecmp.cmp(path, place, shallow=False)

    def _make(self, path, place):
        """Link or copy a picture to its place."""
        os.makedirs(place.parent, exist_ok=True)
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

    def _check_replaceable(self, place):
        if place.is_dir() and not place.is_symlink():
            raise IsADirectoryError(errno.EISDIR, "a folder is in its place", str(place))
        if os.path.lexists(place) and not self.force:
            reason = "it exists and is another; --force overwrites it"
            raise FileExistsError(errno.EEXIST, reason, str(place))

    def _take_out(self, path, old, place):
        """Remove a name in the folder of another type, if it is of the same picture.

        A link that says the picture's name is removed always; a file of the same bytes
        only if the picture itself lies elsewhere, not in one of the folders that are
        sorted into. There nobody can tell a copy from an original.
        """
        # Folders may be links to each other, or what is sorted may be in one of them.
        if not os.path.lexists(old) or _is_one_name(old, place) or _is_one_name(old, path):
            return
        if _is_link_to(path, old):
            os.unlink(old)
        elif not self._has(path) and _is_copy(path, old):
            if not (self.copy or self.force):
                # It may be kept as one: the link that is in its place now is none.
                reason = "a copy of it is there, too; --force removes it"
                raise FileExistsError(errno.EEXIST, reason, str(old))
            os.unlink(old)

    def _has(self, path):
        """Whether a picture, or what it is a link to, lies within the folder."""
        named = os.path.join(
            os.path.realpath(os.path.dirname(path)), os.path.basename(path)
        )
        # A type's folder may be a link to one elsewhere.
        kinds = [os.path.join(self.folder, name) for name in answer_names()]
        roots = [os.path.realpath(root) for root in (self.folder, *kinds)]
        places = Path(named), Path(os.path.realpath(path))
        return any(place.is_relative_to(root) for place in places for root in roots)


def _is_copy(path, other):
    """Whether another file has the same bytes; of a picture with two names neither is."""
    if other.is_symlink() or not other.is_file() or os.path.samefile(path, other):
        return False
    return filecmp.cmp(path, other, shallow=False)


def _is_link_to(path, other):
    """Whether a link says the very name of a picture: others may be somebody's own."""
    return other.is_symlink() and _is_one_name(other.parent / os.readlink(other), path)


def _is_one_name(path, other):
    """Whether two paths lead to one name in one folder; links of that name not followed."""
    path, other = Path(path), Path(other)
    try:
        return path.name == other.name and os.path.samefile(path.parent, other.parent)
    except OSError:
        # One of the folders is gone.
        return False
