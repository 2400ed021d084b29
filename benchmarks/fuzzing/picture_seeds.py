"""Small valid pictures in every format that can be written here, as bytes by name.

The first word of a name is the format, and the suffix of the file.
"""

import io

import numpy as np
import tifffile
from PIL import Image, ImageCms, PngImagePlugin
from scipy.ndimage import convolve

from skblur import defocus_psf, motion_psf
from skblur.datasets import load_sharp_photos

__all__ = ["picture_seeds"]

SIDES = (96, 112, 128)
# Larger than what is held as one block of a compressor, small enough for quick estimates.
CORNER = 120
ORIENTATION, ARTIST = 0x0112, 0x013B


def picture_seeds():
    """All of them, a dict of str to bytes."""
    pictures = _crops()
    seeds = {}
    for family in (_png, _jpeg, _tiff_of_pillow, _tiff, _animated, _others):
        for name, data in family(pictures):
            if data is not None:
                seeds[name] = data
    return seeds


def _crops():
    """Colour pictures, uint8 (H, W, 3), in endless turn: sharp, shaken, out of focus."""
    photos = load_sharp_photos(as_gray=False)
    psfs = (None, motion_psf(9, 30), defocus_psf(3))
    number = 0
    while True:
        photo = photos[number % len(photos)]
        height, width = SIDES[number % 3], SIDES[(number // 3) % 3]
        crop = photo[CORNER : CORNER + height, CORNER : CORNER + width]
        if crop.ndim == 2:
            crop = np.stack([crop] * 3, axis=-1)
        psf = psfs[number % len(psfs)]
        if psf is not None:
            crop = np.rint(convolve(crop / 1.0, psf[..., None])).astype(np.uint8)
        number += 1
        yield np.ascontiguousarray(crop)


def _luma(picture):
    return np.asarray(Image.fromarray(picture).convert("L"))


def _saved(picture, form, mode=None, **options):
    """Bytes of a picture; None where this Pillow cannot write the format."""
    image = Image.fromarray(picture)
    if mode is not None:
        image = image.convert(mode)
    return _written(image, form, **options)


def _written(image, form, **options):
    file = io.BytesIO()
    try:
        image.save(file, form, **options)
    except (KeyError, OSError):
        return None
    return file.getvalue()


def _exif(orientation=6):
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = orientation, "a camera"
    return exif.tobytes()


def _profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _png(pictures):
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "a picture")
    text.add_text("Comment", "said at length " * 30, zip=True)
    text.add_itxt("Description", "a picture", lang="en", zip=True)
    for mode in ("L", "RGB", "RGBA", "LA", "P", "1"):
        yield f"png {mode}", _saved(next(pictures), "PNG", mode)
    deep = _luma(next(pictures)).astype(np.uint16) * 257
    yield "png 16 bits", _written(Image.fromarray(deep), "PNG")
    said = {"pnginfo": text, "exif": _exif(), "icc_profile": _profile(), "dpi": (72, 72)}
    yield "png said", _saved(next(pictures), "PNG", **said)
    yield "png transparent", _saved(next(pictures), "PNG", "P", transparency=3)
    first, second = (Image.fromarray(next(pictures)) for _ in range(2))
    moving = {"save_all": True, "append_images": [second], "duration": 50}
    yield "png animated", _written(first, "PNG", **moving)


def _jpeg(pictures):
    for mode in ("L", "RGB", "CMYK"):
        yield f"jpeg {mode}", _saved(next(pictures), "JPEG", mode, quality=85)
    yield "jpeg progressive", _saved(next(pictures), "JPEG", progressive=True)
    restarted = {"restart_marker_rows": 2, "subsampling": 0, "optimize": True}
    yield "jpeg restarted", _saved(next(pictures), "JPEG", **restarted)
    said = {"exif": _exif(), "icc_profile": _profile(), "comment": b"a picture"}
    said["xmp"] = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'
    yield "jpeg said", _saved(next(pictures), "JPEG", **said)
    several = {"save_all": True, "append_images": [Image.fromarray(next(pictures))]}
    yield "mpo", _saved(next(pictures), "MPO", **several)


def _tiff_of_pillow(pictures):
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd"):
        name = f"tiff {compression.removeprefix('tiff_')}"
        yield name, _saved(next(pictures), "TIFF", compression=compression)
    yield "tiff group4", _saved(next(pictures), "TIFF", "1", compression="group4")
    yield "tiff CMYK", _saved(next(pictures), "TIFF", "CMYK")
    yield "tiff palette", _saved(next(pictures), "TIFF", "P")
    said = {"exif": _exif(), "icc_profile": _profile()}
    yield "tiff said", _saved(next(pictures), "TIFF", **said)


def _tiff(pictures):
    """What Pillow does not write: deep, tiled, planar, large, of several pages."""
    colours, grey = next(pictures), _luma(next(pictures))
    rgb = {"photometric": "rgb"}
    sets = {
        "16 bits": (grey.astype(np.uint16) * 257, {}),
        "16 bits big-endian": (grey.astype(np.uint16) * 257, {"byteorder": ">"}),
        "16 bits RGB": (colours.astype(np.uint16) * 257, rgb),
        "float32": ((grey / 255).astype(np.float32), {}),
        "float64 deflate": (grey / 255, {"compression": "zlib", "predictor": False}),
        "tiled": (colours, rgb | {"tile": (32, 32), "compression": "zlib"}),
        "planar": (np.moveaxis(colours, -1, 0), rgb | {"planarconfig": "separate"}),
        "big": (colours, rgb | {"bigtiff": True}),
        "pages": (np.stack([grey, grey[::-1]]), {"photometric": "minisblack"}),
        "RGBA": (np.dstack([colours, 255 - colours[..., 0]]), rgb),
        "uint32": (grey.astype(np.uint32), {}),
        "int16": (grey.astype(np.int16), {}),
        "bool": (grey > 99, {}),
    }
    for name, (image, options) in sets.items():
        file = io.BytesIO()
        tifffile.imwrite(file, image, **options)
        yield f"tiff {name}", file.getvalue()


def _animated(pictures):
    frames = [Image.fromarray(next(pictures)) for _ in range(3)]
    frames = [frame.resize(frames[0].size) for frame in frames]
    moving = {"save_all": True, "append_images": frames[1:], "duration": 50}
    yield "gif", _saved(next(pictures), "GIF")
    yield "gif interlaced", _saved(next(pictures), "GIF", "L", interlace=True)
    yield "gif animated", _written(frames[0], "GIF", **moving, disposal=2)
    yield "webp", _saved(next(pictures), "WEBP")
    yield "webp lossless", _saved(next(pictures), "WEBP", "RGBA", lossless=True)
    yield "webp animated", _written(frames[0], "WEBP", **moving)
    yield "webp said", _saved(next(pictures), "WEBP", exif=_exif(), icc_profile=_profile())


def _others(pictures):
    for mode in ("RGB", "L", "P", "1"):
        yield f"bmp {mode}", _saved(next(pictures), "BMP", mode)
    yield "ppm", _saved(next(pictures), "PPM")
    yield "pgm", _saved(next(pictures), "PPM", "L")
    deep = _luma(next(pictures)).astype(np.uint16) * 257
    yield "pgm 16 bits", _written(Image.fromarray(deep), "PPM")
    yield "pbm", _saved(next(pictures), "PPM", "1")
    yield "jp2", _saved(next(pictures), "JPEG2000")
    yield "jp2 lossy", _saved(next(pictures), "JPEG2000", quality_layers=[20, 40])
    yield "j2k", _saved(next(pictures), "JPEG2000", no_jp2=True)
    yield "avif", _saved(next(pictures), "AVIF", speed=10)
    yield "avif said", _saved(next(pictures), "AVIF", "RGBA", exif=_exif(), speed=10)
