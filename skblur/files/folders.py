"""Folders of pictures."""

from pathlib import Path

__all__ = []

IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


def image_paths(folder):
    """Pictures in a folder and the folders in it, sorted.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    paths = (
        path for path in Path(folder).rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES
    )
    found = sorted(paths)
    if not found:
        raise FileNotFoundError(f"no pictures in {folder}")
    return found
