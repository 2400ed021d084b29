"""What comes in as an image, grey or colour, of any usual dtype, and the way back."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils import gen_batches

from .arrays import as_image_array, check_channel_axis, native_dtype

__all__ = []

# Rec. 601 luma, the weights that JPEG itself uses.
LUMA = np.array([0.299, 0.587, 0.114])
OVERSHOOT = 0.1

# Rows that are read or written at a time.
BAND = 256

# Variance of rounding to 8 bits: a step of 1/255, uniform within it.
ROUNDING_NOISE = 1 / (12 * 255**2)


def as_float(image, name="image"):
    """Floats in [0, 1]: integers by their range, float32 kept as it is."""
    image = as_image_array(image, name)
    image = image.astype(native_dtype(image), copy=False)
    if image.dtype == bool:
        return image.astype(np.float32)
    if image.dtype in (np.uint8, np.uint16):
        return np.divide(image, np.float32(np.iinfo(image.dtype).max), dtype=np.float32)
    if image.dtype == np.float16:
        image = image.astype(np.float32)
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


def round_to_bits(floats, bits):
    """Floats in [0, 1] rounded to the values that so many bits have; None does not."""
    if bits is None:
        return floats
    full_scale = floats.dtype.type(2**bits - 1)
    return np.rint(floats * full_scale) / full_scale


def luma_of(image, name="image"):
    """Two-dimensional float luma of a grey image, or one with its colours last."""
    image = as_image_array(image, name)
    return as_luma(image, channel_axis=-1 if image.ndim == 3 else None, name=name)


def as_luma(image, channel_axis=None, name="image"):
    """Two-dimensional float luma; an alpha channel is ignored."""
    return Picture.read(image, channel_axis, name).luma


def has_two_levels(luma):
    """Whether every pixel has one of two values, as in a thresholded picture."""
    # A few pixels tell of nearly every photograph.
    if any(_is_between(part).any() for part in (luma[::8, ::8], luma)):
        return False
    return bool(luma.min() < luma.max())


def _is_between(luma):
    return (luma > luma.min()) & (luma < luma.max())


def luma_plane(planes):
    """Luma of three planes (3, H, W), as one."""
    return np.tensordot(LUMA.astype(planes.dtype), planes, axes=1)[None]


def weighted_luma(planes):
    """Luma (H, W) of three planes that come one by one."""
    luma = None
    for plane, weight in zip(planes, LUMA, strict=True):
        share = plane * plane.dtype.type(weight)
        luma = share if luma is None else np.add(luma, share, out=luma)
    return luma


@dataclass(frozen=True)
class Picture:
    """An image that came in, its channels told apart: colours, or grey, and alpha.

    One or two channels are grey and alpha, three or four are RGB and alpha. What is done
    to a picture is done to `planes`, and `rebuild` gives it back as it came.
    """

    image: np.ndarray
    channel_axis: int | None
    name: str = "image"

    @classmethod
    def read(cls, image, channel_axis=None, name="image"):
        """Check the dtype and the number of axes and channels.

        Raises
        ------
        TypeError
            If it is a path.
        ValueError
            If one of them is wrong.
        """
        image = as_image_array(image, name)
        check_channel_axis(channel_axis, name)
        n_axes = 2 if channel_axis is None else 3
        if image.ndim != n_axes:
            more = n_axes == 2 and image.ndim == 3
            hint = "; pass channel_axis=-1 for colour" if more else ""
            msg = f"{name} must have {n_axes} axes, got shape {image.shape}{hint}"
            raise ValueError(msg)
        if channel_axis is not None and not 1 <= image.shape[channel_axis] <= 4:
            msg = (
                f"{name} must have 1 to 4 channels, got {image.shape[channel_axis]}: "
                "is channel_axis right?"
            )
            raise ValueError(msg)
        if not image.size:
            raise ValueError(f"{name} must have pixels, got shape {image.shape}")
        return cls(image, channel_axis, name)

    @property
    def _channels(self):
        """All channels, (n, H, W), as they came."""
        if self.channel_axis is None:
            return self.image[None]
        return np.moveaxis(self.image, self.channel_axis, 0)

    @property
    def n_planes(self):
        """1 of grey, 3 of colours: alpha does not count."""
        return 3 if len(self._channels) > 2 else 1

    def plane(self, i):
        """One of `planes`, (H, W)."""
        return as_float(self._channels[i], self.name)

    @property
    def planes(self):
        """Grey or colours, without alpha: floats (1 or 3, H, W) in [0, 1]."""
        return as_float(self._channels[: self.n_planes], self.name)

    @property
    def luma(self):
        """Floats (H, W) in [0, 1]."""
        if self.n_planes == 1:
            return self.plane(0)
        return weighted_luma(map(self.plane, range(3)))

    def rebuild(self, planes):
        """An image as the one that came, with these planes; alpha is kept.

        Planes may come one by one: what is made on the way is as large as one of them.
        """
        channels = self._channels.copy()
        for channel, plane in zip(channels[: self.n_planes], planes, strict=True):
            for rows in gen_batches(len(plane), BAND):
                channel[rows] = as_dtype(plane[rows], self.image.dtype)
        if self.channel_axis is None:
            return channels[0]
        return np.moveaxis(channels, 0, self.channel_axis)
