"""Pictures that Pillow reads."""

from importlib import import_module

import numpy as np

from .avif_items import without_exif
from .channels import BAND
from .codecs import has_codec
from .exif import orientation_in
from .headers import read_header
from .image_file_error import RefusedError
from .limits import check_size
from .metadata import metadata_of
from .orientation import upright
from .png_chunks import without_damaged_metadata

__all__ = []

PLUGINS = {
    "AVIF": ("AvifImagePlugin", "AvifImageFile"),
    "BMP": ("BmpImagePlugin", "BmpImageFile"),
    "GIF": ("GifImagePlugin", "GifImageFile"),
    "JPEG": ("JpegImagePlugin", "JpegImageFile"),
    "JPEG2000": ("Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "PPM": ("PpmImagePlugin", "PpmImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
}


def read_by_pillow(file, kind, max_megapixels):
    """Array, orientation, parsed EXIF data and other metadata of what is no TIFF."""
    if kind == "PNG":
        file = without_damaged_metadata(file)
    header = read_header(kind, file)
    if header.size is not None:
        check_size(header.size, max_megapixels)
    picture = _open_intact(file, kind)
    check_size(picture.size, max_megapixels)
    _check_whole(picture, kind, header)
    picture.load()
    exif, found = metadata_of(picture)
    orientation = orientation_in(exif)
    return upright(pixels_of(picture), orientation), orientation, exif, found


def _open_intact(file, kind):
    """As `open_picture`, if need be without EXIF data that keep AVIF from being opened."""
    try:
        return open_picture(file, kind)
    except RefusedError:
        raise
    except Exception:
        if kind != "AVIF":
            raise
        return open_picture(without_exif(file), kind)


def open_picture(file, kind):
    """The picture in an open file, its pixels still to be read.

    `PIL.Image.open` has a limit of its own, which all of the process shares and which here
    stands in `check_size`; and for the photograph of a telephone, which has a smaller one
    behind it, it gives an album.
    """
    if not has_codec(kind):
        raise RefusedError(
            f"is {kind}, which the installed Pillow does not read: upgrade it"
        )
    module, name = PLUGINS[kind]
    file.seek(0)
    # Without a name, for named files are mapped, and a map of a file that shrinks kills.
    return getattr(import_module(f"PIL.{module}"), name)(file, "")


def _check_whole(picture, kind, header):
    """Refuse a picture that Pillow gives less of than there is."""
    if header.bits > 8 and not picture.mode.startswith(("I", "F")):
        raise RefusedError(
            f"has {header.bits} bits per channel, of which only 8 would be read: save it "
            "as TIFF"
        )
    # A JPEG has one, what else is in the file are others of the same.
    n_frames = 1 if kind == "JPEG" else getattr(picture, "n_frames", 1)
    if n_frames > 1:
        raise RefusedError(
            f"has {n_frames} frames: save the one that is meant as a picture"
        )


def pixels_of(picture):
    """A loaded picture as an array of bool, uint8, uint16 or float32.

    It is copied by bands, for what Pillow makes on the way is twice as large.
    """
    width, height = picture.size
    image = None
    for top in range(0, height, BAND):
        box = 0, top, width, min(top + BAND, height)
        band = np.asarray(_plain(picture.crop(box)))
        if band.dtype == np.int32:
            band = _as_uint16(band)
        if image is None:
            image = np.empty((height, *band.shape[1:]), band.dtype.newbyteorder("="))
        image[top : box[3]] = band
    return image


def _plain(picture):
    """A picture in a mode that is an array of grey or RGB, with or without alpha."""
    transparent = picture.has_transparency_data
    if picture.mode.startswith(("I", "F")):
        wanted = picture.mode
    elif picture.mode in ("1", "L", "LA", "La"):
        wanted = "LA" if transparent else picture.mode
    else:
        wanted = "RGBA" if transparent else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _as_uint16(band):
    """What some Pillows keep 16 bits of grey in."""
    if band.min() < 0 or band.max() >= 2**16:
        raise RefusedError("has whole numbers of more than 16 bits")
    return band.astype(np.uint16)
