"""The steps from linear light to a file, each a function of the planes of a picture.

Planes are an array of shape (1 or 3, H, W), float32, full scale 1. What a step does is
told with the settings of `skblur.camera.Camera`, what it is for with `take_photo`.
"""

from io import BytesIO

import numpy as np
import scipy.fft
from scipy.ndimage import gaussian_filter, uniform_filter

from .images import LUMA, as_float
from .psf import psf_to_otf

__all__ = []

# Side of the blocks that JPEG works on.
JPEG_BLOCK = 8

# sRGB's straight toe ends here, in the picture; its power is 2.4.
TOE_END = 0.055 / 1.4
# Pixels whose mean and variance the noise reduction looks at, along each axis.
WIENER_SIDE = 5


def as_planes(image, channel_axis):
    """Planes of a grey or colour image, without alpha."""
    image = np.asarray(image)
    n_axes = 2 if channel_axis is None else 3
    if image.ndim != n_axes:
        hint = "; pass channel_axis=-1 for colour" if image.ndim == 3 else ""
        raise ValueError(f"image must have {n_axes} axes, got shape {image.shape}{hint}")
    planes = image[None] if channel_axis is None else np.moveaxis(image, channel_axis, 0)
    if not 1 <= len(planes) <= 4:
        msg = f"image must have 1 to 4 channels, got {len(planes)}: is channel_axis right?"
        raise ValueError(msg)
    planes = as_float(planes[: 1 if len(planes) < 3 else 3])
    return np.ascontiguousarray(planes, np.float32)


def luma_plane(planes):
    """Luma of three planes, as one."""
    return np.tensordot(LUMA.astype(planes.dtype), planes, axes=1)[None]


def to_light(planes, gamma, contrast):
    """Linear light of a picture: both tone curves undone."""
    planes = _s_curve(planes, 1 / contrast)
    if gamma == 1:
        return planes
    offset, slope = _toe(gamma)
    light = ((planes + offset) / (1 + offset)) ** gamma
    return np.where(planes < TOE_END, planes / slope, light)


def to_picture(light, gamma, contrast):
    """A picture in [0, 1] of linear light, by both tone curves."""
    planes = np.clip(light, 0, 1)
    if gamma != 1:
        offset, slope = _toe(gamma)
        curved = (1 + offset) * planes ** (1 / gamma) - offset
        planes = np.where(curved < TOE_END, planes * slope, curved)
    return _s_curve(planes, contrast)


def _toe(gamma):
    """Offset of the power and slope of the toe, which meet in value and in slope."""
    offset = TOE_END * (gamma - 1)
    return offset, TOE_END / ((TOE_END + offset) / (1 + offset)) ** gamma


def _s_curve(planes, slope):
    """S-shaped curve through 0, 1/2 and 1, `slope` in the middle; 1/slope inverts it."""
    if slope == 1:
        return planes
    # In place: fresh memory for every step would take longer than the arithmetic.
    away = 2 * planes - 1
    divisor = np.abs(away)
    divisor *= slope - 1
    divisor += 1
    away *= slope / 2
    away /= divisor
    away += 0.5
    return away


def scaled(n_pixels, scale):
    """Whole pixels that a side has after a change of size."""
    # 0.7 of 10 pixels is 7, whatever rounding says.
    return int(n_pixels * scale + 1e-6)


def resize(planes, scale, resampling):
    """Change of size, exactly by `scale`: what is over at the far sides is left out."""
    if scale == 1:
        return planes
    from PIL import Image

    method = Image.Resampling[resampling.upper()]
    height, width = planes.shape[1:]
    size = scaled(width, scale), scaled(height, scale)
    box = (0, 0, min(size[0] / scale, width), min(size[1] / scale, height))
    pictures = [Image.fromarray(plane).resize(size, method, box) for plane in planes]
    return np.stack([np.asarray(picture) for picture in pictures])


def blur_inside(planes, psf):
    """Convolution where the PSF lies inside the planes."""
    if psf.size == 1:
        return planes
    height, width = planes.shape[1:]
    shape = [scipy.fft.next_fast_len(n, real=True) for n in (height, width)]
    spectra = scipy.fft.rfft2(planes, shape)
    spectra *= psf_to_otf(psf, shape, half=True)
    half = len(psf) // 2
    # What wraps around stays within the margin, which is cut off.
    blurred = scipy.fft.irfft2(spectra, shape, overwrite_x=True)
    return blurred[:, half : height - half, half : width - half]


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


def round_to_bits(planes, bits):
    """Rounded to the values that so many bits have."""
    if bits is None:
        return planes
    full_scale = np.float32(2**bits - 1)
    return np.rint(planes * full_scale) / full_scale


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
