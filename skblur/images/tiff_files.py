"""Pictures in TIFF, which may hold anything."""

from contextlib import nullcontext

from .exif import exif_of_tiff, orientation_in
from .image_file_error import RefusedError
from .limits import check_size
from .metadata import metadata_of_tiff
from .orientation import upright
from .pillow_files import open_picture, pixels_of
from .quiet import quiet_libtiff
from .tiff_pixels import (
    BLACK_IS_ZERO,
    NONE,
    WHITE_IS_ZERO,
    check_segments,
    tifffile_pixels,
)

__all__ = []

# A picture with smaller copies and masks has some ten.
MOST_PAGES = 100

REDUCED, MASK = 1, 4
OLD_SUBFILE_TYPE, OLD_REDUCED = 0x00FF, 2

UNSIGNED, SIGNED, FLOAT = 1, 2, 3
KINDS = {UNSIGNED: "whole", SIGNED: "signed whole", FLOAT: "floating-point"}
# Straight, and multiplied.
ALPHAS = ((2,), (1,))

# Tiles of an image may be larger than it, but not by much.
LARGEST_TILE = 2**24


def read_tiff(file, max_megapixels):
    """Array, orientation, parsed EXIF data and other metadata of the picture in a TIFF."""
    from tifffile import TiffFile

    file.seek(0)
    with TiffFile(file) as tiff:
        index, page = _the_page(tiff.pages)
        _check_page(page, max_megapixels)
        exif = exif_of_tiff(file, page.offset, tiff.byteorder, tiff.is_bigtiff)
        orientation = orientation_in(exif)
        if _is_pillows(page, tiff.byteorder):
            # Which turns it upright.
            picture = open_picture(file, "TIFF")
            picture.seek(index)
            # Of tags that are there twice it may have taken the other.
            check_size(picture.size, max_megapixels)
            with nullcontext() if page.compression == NONE else quiet_libtiff():
                picture.load()
            image, mode = pixels_of(picture), picture.mode
        else:
            check_segments(page, file)
            image, mode = upright(tifffile_pixels(page), orientation), None
        return image, orientation, exif, metadata_of_tiff(exif, page.tags, mode)


def _the_page(pages):
    """Number and tags of the only page of full size; smaller copies and masks are none."""
    whole, offsets = [], set()
    for index, page in enumerate(pages):
        if page.offset in offsets:
            raise RefusedError("is damaged: its pages follow each other in a circle")
        offsets.add(page.offset)
        if not page.subfiletype & (REDUCED | MASK) and not _is_old_copy(page):
            whole.append((index, page))
        if len(offsets) > MOST_PAGES:
            # To count them takes seconds where they are many.
            raise RefusedError(
                f"has more than {MOST_PAGES} pages: save the one that is meant as a picture"
            )
    if not offsets:
        raise RefusedError("is damaged: it has no pages")
    if not whole:
        raise RefusedError("holds no picture of full size, only smaller copies")
    if len(whole) > 1:
        raise RefusedError(
            f"has {len(whole)} pages: save the one that is meant as a picture"
        )
    return whole[0]


def _is_old_copy(page):
    tag = page.tags.get(OLD_SUBFILE_TYPE)
    return tag is not None and tag.value == OLD_REDUCED


def _check_page(page, max_megapixels):
    """Refuse what neither Pillow nor tifffile gives as it is."""
    check_size((page.imagewidth, page.imagelength), max_megapixels)
    if page.is_tiled:
        largest = max(LARGEST_TILE, 2 * page.imagewidth * page.imagelength)
        if page.tilewidth * page.tilelength > largest:
            raise RefusedError("is damaged: its tiles are far larger than the picture")
    if page.imagedepth != 1:
        raise RefusedError(f"has {page.imagedepth} slices: save the one that is meant")
    bits, kind = page.bitspersample, int(page.sampleformat)
    if not _is_read(kind, bits):
        raise RefusedError(
            f"has {KINDS.get(kind, 'other')} numbers of {bits} bits: save it with 8 or 16 "
            "bits, or as floats in [0, 1]"
        )
    if page.photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO) and not _is_grey(page):
        raise RefusedError(
            f"has {page.samplesperpixel} channels that are no colours: save the one that "
            "is meant"
        )


def _is_grey(page):
    """Whether its channels are grey alone, or grey and alpha."""
    if page.samplesperpixel == 1:
        return True
    return page.samplesperpixel == 2 and page.extrasamples[:1] in ALPHAS


def _is_read(kind, bits):
    if kind == UNSIGNED:
        return bits in (1, 2, 4, 8, 16)
    return kind == FLOAT and bits in (16, 32, 64)


def _is_pillows(page, byteorder):
    """Whether Pillow gives these pixels as they are.

    It takes 0 for black, keeps 8 bits of several channels, and turns floats around that
    libtiff has turned already.
    """
    if page.bitspersample <= 8:
        return True
    if page.photometric != BLACK_IS_ZERO or page.samplesperpixel > 1:
        return False
    if int(page.sampleformat) == UNSIGNED:
        return True
    return page.bitspersample == 32 and (byteorder == "<" or page.compression == NONE)
