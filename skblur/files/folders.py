"""Folders of pictures."""

import os
from pathlib import Path

from .formats import FORMATS

__all__ = []


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
    found = []
    for parent, folders, names in os.walk(folder, onerror=_stop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += (Path(parent, name) for name in names if _is_shown_image(name))
    found = sorted(path for path in found if path.is_file())
    if not found:
        raise FileNotFoundError(f"no pictures in {folder}")
    return found


def _is_shown_image(name):
    return not name.startswith(".") and Path(name).suffix.lower() in FORMATS


def _stop(error):
    raise error
