import struct
import sys
import zlib

import numpy as np
import pytest
import tifffile
from picture_files import check_refused, colours
from PIL import Image, ImageOps

from skblur import ImageFileError, read_image


@pytest.fixture
def path(tmp_path):
    return tmp_path / "photo.any"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_what_pillow_does_not_read(path, rng, orientation):
    image = rng.random((8, 12, 3))
    tags = [(0x0112, 3, 1, orientation, True)]
    tifffile.imwrite(path, image, photometric="rgb", extratags=tags)
    for i in range(3):
        plane = Image.fromarray(image[..., i].astype(np.float32))
        plane.getexif()[0x0112] = orientation
        found = read_image(path)[0][..., i].astype(np.float32)
        np.testing.assert_array_equal(found, ImageOps.exif_transpose(plane))


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("dtype", ["u1", "u2", "f2", "f4", "f8"])
@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((33, 20), {"photometric": "minisblack"}),
        ((33, 20, 3), {"photometric": "rgb"}),
        ((33, 20, 4), {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
        ((3, 33, 20), {"photometric": "rgb", "planarconfig": "separate"}),
        ((33, 20, 3), {"photometric": "rgb", "tile": (16, 16)}),
        ((33, 20, 3), {"photometric": "rgb", "rowsperstrip": 5}),
    ],
)
def test_tiff(path, rng, shape, layout, dtype, byteorder, compression):
    """Non-regression test for: RGB lost 8 of 16 bits, big-endian floats were noise."""
    image = (100 * rng.random(shape)).astype(dtype)
    if dtype[0] == "f":
        image /= 100
    tifffile.imwrite(path, image, byteorder=byteorder, compression=compression, **layout)
    found, channel_axis = read_image(path)
    assert channel_axis == (None if image.ndim == 2 else -1)
    assert found.dtype == np.dtype(dtype)
    assert found.dtype.isnative
    assert found.flags.c_contiguous
    expected = np.moveaxis(image, 0, -1) if "planarconfig" in layout else image
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_deflate"])
def test_tiff_that_pillow_unpacks(path, rng, compression):
    image = colours(rng)
    picture = Image.fromarray(image)
    picture.save(path, "TIFF", compression=compression)
    np.testing.assert_array_equal(read_image(path)[0], image)
    picture.save(path, "TIFF", compression="jpeg")
    assert read_image(path)[0].shape == image.shape


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_whose_white_is_zero(path, rng, dtype):
    """Non-regression test for: of 16 bits it was read as its negative."""
    image = rng.integers(0, 256, (9, 7)).astype(dtype)
    tifffile.imwrite(path, np.iinfo(dtype).max - image, photometric="miniswhite")
    np.testing.assert_array_equal(read_image(path)[0], image)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (1, 1, 3), (9, 1, 3), (1, 9, 4)])
@pytest.mark.parametrize("dtype", [np.uint16, np.float64])
def test_lines_and_points(path, rng, shape, dtype):
    image = (100 * rng.random(shape)).astype(dtype)
    tifffile.imwrite(path, image, photometric="rgb" if image.ndim == 3 else "minisblack")
    np.testing.assert_array_equal(read_image(path)[0], image)


def test_channels_that_are_not_shown(path, rng):
    image = rng.integers(0, 65536, (9, 7, 4), dtype=np.uint16)
    tifffile.imwrite(path, image, photometric="rgb", extrasamples=["unspecified"])
    np.testing.assert_array_equal(read_image(path)[0], image[..., :3])


def test_smaller_copies_are_no_pages(path, rng):
    image = colours(rng)
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(image[::4, ::4], photometric="rgb", subfiletype=1)
        tiff.write(image, photometric="rgb")
        tiff.write(image[::2, ::2], photometric="rgb", subfiletype=1)
    np.testing.assert_array_equal(read_image(path)[0], image)


@pytest.mark.parametrize(
    ("image", "options", "reason"),
    [
        (np.zeros((9, 7), np.uint32), {}, "has whole numbers of 32 bits: save it with"),
        (np.zeros((9, 7), np.int16), {}, "has signed whole numbers of 16 bits"),
        (np.zeros((9, 7), np.int8), {}, "has signed whole numbers of 8 bits"),
        (np.zeros((9, 7), np.complex64), {}, "has other numbers of 64 bits"),
        (np.zeros((5, 9, 7), np.uint8), {}, "has 5 pages: save the one"),
        (np.zeros((9, 7), np.uint8), {"subfiletype": 1}, "only smaller copies"),
        (np.zeros((9, 7, 5), np.uint8), {"planarconfig": "contig"}, "has 5 channels that"),
        (
            np.zeros((9, 7, 4), np.uint16),
            {"photometric": "rgb", "extrasamples": ["assocalpha"]},
            "multiplied by alpha",
        ),
        (np.zeros((9, 7), np.float32), {"photometric": "miniswhite"}, "0 is white"),
        (np.zeros((9, 7, 4), np.uint16), {"photometric": "separated"}, "save it as RGB"),
    ],
)
def test_tiff_that_is_refused(path, image, options, reason):
    tifffile.imwrite(path, image, **{"photometric": "minisblack"} | options)
    check_refused(path, reason)


def test_tiff_that_takes_imagecodecs(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    tifffile.imwrite(path, np.zeros((9, 7, 3), np.uint16), photometric="rgb")
    content = path.read_bytes()
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages[0].tags["Compression"].valueoffset
    path.write_bytes(content[:place] + b"\x05\x00" + content[place + 2 :])
    check_refused(path, "compressed by LZW, which in 16 bits takes the package imagecodecs")


def test_a_strip_that_unpacks_to_more_than_it_may(path):
    image = np.zeros((64, 64, 3), np.uint16)
    tifffile.imwrite(path, image, photometric="rgb", compression="zlib")
    content = path.read_bytes()
    with tifffile.TiffFile(path) as tiff:
        tags = tiff.pages[0].tags
        places = [tags[n].valueoffset for n in ("StripOffsets", "StripByteCounts")]
    bomb = zlib.compress(bytes(2**24))
    edited = bytearray(content + bomb)
    for place, value in zip(places, (len(content), len(bomb)), strict=True):
        size = 4 if place == places[0] else 2
        edited[place : place + size] = value.to_bytes(size, "little")
    path.write_bytes(edited)
    check_refused(path, "a strip of it is not as long as it says")


def test_pages_in_a_circle(tmp_path):
    """Non-regression test for: such pages were read without end."""
    path = tmp_path / "circle.tif"
    tifffile.imwrite(path, np.zeros((70, 80), np.uint16))
    content = bytearray(path.read_bytes())
    (first,) = struct.unpack_from("<I", content, 4)
    (n_tags,) = struct.unpack_from("<H", content, first)
    struct.pack_into("<I", content, first + 2 + 12 * n_tags, first)
    path.write_bytes(content)
    with pytest.raises(ImageFileError, match="follow each other in a circle"):
        read_image(path)
