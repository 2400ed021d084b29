import errno
import re
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, features
from PIL.PngImagePlugin import PngInfo
from skimage.metrics import peak_signal_noise_ratio

from skblur.files.formats import FORMATS
from skblur.images.metadata import settled
from skblur.images.reading import read_with_metadata
from skblur.images.writing import check_format, write_image

needs_avif = pytest.mark.skipif(
    "avif" not in features.modules or not features.check("avif"), reason="no AVIF"
)
AVIF = pytest.param(".avif", marks=needs_avif)

# What each holds without loss: types and numbers of channels.
EXACT = {
    ".png": {"?1", "B1", "B2", "B3", "B4", "H1"},
    ".tif": {f"{kind}{n}" for kind in "BHefd" for n in (1, 2, 3, 4)} | {"?1"},
    ".webp": {"B3", "B4"},
    ".jp2": {"B1", "B2", "B3", "B4", "H1"},
    ".bmp": {"?1", "B1", "B3"},
    ".ppm": {"B3"},
    ".pgm": {"B1", "H1"},
    ".pnm": {"B1", "B3", "H1"},
}
# And what each holds with some, or as more than it was.
NEARLY = {
    ".avif": {"?1", "B1", "B2", "B3", "B4"},
    ".gif": {"?1", "B1"},
    ".jpg": {"?1", "B1", "B3"},
    ".jpeg": {"?1", "B1", "B3"},
    ".webp": {"?1", "B1", "B2"},
    ".jp2": {"?1"},
    ".ppm": {"?1", "B1", "H1"},
    ".pgm": {"?1"},
    ".pnm": {"?1"},
}
TYPES = [f"{kind}{n}" for kind in "BHefd" for n in (1, 2, 3, 4)] + ["?1"]


def picture_of(rng, code, height=40, width=50):
    """A smooth picture of this type and number of channels."""
    n_channels = int(code[1])
    coarse = rng.random((height // 10, width // 10, n_channels))
    image = np.kron(coarse, np.ones((10, 10, 1)))
    if code[0] == "?":
        image = image > 0.5
    elif code[0] in "BH":
        image = np.rint(image * np.iinfo(code[0]).max)
    return (image if n_channels > 1 else image[..., 0]).astype(code[0])


@pytest.mark.parametrize("code", TYPES)
@pytest.mark.parametrize("suffix", [AVIF, *sorted({*FORMATS} - {".avif", ".tiff"})])
def test_as_it_is_or_not_at_all(tmp_path, rng, suffix, code):
    image, path = picture_of(rng, code), tmp_path / f"picture{suffix}"
    if code not in EXACT.get(suffix, set()) | NEARLY.get(suffix, set()):
        with pytest.raises(
            ValueError, match=rf"^picture{suffix} cannot hold .*: write \.\w+$"
        ):
            write_image(path, image, {})
        assert not list(tmp_path.iterdir())
        return
    write_image(path, image, {})
    found, channel_axis, _ = read_with_metadata(path)
    assert found.shape[:2] == image.shape[:2]
    if code in EXACT.get(suffix, ()):
        assert found.dtype == image.dtype
        assert (channel_axis is None) == (image.ndim == 2)
        np.testing.assert_array_equal(found, image)
        return
    if found.ndim > image.ndim:
        found = found[..., 0]
    elif image.ndim == 3 and image.shape[2] == 2:
        found = found[..., [0, 3]]
    full = {"?": 1, "B": 255, "H": 65535}[code[0]]
    difference = found / np.iinfo(found.dtype).max - image.astype(float) / full
    assert np.abs(difference).mean() < 0.01


def test_a_single_channel_is_grey(tmp_path, rng):
    image = picture_of(rng, "B1")
    write_image(tmp_path / "picture.png", image[..., None], {})
    np.testing.assert_array_equal(read_with_metadata(tmp_path / "picture.png")[0], image)


@pytest.mark.parametrize("suffix", [AVIF, ".webp", ".jpg"])
def test_none_costs_more_than_jpeg(tmp_path, photos, rng, suffix):
    """Also of colours, whose resolution WebP would halve."""
    image = np.rint(255 * photos[1][:128, :128]).astype(np.uint8)
    image = np.dstack([image, image[::-1], image[:, ::-1]])
    path = tmp_path / f"photo{suffix}"
    write_image(path, image, {})
    Image.fromarray(image).save(tmp_path / "as.jpg", quality=95, subsampling=0)
    found, expected = (read_with_metadata(p)[0] for p in (path, tmp_path / "as.jpg"))
    if suffix == ".webp":
        np.testing.assert_array_equal(found, image)
    else:
        ratios = [peak_signal_noise_ratio(image, each) for each in (found, expected)]
        assert ratios[0] >= ratios[1]


# Metadata

XMP = (
    b'<x:xmpmeta><rdf:Description tiff:Orientation="%d" exif:PixelXDimension="%d"/>'
    b"<tiff:ImageLength>%d</tiff:ImageLength></x:xmpmeta>"
)


def exif_of(width, height, orientation):
    exif = Image.Exif()
    exif[0x010E], exif[0x010F], exif[0x0112] = "a scene", "a maker", orientation
    exif[0x8769] = {0x9003: "2020:01:01 00:00:00", 0xA002: width, 0xA003: height}
    exif[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0)}
    return exif


@pytest.fixture
def turned(tmp_path, rng):
    """A PNG with all there is, to be turned by a quarter."""
    info = PngInfo()
    info.add_text("Author", "a person")
    info.add_itxt("Title", "eine Stra\u00dfe \u2192", "de", "Titel")
    info.add_text("Comment", "a word")
    info.add_itxt("XML:com.adobe.xmp", XMP % (6, 50, 40))
    path = tmp_path / "turned.png"
    Image.fromarray(picture_of(rng, "B3")).save(
        path,
        pnginfo=info,
        exif=exif_of(50, 40, 6).tobytes(),
        icc_profile=b"a profile",
        dpi=(300, 200),
    )
    return path


# What each format holds of it.
KEPT = {
    ".png": {"exif", "icc_profile", "xmp", "dpi", "text"},
    ".jpg": {"exif", "icc_profile", "xmp", "dpi", "comment"},
    ".tif": {"exif", "icc_profile", "xmp", "dpi"},
    ".webp": {"exif", "icc_profile", "xmp"},
    ".avif": {"exif", "icc_profile", "xmp"},
    ".jp2": {"comment"},
    ".bmp": {"dpi"},
    ".ppm": set(),
}


@pytest.mark.parametrize("suffix", [AVIF, *sorted({*KEPT} - {".avif"})])
def test_metadata(tmp_path, turned, suffix):
    """From PNG to each, and from each to itself and PNG: what can be kept is."""
    image, _, metadata = read_with_metadata(turned)
    for name in (f"first{suffix}", f"second{suffix}", "third.png"):
        write_image(tmp_path / name, image, metadata)
        found, _, metadata = read_with_metadata(tmp_path / name)
        assert found.shape == image.shape == (50, 40, 3)
        kept = KEPT[suffix]
        if name == "third.png":
            kept = {"text" if each == "comment" else each for each in kept}
        assert set(metadata) == kept
        check_metadata(metadata)


def check_metadata(metadata):
    """They are those of `turned`, and of an upright picture of 40 x 50."""
    if "exif" in metadata:
        exif = Image.Exif()
        exif.load(metadata["exif"])
        assert (exif[0x010E], exif[0x010F]) == ("a scene", "a maker")
        assert exif.get(0x0112, 1) == 1
        details = exif.get_ifd(0x8769)
        assert details[0x9003] == "2020:01:01 00:00:00"
        assert (details[0xA002], details[0xA003]) == (40, 50)
        assert exif.get_ifd(0x8825)[1] == "N"
        assert not exif.get_ifd(1)
    assert metadata.get("icc_profile", b"a profile") == b"a profile"
    assert metadata.get("xmp", XMP % (1, 40, 50)) == XMP % (1, 40, 50)
    np.testing.assert_allclose(metadata.get("dpi", (200, 300)), (200, 300), rtol=1e-4)
    assert metadata.get("comment", b"a word") == b"a word"
    text = metadata.get("text", {"Comment": "a word"})
    assert text["Comment"] == "a word"
    if len(text) > 1:
        assert text["Author"] == "a person"
        assert (text["Title"], text["Title"].lang) == ("eine Stra\u00dfe \u2192", "de")


@pytest.mark.parametrize("code", ["H3", "f1", "d4"])
def test_metadata_of_what_pillow_does_not_write(tmp_path, rng, turned, code):
    image = picture_of(rng, code, 50, 40)
    metadata = read_with_metadata(turned)[2]
    write_image(tmp_path / "first.tif", image, metadata)
    found, _, metadata = read_with_metadata(tmp_path / "first.tif")
    np.testing.assert_array_equal(found, image)
    assert set(metadata) == {"exif", "icc_profile", "xmp", "dpi"}
    assert metadata["icc_profile"] == b"a profile"
    assert metadata["xmp"] == XMP % (1, 40, 50)
    assert metadata["dpi"] == pytest.approx((200, 300), rel=1e-4)
    exif = Image.Exif()
    exif.load(metadata["exif"])
    assert (exif[0x010E], exif[0x010F]) == ("a scene", "a maker")
    with tifffile.TiffFile(tmp_path / "first.tif") as tiff:
        assert tiff.pages[0].compression == 8


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_tags_of_a_tiff_stay_there(tmp_path, rng, suffix):
    """Non-regression test for: its strips were taken for EXIF data of a JPEG."""
    image = picture_of(rng, "B3")
    options = {"photometric": "rgb", "tile": (16, 16), "metadata": None}
    tifffile.imwrite(tmp_path / "tiled.tif", image, description="a scene", **options)
    metadata = read_with_metadata(tmp_path / "tiled.tif")[2]
    exif = Image.Exif()
    exif.load(metadata["exif"])
    assert set(exif) <= {0x010E, 0x0131, 0x011A, 0x011B, 0x0128}
    for name in (f"other{suffix}", "again.tif"):
        write_image(tmp_path / name, image, metadata)
        with Image.open(tmp_path / name) as picture:
            assert picture.getexif()[0x010E] == "a scene"
            picture.load()


@pytest.mark.parametrize("name", ["u1.tif", "u1.jpg", "u2.tif", "f4.tif"])
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({}, None),
        ({"metadata": {"axes": "CYX", "Author": "me"}}, '{"Author": "me"}'),
        ({"description": "a scene", "metadata": None}, "a scene"),
        ({"description": '{"form": "round"}', "metadata": None}, '{"form": "round"}'),
        ({"description": "[3, 4]", "metadata": None}, "[3, 4]"),
        ({"description": "[" * 10_000, "metadata": None}, "[" * 10_000),
    ],
)
def test_the_shape_of_an_array_is_no_comment(tmp_path, rng, name, said, kept):
    """Non-regression test for: that of three planes was said of a picture that has none."""
    planes = (200 * rng.random((3, 40, 50))).astype(name[:2])
    if name.startswith("f"):
        planes /= 200
    layout = {"photometric": "rgb", "planarconfig": "separate", "software": "a program"}
    tifffile.imwrite(tmp_path / "planar.tif", planes, **layout, **said)
    image, _, metadata = read_with_metadata(tmp_path / "planar.tif")
    write_image(tmp_path / name, image, metadata)
    exif = Image.Exif()
    exif.load(read_with_metadata(tmp_path / name)[2]["exif"])
    assert (exif.get(0x010E), exif[0x0131]) == (kept, "a program")
    if name.endswith(".tif"):
        found = tifffile.imread(tmp_path / name)
        np.testing.assert_array_equal(found, np.moveaxis(planes, 0, -1))


def test_thumbnail_is_left_out(tmp_path, rng):
    """It is one of the picture before."""
    small = Path(tmp_path, "small.jpg")
    Image.fromarray(picture_of(rng, "B3")).save(small, quality=50)
    tail = small.read_bytes()
    # One tag; then the second directory, which says where the thumbnail is.
    first = (
        b"\x00\x01"
        + bytes.fromhex("010F 0002 00000002 41000000")
        + bytes.fromhex("0000001A")
    )
    tags = "0201 0004 00000001 0000003E", f"0202 0004 00000001 {len(tail):08X}"
    second = b"\x00\x02" + b"".join(map(bytes.fromhex, tags)) + bytes(4)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + first + second
    exif += bytes(0x3E - len(exif) + 6) + tail
    Image.fromarray(picture_of(rng, "B3")).save(tmp_path / "photo.jpg", exif=exif)
    image, _, metadata = read_with_metadata(tmp_path / "photo.jpg")
    write_image(tmp_path / "out.jpg", image, metadata)
    assert tail[:50] in (tmp_path / "photo.jpg").read_bytes()
    assert b"\xff\xd8" not in (tmp_path / "out.jpg").read_bytes()[2:]
    with Image.open(tmp_path / "out.jpg") as picture:
        assert picture.getexif()[0x010F] == "A"


def test_what_a_jpeg_cannot_hold_is_left_out(tmp_path, rng):
    exif = Image.Exif()
    exif[0x010E] = "a" * 70000
    metadata = {
        "exif": exif.tobytes(),
        "xmp": bytes(70000),
        "icc_profile": bytes(100000),
        "comment": b"a\0b" * 30000,
        "dpi": (72, 72),
    }
    write_image(tmp_path / "photo.jpg", picture_of(rng, "B3"), metadata)
    found = read_with_metadata(tmp_path / "photo.jpg")[2]
    assert set(found) == {"icc_profile", "comment", "dpi"}
    assert found["icc_profile"] == bytes(100000)
    assert found["comment"].startswith(b"abab")


@pytest.mark.parametrize("mode", ["CMYK", "LAB"])
def test_profile_of_other_colours_is_left_out(tmp_path, rng, mode):
    picture = Image.fromarray(picture_of(rng, "B3"))
    if mode == "LAB":
        picture = Image.merge("LAB", picture.split())
    picture.convert(mode).save(tmp_path / "other.tif", icc_profile=b"a profile")
    assert "icc_profile" not in read_with_metadata(tmp_path / "other.tif")[2]


def test_profile_of_grey_is_none_of_colours(tmp_path, rng):
    """WebP has no grey."""
    profile = bytes(16) + b"GRAY" + bytes(20)
    for name, kept in (("grey.webp", False), ("grey.png", True)):
        write_image(tmp_path / name, picture_of(rng, "B1"), {"icc_profile": profile})
        assert ("icc_profile" in read_with_metadata(tmp_path / name)[2]) == kept


@pytest.mark.parametrize(
    "dpi", [(0, 0), (-1, 5), (float("nan"), 1), (1, float("nan")), (1e9, 1e9), "ab", None]
)
def test_senseless_resolution(dpi):
    found = settled({"dpi": dpi, "xmp": None}, None, (4, 5), 1)
    assert found == {}


# Files


@pytest.mark.parametrize("name", ["photo", "photo.txt", "photo.pdf", "photo.png.bak"])
def test_unknown_suffix(tmp_path, rng, name):
    message = re.escape(f"one of {', '.join(FORMATS)}, got {name}")
    for refused in (
        check_format,
        lambda path: write_image(path, picture_of(rng, "B3"), {}),
    ):
        with pytest.raises(ValueError, match=message):
            refused(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_known_suffixes():
    for suffix in sorted({*FORMATS} - {".avif"}):
        check_format(f"photo{suffix.upper()}")


def test_a_pillow_that_lacks_a_codec(monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(ValueError, match="the installed Pillow does not write"):
        check_format("photo.webp")


def test_what_a_format_cannot_hold_leaves_the_file_as_it_was(tmp_path, rng):
    (tmp_path / "photo.jpg").write_bytes(b"before")
    for code in ("B4", "H1", "f3"):
        with pytest.raises(ValueError, match=r"^photo\.jpg cannot hold"):
            write_image(tmp_path / "photo.jpg", picture_of(rng, code), {})
    with pytest.raises(ValueError, match=r"^photo\.jpg cannot hold this picture: "):
        write_image(tmp_path / "photo.jpg", np.zeros((1, 70000), np.uint8), {})
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk")
@pytest.mark.parametrize("name", ["photo.png", "photo.tif", "photo.jpg"])
def test_a_full_disk_is_one(tmp_path, rng, name, monkeypatch):
    """Non-regression test for: the format was said not to hold the picture."""

    @contextmanager
    def full(path):
        yield "/dev/full"

    monkeypatch.setattr("skblur.images.writing.written_aside", full)
    with pytest.raises(OSError, match="No space left") as failed:
        write_image(tmp_path / name, picture_of(rng, "B3"), {})
    assert failed.value.errno == errno.ENOSPC


def test_no_folder(tmp_path, rng):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_image(tmp_path / "nowhere" / "photo.png", picture_of(rng, "B3"), {})


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".jpg"])
def test_black_and_white_of_several_channels(tmp_path, rng, suffix):
    """Non-regression test for: such a picture could be read and not be written."""
    image = picture_of(rng, "?3")
    write_image(tmp_path / f"picture{suffix}", image, {})
    found = read_with_metadata(tmp_path / f"picture{suffix}")[0]
    np.testing.assert_array_equal(found > 127, image)


@pytest.mark.parametrize("suffix", [".jp2", ".jpg", ".gif", ".png"])
def test_long_comments_keep_no_picture_from_being_written(tmp_path, rng, suffix):
    metadata = {"comment": b"x" * 70_000}
    write_image(tmp_path / f"picture{suffix}", picture_of(rng, "B1"), metadata)
    assert read_with_metadata(tmp_path / f"picture{suffix}")[0].shape[:2] == (40, 50)
