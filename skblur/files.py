"""What is on disk: pictures, folders of them, and archives of arrays."""

import os
from pathlib import Path

import numpy as np

from .images import as_luma

IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}


def read_image(path):
    """Picture as an array, turned as its EXIF orientation says, and its channel axis.

    Returns
    -------
    image : ndarray of shape (H, W) or (H, W, channels)
        uint8, uint16 or bool.

    channel_axis : int or None
        -1 for colour.

    Raises
    ------
    OSError
        If there is no such file, or it is not a picture.
    """
    from PIL import Image, ImageOps

    with Image.open(path) as picture:
        picture = ImageOps.exif_transpose(picture)
        if picture.mode in ("P", "CMYK", "YCbCr", "LAB", "HSV", "RGBX", "RGBa", "La"):
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        image = np.asarray(picture)
    if image.dtype == np.int32 and image.min() >= 0 and image.max() < 2**16:
        # Pillow reads some 16-bit pictures as 32-bit integers.
        image = image.astype(np.uint16)
    return image, None if image.ndim == 2 else -1


def read_luma8(path):
    """Luma of a picture as uint8, the smallest form to keep thousands of them in."""
    image, channel_axis = read_image(path)
    return np.rint(as_luma(image, channel_axis, name=str(path)) * 255).astype(np.uint8)


def write_npz(path, **arrays):
    """Write arrays aside and move them into place, so that a file is never half there."""
    path = Path(path)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(aside, "wb") as file:
            np.savez_compressed(file, **arrays)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


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
