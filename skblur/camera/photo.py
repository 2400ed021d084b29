"""take_photo: a scene as a camera with a blurring lens takes it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ..blurs.convolution import blur_inside
from ..blurs.psf import check_psfs
from ..images.channels import Picture, luma_plane, round_to_bits
from ..images.light import from_light, to_light
from ..images.scale import resize, scaled
from .camera import Camera
from .steps import compress, demosaic, reduce_noise, sharpen, through_mosaic

__all__ = ["take_photo"]

# Of the noise's variance at mid grey, what is there without any light.
READ_SHARE = 0.1
# Linear light of the scene from which on it is taken for clipped: 0.9 in the picture.
HIGHLIGHT = 0.8


def take_photo(
    image: ArrayLike,
    psf: ArrayLike,
    camera: Camera,
    *,
    channel_axis: int | None = None,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float32]:
    """A scene as a camera with a blurring lens takes it.

    Only what the lens has seen whole is kept: nothing is wrapped, padded or reflected,
    so the photograph is smaller than the scene by the PSF's side less one. A unit
    impulse, ``[[1]]``, is a sharp photograph of full size.

    Parameters
    ----------
    image : array-like of shape (H, W), or with a channel axis
        The scene, best a sharp photograph: bool, uint8, uint16, or floats in [0, 1].
        An alpha channel is ignored.

    psf : array-like of shape (rows, columns), or (n_down, n_across, rows, columns)
        Anything that `check_psf` takes; in pixels of the sensor, that is after
        `scale_before` and before `scale_after`. Of several, as of
        ``skblur.blurs.turning.turning_psfs``, each is that of its place, from corner to
        corner of the photograph, and between two of them there is a mixture.

    camera : Camera
        Settings of the shot.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image. None is a grey image.

    random_state : int, RandomState instance or None, default=None
        Draws the noise.

    Returns
    -------
    ndarray
        float32 in [0, 1]; grey as (H, W), colour with three channels at `channel_axis`.

    Raises
    ------
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, or is too
        small for the PSF.

    See Also
    --------
    draw_camera : Settings at random, as photographs have them.
    skblur.datasets.make_blur_photos : Many photographs and their targets.

    Examples
    --------
    >>> from skimage.data import astronaut
    >>> from skblur import motion_psf
    >>> from skblur.camera import Camera, take_photo
    >>> camera = Camera(noise=0.01, scale_after=0.5, jpeg_quality=85)
    >>> photo = take_photo(astronaut(), motion_psf(12, 30), camera, channel_axis=-1)
    >>> photo.shape, photo.dtype
    ((251, 251, 3), dtype('float32'))
    """
    psf = check_psfs(psf).astype(np.float32)
    picture = Picture.read(image, channel_axis)
    planes = np.ascontiguousarray(picture.planes, np.float32)
    if min(finished_shape(planes.shape[1:], psf.shape[-1], camera)) < 1:
        msg = (
            f"image must be large enough for a psf of {psf.shape[-2:]}, got "
            f"{planes.shape[1:]} at scales of {camera.scale_before:g} before and "
            f"{camera.scale_after:g} after it: pass a larger image or a smaller psf"
        )
        raise ValueError(msg)
    seed = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    light = blur_inside(_scene_light(planes, camera), psf)
    raw = _expose(light, camera, np.random.default_rng(seed))
    taken = _publish(_develop(raw, len(planes), camera), camera)
    return taken[0] if channel_axis is None else np.moveaxis(taken, 0, channel_axis)


def finished_shape(shape, psf_side, camera):
    """Rows and columns of the photograph of a scene of this shape; below 1 is none."""
    sensor = [scaled(n, camera.scale_before) - psf_side + 1 for n in shape]
    return tuple(scaled(n, camera.scale_after) for n in sensor)


def _scene_light(planes, camera):
    """Linear light of the scene, what was clipped made brighter."""
    light = to_light(planes, camera.gamma, camera.contrast)
    if camera.highlights > 1:
        # Where all colours are bright, and all alike: a single one is only a colour.
        above = (light.min(axis=0) - HIGHLIGHT) / (1 - HIGHLIGHT)
        light = light * (1 + (camera.highlights - 1) * np.clip(above, 0, 1) ** 2)
    return np.maximum(resize(light, camera.scale_before, "lanczos"), 0)


def _expose(light, camera, rng):
    """What the sensor measures, one plane behind a mosaic."""
    raw = light * 2**camera.exposure
    if camera.mosaic:
        raw = through_mosaic(raw)
    if camera.noise:
        raw = raw + _sensor_noise(raw, camera, rng)
    return np.minimum(raw, 1)


def _sensor_noise(light, camera, rng):
    """Poisson and Gaussian noise, both as normal draws."""
    around = np.array([0.499, 0.5, 0.501])
    below, middle, above = to_light(around, camera.gamma, camera.contrast).tolist()
    deviation = camera.noise * (above - below) / (around[2] - around[0]).item()
    relative = np.sqrt(READ_SHARE + (1 - READ_SHARE) / middle * light)
    return deviation * relative * rng.standard_normal(light.shape, dtype=np.float32)


def _develop(raw, n_planes, camera):
    """The picture that the camera makes of what its sensor measured."""
    light = demosaic(raw) if camera.mosaic else raw
    planes = from_light(light, camera.gamma, camera.contrast)
    if len(planes) > n_planes:
        planes = luma_plane(planes)
    if camera.denoise:
        planes = reduce_noise(planes, camera.denoise)
    if camera.sharpening:
        planes = sharpen(planes, camera.sharpening, camera.sharpening_radius)
    return round_to_bits(planes, camera.bits)


def _publish(planes, camera):
    """The file that is made of the picture."""
    if camera.scale_after != 1:
        # The filters with negative lobes overshoot.
        planes = np.clip(resize(planes, camera.scale_after, camera.resampling), 0, 1)
        planes = round_to_bits(planes, camera.bits)
    return planes if camera.jpeg_quality is None else compress(planes, camera.jpeg_quality)
