"""What is on disk: pictures, folders of them, and archives of arrays."""

import os
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from .channels import as_luma

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
    return read_with_metadata(path)[:2]


def read_with_metadata(path):
    """As `read_image`, and what else is in the file and `write_image` is to keep."""
    from PIL import Image, ImageOps

    with Image.open(path) as picture:
        picture = ImageOps.exif_transpose(picture)
        # The orientation is no longer among it: the pixels have been turned.
        metadata = {"exif": picture.getexif().tobytes()}
        metadata["icc_profile"] = picture.info.get("icc_profile")
        if picture.mode in ("P", "CMYK", "YCbCr", "LAB", "HSV", "RGBX", "RGBa", "La"):
            if picture.mode in ("CMYK", "LAB"):
                # A profile of other colours than are written.
                metadata["icc_profile"] = None
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        image = np.asarray(picture)
    if image.dtype == np.int32 and image.min() >= 0 and image.max() < 2**16:
        # Pillow reads some 16-bit pictures as 32-bit integers.
        image = image.astype(np.uint16)
    return image, None if image.ndim == 2 else -1, metadata


def write_image(path, image, metadata):
    """Write a picture with its metadata, aside first: a file is never half there.

    Raises
    ------
    ValueError
        If the name has no suffix of a picture, or its format cannot hold this one.
    """
    from PIL import Image

    path = Path(path)
    format_of = Image.registered_extensions()
    if path.suffix.lower() not in format_of:
        msg = f"the name of a picture must end in one of {sorted(IMAGE_SUFFIXES)}"
        raise ValueError(msg)
    given = {key: value for key, value in metadata.items() if value}
    kind = format_of[path.suffix.lower()]
    if kind == "JPEG":
        given |= {"quality": 95, "subsampling": 0}
    try:
        with _written_aside(path) as aside:
            Image.fromarray(image).save(aside, kind, **given)
    except OSError as error:
        raise ValueError(f"{path.name} cannot hold this picture: {error}") from error


def write_psf(path, psf):
    """Write a PSF: the numbers as ``.npy``, or a picture of 16 bits, the maximum white.

    Raises
    ------
    ValueError
        If the name ends in neither ``.npy`` nor ``.png``.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        levels = np.rint(psf * (np.iinfo(np.uint16).max / psf.max()))
        write_image(path, levels.astype(np.uint16), {})
    elif suffix == ".npy":
        with _written_aside(path) as aside, open(aside, "wb") as file:
            np.save(file, psf, allow_pickle=False)
    else:
        raise ValueError(f"the name of a PSF must end in .npy or .png, got {path}")


def read_psf(path):
    """A PSF that `write_psf` wrote, or any picture of one; not normalised.

    Raises
    ------
    OSError
        If there is no such file, or it is neither.

    ValueError
        If the numbers are no PSF.
    """
    if Path(path).suffix.lower() == ".npy":
        return np.load(path, allow_pickle=False)
    image, channel_axis = read_image(path)
    return as_luma(image, channel_axis, name=str(path)).astype(np.float64)


def read_luma8(path):
    """Luma of a picture as uint8, the smallest form to keep thousands of them in."""
    image, channel_axis = read_image(path)
    return np.rint(as_luma(image, channel_axis, name=str(path)) * 255).astype(np.uint8)


def write_npz(path, **arrays):
    """Write arrays aside and move them into place, so that a file is never half there."""
    with _written_aside(path) as aside, open(aside, "wb") as file:
        np.savez_compressed(file, **arrays)


@contextmanager
def _written_aside(path):
    """A name to write to, moved into place when all has been written."""
    path = Path(path)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield aside
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
