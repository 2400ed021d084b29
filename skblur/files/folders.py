"""Folders of pictures."""

import os
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from .formats import FORMATS

__all__ = []


class Found(NamedTuple):
    """What is in a folder."""

    paths: list[Path]  # of the pictures, sorted
    others: Counter  # how many files there are of each suffix that is no picture's


def image_paths(folder):
    """Pictures in a folder and the folders in it, sorted.

    Hidden files and folders, whose names begin with a dot, are passed over, and so are
    links to other folders.

    Raises
    ------
    FileNotFoundError
        If there is none.

    OSError
        If a folder cannot be read.
    """
    found = look_through(folder).paths
    if not found:
        raise FileNotFoundError(f"no pictures in {folder}")
    return found


def look_through(folder, include=(), exclude=(), follow_links=False):
    """As `image_paths`, of all names or some, and what else there is.

    Parameters
    ----------
    folder : str or path-like
        The folder.

    include, exclude : sequence of str
        Patterns of names (``*.jpg``) or of paths within the folder (``2024/*``): pictures
        must match one of the first, if there are any, and none of the second.

    follow_links : bool
        Whether to look into linked folders, each once.

    Raises
    ------
    OSError
        If a folder cannot be read.
    """
    paths, others, seen = [], Counter(), set()
    for parent, folders, names in os.walk(folder, onerror=_stop, followlinks=follow_links):
        if follow_links and _is_known(parent, seen):
            folders[:] = []
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name.startswith(".") or not path.is_file():
                continue
            if path.suffix.lower() not in FORMATS:
                others[path.suffix.lower()] += 1
            elif _is_asked_for(path, folder, include, exclude):
                paths.append(path)
    return Found(sorted(paths), others)


def _is_known(folder, seen):
    """Whether a folder has been looked into; from now on it has."""
    state = os.stat(folder)
    place = state.st_dev, state.st_ino
    known = place in seen
    seen.add(place)
    return known


def _is_asked_for(path, folder, include, exclude):
    names = path.name, path.relative_to(folder).as_posix()

    def matches(patterns):
        return any(fnmatch(name, pattern) for pattern in patterns for name in names)

    return (not include or matches(include)) and not matches(exclude)


def _stop(error):
    raise error
