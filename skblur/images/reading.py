"""Pictures out of files."""

import numpy as np

from .channels import as_luma

__all__ = []


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


def read_luma8(path):
    """Luma of a picture as uint8, the smallest form to keep thousands of them in."""
    image, channel_axis = read_image(path)
    return np.rint(as_luma(image, channel_axis, name=str(path)) * 255).astype(np.uint8)
