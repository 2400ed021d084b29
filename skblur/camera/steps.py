"""The steps from a sensor to a file, each a function of the planes of a picture.

Planes are an array of shape (1 or 3, H, W), float32, full scale 1. What a step does is
told with the settings of `skblur.camera.Camera`, what it is for with `take_photo`.
"""

from io import BytesIO

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from ..images.channels import luma_plane

__all__ = []

# Side of the blocks that JPEG works on.
JPEG_BLOCK = 8
# Pixels whose mean and variance the noise reduction looks at, along each axis.
WIENER_SIDE = 5


def through_mosaic(planes):
    """What a sensor behind a Bayer mosaic (RGGB) measures, as one plane."""
    if len(planes) == 1:
        return planes
    red, raw, blue = planes[0], planes[1].copy(), planes[2]
    raw[::2, ::2] = red[::2, ::2]
    raw[1::2, 1::2] = blue[1::2, 1::2]
    return raw[None]


def demosaic(raw):
    """Three planes out of one, the missing colours by bilinear interpolation."""
    is_red, is_blue = np.zeros(raw.shape[1:], bool), np.zeros(raw.shape[1:], bool)
    is_red[::2, ::2] = is_blue[1::2, 1::2] = True
    measured = np.concatenate([raw * is_red, raw * ~(is_red | is_blue), raw * is_blue])
    # Mirrored about the border's pixels the mosaic goes on as it is.
    padded = np.pad(measured, ((0, 0), (1, 1), (1, 1)), "reflect")
    sides = padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]
    sides += padded[:, :-2, 1:-1]
    sides += padded[:, 2:, 1:-1]
    corners = padded[:, :-2, :-2] + padded[:, :-2, 2:]
    corners += padded[:, 2:, :-2]
    corners += padded[:, 2:, 2:]
    # Green has four neighbours at its sides, red and blue two, or four at the corners.
    measured += np.float32([[[0.5]], [[0.25]], [[0.5]]]) * sides
    measured[::2] += np.float32(0.25) * corners[::2]
    return measured


def reduce_noise(planes, deviation):
    """Local Wiener filter: what varies no more than noise becomes its local mean."""
    window = (1, WIENER_SIDE, WIENER_SIDE)
    mean = uniform_filter(planes, window)
    variance = uniform_filter(planes**2, window) - mean**2
    noise = np.float32(deviation**2)
    return mean + (planes - mean) * (1 - noise / np.maximum(variance, noise))


def sharpen(planes, amount, radius):
    """Unsharp masking of the luma, the same in all planes, clipped to [0, 1]."""
    luma = planes if len(planes) == 1 else luma_plane(planes)
    detail = luma - gaussian_filter(luma, (0, radius, radius))
    return np.clip(planes + np.float32(amount) * detail, 0, 1)


def compress(planes, quality):
    """What JPEG leaves of a picture, colours at half the resolution."""
    from PIL import Image

    levels = np.rint(planes * np.float32(255)).astype(np.uint8)
    # One plane is grey to Pillow, three have to come as pixels.
    levels = levels[0] if len(levels) == 1 else np.stack(levels, axis=-1)
    file = BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    with Image.open(file) as picture:
        levels = np.asarray(picture).reshape(*levels.shape[:2], -1)
    return np.moveaxis(levels, -1, 0).astype(np.float32) / np.float32(255)
