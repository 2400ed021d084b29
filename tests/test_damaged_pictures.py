import contextlib
import io
import logging
import os
import signal
import struct
import threading
import time
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from picture_files import bytes_of, check_refused, colours
from PIL import Image, features
from PIL.PngImagePlugin import PngInfo

from skblur import ImageFileError, read_image
from skblur.images.quiet import quiet_decoders

needs_avif = pytest.mark.skipif(
    "avif" not in features.modules or not features.check("avif"), reason="no AVIF"
)
AVIF = pytest.param("avif", marks=needs_avif)
SUFFIXES = ["png", "jpg", "webp", "tif", "bmp", "gif", "ppm", "jp2", AVIF]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "photo.any"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_limit(path, rng, suffix):
    path.write_bytes(bytes_of(Image.fromarray(colours(rng)), suffix))
    reason = r"has 0\.1 megapixels, more than the 0\.0019 that are allowed: raise max_"
    check_refused(path, reason, max_megapixels=0.0019)
    assert read_image(path, max_megapixels=0.002)[0].shape == (40, 50, 3)


@pytest.mark.parametrize("limit", [0, -1, float("nan"), "100", None])
def test_limit_that_is_none(path, limit):
    with pytest.raises(ValueError, match="max_megapixels must be a positive number"):
        read_image(path, max_megapixels=limit)


def claiming(suffix, rng):
    """A small file whose header says 20000 x 20000, or 16000 x 16000 of WebP."""
    content = bytearray(bytes_of(Image.fromarray(colours(rng)), suffix))
    big, little = (2 * (20000).to_bytes(4, order) for order in ("big", "little"))
    if suffix == "png":
        content[16:24] = big
        content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    elif suffix == "ppm":
        content = content.replace(b"50 40", b"20000 20000")
    elif suffix == "bmp":
        content[18:26] = little
    elif suffix == "gif":
        content[6:10] = little[:2] + little[4:6]
    elif suffix == "jpg":
        place = content.index(b"\xff\xc0") + 5
        content[place : place + 4] = big[2:4] + big[6:8]
    elif suffix == "webp":
        content[26:30] = 2 * (16000).to_bytes(2, "little")
    elif suffix == "jp2":
        place = content.index(b"\xff\x4f\xff\x51") + 8
        content[place : place + 8] = big
    elif suffix == "tif":
        with tifffile.TiffFile(io.BytesIO(content)) as tiff:
            for name in ("ImageWidth", "ImageLength"):
                place = tiff.pages[0].tags[name].valueoffset
                content[place : place + 2] = little[:2]
    return bytes(content)


@pytest.mark.parametrize(
    "suffix", ["png", "ppm", "bmp", "gif", "jpg", "webp", "jp2", "tif"]
)
def test_bombs(path, rng, suffix, monkeypatch):
    """Refused by their headers, before a decoder makes room."""
    path.write_bytes(claiming(suffix, rng))
    monkeypatch.setattr("skblur.images.pillow_files.pixels_of", None)
    tracemalloc.start()
    try:
        check_refused(path, "has (400|256) megapixels, more than the 100 that are allowed")
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pillows_limit_is_neither_used_nor_changed(path, rng, suffix, monkeypatch):
    """Non-regression test for: 120 megapixels were a warning, and so perhaps an error."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1500)
    path.write_bytes(bytes_of(Image.fromarray(colours(rng)), suffix))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_image(path)[0].shape == (40, 50, 3)
    assert Image.MAX_IMAGE_PIXELS == 1500


def test_texts_that_unpack_to_too_much(path, rng):
    info = PngInfo()
    info.add_text("Comment", "a" * 2**24, zip=True)
    path.write_bytes(bytes_of(Image.fromarray(colours(rng)), "png", pnginfo=info))
    check_refused(path, "(?i)too large")


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_no_pixels(path, size):
    path.write_bytes(b"P5 %d %d 255\n" % size)
    check_refused(path, "has no pixels")


# What is damaged


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truncated(path, rng, suffix):
    """Non-regression test for: half of a picture is grey, and its blur another."""
    whole = bytes_of(Image.fromarray(colours(rng)), suffix)
    for share in (0.02, 0.2, 0.5, 0.8, 0.98):
        path.write_bytes(whole[: int(share * len(whole))])
        check_refused(path, "cannot be read|is damaged|is truncated")


@pytest.mark.parametrize("dtype", [np.uint16, np.float64])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_truncated_tiff_of_tifffile(path, rng, dtype, compression):
    """Which itself makes black of what is missing."""
    image = (100 * rng.random((40, 50, 3))).astype(dtype)
    tifffile.imwrite(path, image, photometric="rgb", compression=compression)
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.8, 0.999):
        path.write_bytes(whole[: int(share * len(whole))])
        check_refused(path, "cannot be read|is damaged|is truncated")


def metadata():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "a scene", 1
    exif[0x8769] = {0x9003: "2020:01:01 00:00:00", 0xA002: 50}
    return {"exif": exif.tobytes(), "icc_profile": bytes(range(200))}


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", AVIF])
@pytest.mark.parametrize("what", ["exif", "icc_profile"])
def test_damaged_metadata_do_not_refuse_a_picture(path, rng, suffix, what):
    """Pixels are the same, whatever is in the profiles; of a PNG also if sums are wrong."""
    found = metadata()
    picture = Image.fromarray(colours(rng))
    whole = bytes_of(picture, suffix, **found)
    path.write_bytes(whole)
    expected, _ = read_image(path)
    start, length = whole.find(found[what][6:14]), len(found[what]) - 20
    if start < 0:
        # Of a PNG it is packed.
        start, length = whole.index(b"iCCP") + 20, 60
    for _ in range(30):
        mutant = bytearray(whole)
        for place in rng.integers(0, length, 3):
            mutant[start + place] = rng.integers(0, 256)
        path.write_bytes(mutant)
        found, _ = read_image(path)
        if found.shape != expected.shape or not np.array_equal(found, expected):
            # What was damaged is the orientation.
            turned = [np.rot90(expected, k) for k in range(4)]
            turned += [each[:, ::-1] for each in turned]
            assert any(np.array_equal(found, each) for each in turned)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"no picture", "it begins as none of the formats AVIF, BMP, .*WEBP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "it is HEIC: save it as JPEG or PNG"),
        (b"\0\0\0\x10ftypmif1" + bytes(8), "it has no 'meta'"),
        (b"II*\0\x08\0\0\0\0\0\0\0\0\0", "."),
        (b"BM" + bytes(60), "."),
        (b"\x89PNG\r\n\x1a\n", "."),
    ],
)
def test_no_picture(path, content, reason):
    path.write_bytes(content)
    check_refused(path, f"^photo.any (cannot be read: |is damaged|has no).*{reason}")


def test_message_is_one_line(tmp_path):
    path = tmp_path / "a\nb\x1b[31m.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0a\nb\x1b")
    with pytest.raises(ImageFileError) as refused:
        read_image(path)
    assert str(refused.value).isprintable()


def test_decoders_are_quiet(path, rng, capfd, caplog, recwarn):
    """Neither what Pillow and tifffile warn of, nor what libtiff prints, comes out."""
    picture = Image.fromarray(colours(rng))
    exif = metadata()["exif"]
    whole = bytes_of(picture, "jpg", exif=exif)
    place = whole.index(b"Exif") + 14
    path.write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
    assert read_image(path)[0].shape == (40, 50, 3)
    whole = bytes_of(picture, "tif", compression="tiff_lzw")
    for start in (20, 2000):
        path.write_bytes(whole[:start] + bytes(500) + whole[start + 500 :])
        with pytest.raises(ImageFileError):
            read_image(path)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    assert not recwarn.list
    for name in ("PIL", "tifffile"):
        assert logging.getLogger(name).propagate
        handlers = logging.getLogger(name).handlers
        assert not any(isinstance(each, logging.NullHandler) for each in handlers[1:])


# Mutants


def originals(rng):
    """A small picture of each kind by its name."""
    picture = Image.fromarray(np.kron(colours(rng, 20, 25), np.ones((2, 2, 1), np.uint8)))
    yield from ((suffix, bytes_of(picture, suffix, **metadata())) for suffix in KEEPS_ALL)
    yield from ((suffix, bytes_of(picture, suffix)) for suffix in ("bmp", "ppm", "jp2"))
    yield "gif", bytes_of(picture.quantize(16), "gif")
    yield "cmyk", bytes_of(picture.convert("CMYK"), "jpg", progressive=True)
    yield "pgm", b"P2 # plain\n3 2 300\n" + b"1 20 300 " * 2
    for compression in ("tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        yield compression, bytes_of(picture, "tif", compression=compression)
    for dtype in (np.uint16, np.float32):
        buffer = io.BytesIO()
        image = np.asarray(picture, dtype)
        tifffile.imwrite(buffer, image, photometric="rgb", tile=(16, 16))
        yield f"tiles of {dtype.__name__}", buffer.getvalue()


KEEPS_ALL = ("png", "jpg", "webp", "tif")
KINDS = [
    *KEEPS_ALL,
    *("bmp", "ppm", "jp2", "gif", "cmyk", "pgm"),
    *("tiff_lzw", "tiff_deflate", "jpeg", "packbits"),
    *("tiles of uint16", "tiles of float32"),
]


def mutate(content, rng):
    """Change, take out or put in some bytes, mostly of the header."""
    mutant = bytearray(content)
    end = min(len(mutant), 700 if rng.random() < 0.8 else len(mutant))
    place = rng.integers(end)
    kind = rng.random()
    if kind < 0.1:
        del mutant[place:]
    elif kind < 0.2:
        del mutant[place : place + rng.integers(1, 9)]
    elif kind < 0.3:
        mutant[place:place] = rng.bytes(rng.integers(1, 9))
    else:
        for place in rng.integers(end, size=rng.integers(1, 6)):
            mutant[place] = rng.choice([0, 1, 127, 128, 255, rng.integers(256)])
    return bytes(mutant)


@pytest.mark.parametrize("kind", KINDS)
def test_mutants(path, rng, kind):
    """They are read or refused, and nothing else."""
    content = dict(originals(rng))[kind]
    path.write_bytes(content)
    read_image(path)
    n_refused = 0
    for _ in range(60):
        path.write_bytes(mutate(content, rng))
        try:
            image, channel_axis = read_image(path, max_megapixels=1)
        except ImageFileError as error:
            n_refused += str(error).isprintable()
            continue
        assert image.ndim == (2 if channel_axis is None else 3)
        assert image.dtype.name in ("bool", "uint8", "uint16", "float32")
        assert image.flags.c_contiguous
    assert n_refused


def seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("end", [b"", b"\n", b"\r"])
def test_comments_without_end_take_no_time(path, end):
    """Non-regression test for: 64 kB of # took half a minute."""
    path.write_bytes(b"P5 " + b"#" * 65_530 + end)
    assert seconds(lambda: check_refused(path, "its header is no PPM")) < 1


def test_comments_in_the_header(path):
    path.write_bytes(b"P5\n# one\n2 # two\r1\n#three\n255\n\x07\x09")
    np.testing.assert_array_equal(read_image(path)[0], [[7, 9]])


def test_many_damaged_chunks_take_no_time(path, rng):
    """Non-regression test for: each moved all that came behind it."""
    image = colours(rng, 500, 600)
    data = bytes_of(Image.fromarray(image), "png")
    chunk = b"\0\0\0\0tEXt\0\0\0\0"
    path.write_bytes(data[:33] + chunk * 20_000 + data[33:])

    def read():
        np.testing.assert_array_equal(read_image(path)[0], image)

    assert seconds(read) < 2


def test_scans_without_end_are_refused(path, rng):
    """Non-regression test for: 140 bytes more cost as much time as the whole picture."""
    data = bytes_of(Image.fromarray(colours(rng)), "jpg", progressive=True)
    last = data.rindex(b"\xff\xda")
    path.write_bytes(data[:-2] + data[last:-2] * 60 + data[-2:])
    check_refused(path, "is damaged: it has 70 scans")


def test_strips_over_each_other_are_refused(path):
    """Non-regression test for: the same bytes were unpacked for each of them."""
    image = np.zeros((64, 64, 3), np.uint16)
    tifffile.imwrite(path, image, compression="zlib", rowsperstrip=1, photometric="rgb")
    with tifffile.TiffFile(path) as tiff:
        counts, offsets = (tiff.pages[0].tags[name] for name in (279, 273))
    data = bytearray(path.read_bytes())
    # Every strip begins at the first, and has all that there is.
    whole = len(data) - offsets.value[0]
    kinds = {3: "H", 4: "I"}
    struct.pack_into(
        f"<64{kinds[int(counts.dtype)]}", data, counts.valueoffset, *[whole] * 64
    )
    first = [offsets.value[0]] * 64
    struct.pack_into(f"<64{kinds[int(offsets.dtype)]}", data, offsets.valueoffset, *first)
    path.write_bytes(data)
    check_refused(path, "its strips lie over each other")


def test_very_many_pages_are_not_counted(path):
    """Non-regression test for: 50 000 pages took five seconds."""
    page = np.zeros((70, 80), np.uint8)
    with tifffile.TiffWriter(path) as tiff:
        for _ in range(150):
            tiff.write(page)
    check_refused(path, "has more than 100 pages")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_while_another_thread_reads(path, rng):
    """Non-regression test for: the child waited for a thread that it does not have."""
    path.write_bytes(bytes_of(Image.fromarray(colours(rng)), "png"))
    inside, done = threading.Event(), threading.Event()

    def hold():
        with quiet_decoders():
            inside.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        read_image(path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    done.set()
    thread.join()
    assert status == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_without_end(path):
    os.mkfifo(path)

    def pour():
        with open(path, "wb") as pipe, contextlib.suppress(BrokenPipeError):
            while True:
                pipe.write(bytes(2**20))

    thread = threading.Thread(target=pour)
    thread.start()
    with pytest.raises(ImageFileError, match="does not end"):
        read_image(path, max_megapixels=0.1)
    thread.join()


def test_chunks_that_claim_gigabytes_get_no_room(path, rng):
    """Non-regression test for: as much memory was taken as a chunk said it had."""
    data = bytearray(bytes_of(Image.fromarray(colours(rng)), "png"))
    at = data.index(b"IDAT") - 4
    data[at : at + 4] = (2**31 - 1).to_bytes(4, "big")
    path.write_bytes(data)
    tracemalloc.start()
    with contextlib.suppress(ImageFileError):
        read_image(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24
