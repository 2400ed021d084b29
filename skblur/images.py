"""What comes in as an image: any usual dtype, grey or colour, to float luma."""

import numpy as np

__all__ = []

# Rec. 601 luma, the weights that JPEG itself uses.
LUMA = np.array([0.299, 0.587, 0.114])
OVERSHOOT = 0.1

# Variance of rounding to 8 bits: a step of 1/255, uniform within it.
ROUNDING_NOISE = 1 / (12 * 255**2)


def as_float(image, name="image"):
    """Floats in [0, 1]: integers by their range, float32 kept as it is."""
    image = np.asarray(image)
    if image.dtype == bool:
        return image.astype(np.float32)
    if image.dtype in (np.uint8, np.uint16):
        return image.astype(np.float32) / np.float32(np.iinfo(image.dtype).max)
    if image.dtype == np.float16:
        image = image.astype(np.float32)
    if image.dtype not in (np.float32, np.float64):
        msg = f"{name} must be bool, uint8, uint16, float32 or float64, got {image.dtype}"
        raise ValueError(msg)
    if not np.isfinite(image).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity in it")
    if image.size and not (-OVERSHOOT <= image.min() <= image.max() <= 1 + OVERSHOOT):
        msg = (
            f"{name} of floats must lie in [0, 1], got [{image.min():g}, {image.max():g}]: "
            "divide by its full scale first"
        )
        raise ValueError(msg)
    return np.clip(image, 0, 1)


def as_dtype(floats, dtype):
    """Floats in [0, 1] as bool, integers over their range, or floats."""
    if dtype.kind == "b":
        return floats > 0.5
    if dtype.kind == "u":
        return np.rint(floats * np.float64(np.iinfo(dtype).max)).astype(dtype)
    return floats.astype(dtype)


def luma_of(image, name="image"):
    """Two-dimensional float luma of a grey image, or one with its colours last."""
    return as_luma(image, channel_axis=-1 if np.ndim(image) == 3 else None, name=name)


def as_luma(image, channel_axis=None, name="image"):
    """Two-dimensional float luma; an alpha channel is ignored."""
    image = np.asarray(image)
    n_axes = 2 if channel_axis is None else 3
    if image.ndim != n_axes:
        hint = (
            "; pass channel_axis=-1 for colour" if n_axes == 2 and image.ndim == 3 else ""
        )
        raise ValueError(f"{name} must have {n_axes} axes, got shape {image.shape}{hint}")
    if channel_axis is None:
        return as_float(image, name)
    image = np.moveaxis(image, channel_axis, -1)
    n_channels = image.shape[-1]
    if not 1 <= n_channels <= 4:
        msg = f"{name} must have 1 to 4 channels, got {n_channels}: is channel_axis right?"
        raise ValueError(msg)
    # One or two channels are grey and alpha, three or four are RGB and alpha.
    if n_channels < 3:
        return as_float(image[..., 0], name)
    colour = as_float(image[..., :3], name)
    return colour @ LUMA.astype(colour.dtype)
