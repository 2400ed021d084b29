import io
import os
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from picture_files import bytes_of, check_refused, colours
from PIL import Image, ImageOps, features

from skblur import ImageFileError, read_image
from skblur.images.reading import read_luma8, read_with_metadata

needs_avif = pytest.mark.skipif(
    "avif" not in features.modules or not features.check("avif"), reason="no AVIF"
)
AVIF = pytest.param("avif", marks=needs_avif)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "photo.any"


@pytest.mark.parametrize("suffix", ["png", "webp", "tif", "bmp", "ppm", "jp2"])
def test_formats_without_loss(path, rng, suffix):
    image = colours(rng)
    options = {"lossless": True} if suffix == "webp" else {}
    path.write_bytes(bytes_of(Image.fromarray(image), suffix, **options))
    found, channel_axis = read_image(path)
    assert channel_axis == -1
    np.testing.assert_array_equal(found, image)


@pytest.mark.parametrize("suffix", ["jpg", "gif", AVIF])
def test_other_formats_are_as_pillow_reads_them(path, rng, suffix):
    path.write_bytes(bytes_of(Image.fromarray(colours(rng)), suffix))
    with Image.open(path) as picture:
        np.testing.assert_array_equal(read_image(path)[0], picture.convert("RGB"))


@pytest.mark.parametrize(
    ("mode", "as_mode"),
    [
        *(("1", "1"), ("L", "L"), ("LA", "LA"), ("P", "RGB"), ("PA", "RGBA")),
        *(("RGB", "RGB"), ("RGBA", "RGBA"), ("CMYK", "RGB"), ("LAB", "RGB")),
    ],
)
def test_modes(path, rng, mode, as_mode):
    picture = Image.fromarray(colours(rng, 600, 20))
    if mode == "PA":
        picture = picture.convert("RGBA").convert("P")
    elif mode == "LAB":
        picture = Image.merge("LAB", picture.split())
    picture = picture.convert(mode)
    path.write_bytes(bytes_of(picture, "tif"))
    found, channel_axis = read_image(path)
    assert channel_axis == (None if len(as_mode) == 1 else -1)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, picture.convert(as_mode))


@pytest.mark.parametrize("colour", [(1, 2, 3), 7])
def test_a_colour_that_is_transparent(path, rng, colour):
    """Non-regression test for: of grey and RGB, it was shown."""
    picture = Image.fromarray(colours(rng)).convert("L" if colour == 7 else "RGB")
    picture.paste(colour, (0, 0, 20, 30))
    path.write_bytes(bytes_of(picture, "png", transparency=colour))
    image, _ = read_image(path)
    assert image.shape[2] == (2 if colour == 7 else 4)
    assert not image[:30, :20, -1].any()
    assert image[30:, 20:, -1].mean() > 250


@pytest.mark.parametrize("suffix", ["png", "tif", "jp2"])
def test_grey_of_16_bits(path, rng, suffix):
    image = rng.integers(0, 65536, (9, 7), dtype=np.uint16)
    path.write_bytes(bytes_of(Image.fromarray(image), suffix))
    found, channel_axis = read_image(path)
    assert channel_axis is None
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, image)


@pytest.mark.parametrize("bits", [10, 12])
def test_grey_between_8_and_16_bits(path, bits):
    """Of a camera or a scanner: it fills the range of 16, and loses nothing."""
    image = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) % 2**bits
    # What is stored is signed, so that fewer bits have their middle elsewhere.
    stored = image + 2**15 - 2 ** (bits - 1)
    content = bytearray(bytes_of(Image.fromarray(stored), "jp2"))
    for place in (content.index(b"ihdr") + 14, content.index(b"\xff\x4f\xff\x51") + 42):
        assert content[place] == 15
        content[place] = bits - 1
    path.write_bytes(content)
    np.testing.assert_array_equal(read_image(path)[0], image << (16 - bits))


def test_pgm(path, rng):
    image = rng.integers(0, 65536, (9, 7), dtype=np.uint16)
    path.write_bytes(b"P5 # of a camera\n7 9 65535\n" + image.astype(">u2").tobytes())
    np.testing.assert_array_equal(read_image(path)[0], image)
    image %= 1000
    path.write_bytes(b"P5 7 9 999\n" + image.astype(">u2").tobytes())
    np.testing.assert_array_equal(read_image(path)[0], np.rint(image / 999 * 65535))
    path.write_bytes(b"P1 3 2 101 010")
    np.testing.assert_array_equal(read_image(path)[0], [[0, 1, 0], [1, 0, 1]])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", AVIF])
def test_orientation_is_as_pillow_turns(path, rng, suffix, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(colours(rng, 8, 12))
    path.write_bytes(bytes_of(picture, suffix, exif=exif.tobytes()))
    with Image.open(path) as picture:
        np.testing.assert_array_equal(read_image(path)[0], ImageOps.exif_transpose(picture))


# What would be lost


def png_of_16_bits(n_channels):
    """Of 3 or 2 channels, which Pillow reads and does not write."""
    head = (7).to_bytes(4, "big") + (9).to_bytes(4, "big")
    head += bytes([16, {2: 4, 3: 2, 4: 6}[n_channels], 0, 0, 0])
    rows = zlib.compress((b"\0" + bytes(7 * n_channels * 2)) * 9)
    chunks = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big")
        + name
        + data
        + zlib.crc32(name + data).to_bytes(4, "big")
        for name, data in chunks
    )


@pytest.mark.parametrize("n_channels", [2, 3, 4])
def test_png_of_more_than_8_bits(path, n_channels):
    """Non-regression test for: it was read with 8."""
    path.write_bytes(png_of_16_bits(n_channels))
    check_refused(path, "has 16 bits per channel, of which only 8 .* save it as TIFF")


@pytest.mark.parametrize("magic", [b"P6", b"P3"])
def test_ppm_of_more_than_8_bits(path, magic):
    path.write_bytes(magic + b" # 10 bits\n1 1 1023\n" + b"1 2 3 4 ")
    check_refused(path, "has 10 bits per channel")


def test_jpeg_2000_of_more_than_8_bits(path, rng):
    content = bytearray(bytes_of(Image.fromarray(colours(rng)), "jp2"))
    first = content.index(b"\xff\x4f\xff\x51") + 42
    assert content[first : first + 9 : 3] == b"\x07\x07\x07"
    content[first] = 11
    path.write_bytes(content)
    check_refused(path, "has 12 bits per channel")


@needs_avif
def test_avif_of_more_than_8_bits(path, rng):
    content = bytearray(bytes_of(Image.fromarray(colours(rng)), "avif"))
    content[content.index(b"av1C") + 6] |= 0x40
    path.write_bytes(content)
    check_refused(path, "has 10 bits per channel|cannot be read")


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif", AVIF])
def test_several_frames(path, rng, suffix):
    frames = [Image.fromarray(colours(rng)) for _ in range(3)]
    path.write_bytes(bytes_of(frames[0], suffix, save_all=True, append_images=frames[1:]))
    check_refused(path, "has 3 (frames|pages): save the one that is meant as a picture")


def test_the_photograph_of_a_telephone(path, rng):
    """A JPEG with a smaller one behind it, for which Pillow has a format of its own."""
    photograph = Image.fromarray(colours(rng))
    album = io.BytesIO()
    small = photograph.resize((25, 20))
    photograph.save(album, "MPO", save_all=True, append_images=[small], quality=90)
    path.write_bytes(album.getvalue())
    with Image.open(path) as picture:
        assert picture.n_frames == 2
        np.testing.assert_array_equal(read_image(path)[0], picture)


# Files


def test_errors_of_the_file_system_stay(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_image(tmp_path / "nowhere.png")
    with pytest.raises(IsADirectoryError):
        read_image(tmp_path)
    with pytest.raises(ImageFileError, match="no file can have the name"):
        read_image("a\0b.png")


def test_a_pipe(tmp_path, rng):
    image = colours(rng)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = bytes_of(Image.fromarray(image), "png")
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    np.testing.assert_array_equal(read_image(str(pipe))[0], image)
    writer.join()


def test_threads(tmp_path, rng):
    """They disturb neither each other nor the filters of warnings."""
    images = [colours(rng, 60 + i) for i in range(16)]
    for i, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{i}.png")
    filters = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(read_image, [tmp_path / f"{i}.png" for i in range(16)]))
    assert warnings.filters == filters
    for (image, _), expected in zip(found, images, strict=True):
        np.testing.assert_array_equal(image, expected)


def test_luma8_is_pillows(path, rng):
    picture = Image.fromarray(colours(rng))
    path.write_bytes(bytes_of(picture, "png"))
    difference = read_luma8(path) - np.asarray(picture.convert("L"), float)
    assert np.abs(difference).max() <= 1


def test_what_is_not_in_a_file_is_not_in_its_metadata(path, rng):
    path.write_bytes(bytes_of(Image.fromarray(colours(rng)), "png"))
    assert read_with_metadata(path)[2] == {}
