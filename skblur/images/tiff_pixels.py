"""Pixels of a TIFF that tifffile reads: floats, and 16 bits of several channels."""

import io
import math
import zlib

import numpy as np

from .image_file_error import RefusedError

__all__ = []

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
SEPARATE = 2
PREMULTIPLIED = 1
NONE, DEFLATE = 1, (8, 32946)

# What is inflated at a time, to be counted.
PIECE = 2**20


def check_segments(page, file):
    """Refuse a page whose strips or tiles are not all there, or hold more than they may.

    For tifffile what is missing is black, and it inflates all that comes.
    """
    across, down, n_planes = _grid(page)
    if not across * down * n_planes == len(page.dataoffsets) == len(page.databytecounts):
        raise RefusedError("is damaged: it has not as many strips as it needs")
    if sum(page.databytecounts) > file.seek(0, io.SEEK_END):
        # A few bytes would be unpacked again and again.
        raise RefusedError("is damaged: its strips lie over each other, or beyond its end")
    places = zip(page.dataoffsets, page.databytecounts, strict=True)
    for index, (offset, count) in enumerate(places):
        size = _segment_size(page, index // across % down)
        if not _is_whole(file, offset, count, size, page.compression):
            raise RefusedError(
                "is truncated or damaged: a strip of it is not as long as it says"
            )


def tifffile_pixels(page):
    """The pixels of a page as an array (H, W) or (H, W, channels)."""
    if page.photometric not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB):
        raise RefusedError(
            f"has colours of kind {int(page.photometric)} in {page.bitspersample} bits: "
            "save it as RGB"
        )
    if page.compression not in (NONE, *DEFLATE) and not _has_imagecodecs():
        name = getattr(page.compression, "name", page.compression)
        raise RefusedError(
            f"is compressed by {name}, which in {page.bitspersample} bits takes the "
            "package imagecodecs: install it, or save it uncompressed"
        )
    image = page.asarray(maxworkers=1)
    if page.planarconfig == SEPARATE and image.ndim == 3:
        image = np.moveaxis(image, 0, -1)
    image = image[..., : _n_channels(page)] if image.ndim == 3 else image
    image = image[..., 0] if image.shape[2:] == (1,) else image
    return _white_is_most(image) if page.photometric == WHITE_IS_ZERO else image


def _n_channels(page):
    """How many of the channels are colours, grey or alpha; the others are not shown."""
    n_colours = 3 if page.photometric == RGB else 1
    if page.samplesperpixel == n_colours:
        return n_colours
    kind = page.extrasamples[0] if page.extrasamples else None
    if kind == PREMULTIPLIED:
        raise RefusedError(
            "has colours that are multiplied by alpha: save it with straight alpha"
        )
    # Without a word of what it is, a fourth channel is alpha.
    return n_colours if kind == 0 else n_colours + 1


def _white_is_most(image):
    if image.dtype.kind == "f":
        raise RefusedError("has floats of which 0 is white: save it with 0 black")
    return np.iinfo(image.dtype).max - image


def _grid(page):
    """How many strips or tiles there are across, down and of planes."""
    n_planes = page.samplesperpixel if page.planarconfig == SEPARATE else 1
    if not page.is_tiled:
        return 1, math.ceil(page.imagelength / page.rowsperstrip), n_planes
    across = math.ceil(page.imagewidth / page.tilewidth)
    return across, math.ceil(page.imagelength / page.tilelength), n_planes


def _segment_size(page, row):
    """How many bytes a strip or tile of this row of them holds when it is unpacked."""
    n_samples = 1 if page.planarconfig == SEPARATE else page.samplesperpixel
    depth = page.bitspersample // 8 * n_samples
    if page.is_tiled:
        return page.tilelength * page.tilewidth * depth
    n_rows = min(page.rowsperstrip, page.imagelength - row * page.rowsperstrip)
    return n_rows * page.imagewidth * depth


def _is_whole(file, offset, count, size, compression):
    """Whether a strip or tile is in the file, and holds so many bytes."""
    end = file.seek(0, io.SEEK_END)
    if compression == NONE:
        return count >= size and offset + size <= end
    if not 0 < count <= end - offset:
        return False
    if compression not in DEFLATE:
        return True
    file.seek(offset)
    return _inflated_size(file.read(count), size) == size


def _inflated_size(data, most):
    """How many bytes these become, or more than the most that they may."""
    unpacker, size = zlib.decompressobj(), 0
    while size <= most and not unpacker.eof:
        piece = unpacker.decompress(data, PIECE)
        data = unpacker.unconsumed_tail
        size += len(piece)
        if not piece and not data:
            break
    return size


def _has_imagecodecs():
    try:
        import imagecodecs  # noqa: F401
    except ImportError:
        return False
    return True
