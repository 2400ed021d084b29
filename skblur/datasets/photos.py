"""make_blur_photos: whole photographs as a camera would have taken them, and targets."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ..blurs.blur_type import Drawn
from ..blurs.motion import MOTION
from ..blurs.targets import draw_targets, target_psf
from ..blurs.turning import turning_psfs
from ..blurs.types import blur_type, blur_types, sizes_of_types
from ..camera import Camera, draw_camera, take_photo
from ..camera.steps import JPEG_BLOCK
from ..images.arrays import as_image_array
from ..images.channels import as_luma

__all__ = ["make_blur_photos"]

# What a photograph has to have at least, in rows and columns, if nothing is asked for.
MIN_SIDE = 64
MAX_ROUNDS = 100

CameraDrawer = Callable[[np.random.RandomState], Camera]


def make_blur_photos(
    images: Sequence[ArrayLike] | NDArray[Any],
    n_samples: int = 100,
    *,
    kinds: Sequence[str] = ("none", "gaussian", "motion", "defocus"),
    size: Drawn | Mapping[str, Drawn] | None = None,
    angle: Drawn = (0.0, 180.0),
    image_shape: tuple[int, int] | None = None,
    camera: Literal["random"] | Camera | CameraDrawer | None = "random",
    real: float | Mapping[str, float] = 0.0,
    turning: float = 0.0,
    return_groups: bool = False,
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[Any, ...]:
    """Photographs with a blur between scene and camera, and their targets.

    Every sample is a photograph out of `images`, blurred in linear light and put
    through a camera by `take_photo`. Nothing is wrapped, padded or reflected, so a
    photograph of a wide blur is smaller than its source.

    Parameters
    ----------
    images : sequence of array-like, (H, W) or (H, W, channels)
        Sharp photographs, best in colour and as they were stored, in uint8: the camera
        sees the colours.

    n_samples : int, default=100
        How many photographs, at least 0.

    kinds : sequence of str, default=("none", "gaussian", "motion", "defocus")
        Types, taken in turn, so that there are equally many of each. ``"none"`` goes
        through the same camera as the others.

    size : float, (low, high) or dict, default=None
        Sigma, length or radius in pixels of the finished photograph: a number, a range
        or a dict of one of the two per type. A range is drawn from log-uniformly, so
        that narrow and wide blurs are covered alike. None is sigma 0.6-8, length 3-40,
        radius 1.5-16.

    angle : float or (low, high), default=(0.0, 180.0)
        Direction of motion in degrees, counter-clockwise from the +x axis.

    image_shape : tuple of (int, int), default=None
        Rows and columns to crop to, at a random place. None leaves the photographs as
        large as they come, at least 64 x 64 pixels.

    camera : "random", Camera, callable or None, default="random"
        Settings of the shots: ``"random"`` draws them by `draw_camera`; a callable gets
        a RandomState instance and returns them; None is a plain ``Camera()``. Settings
        that leave no photograph large enough are drawn again, so the widest blurs come
        with larger scales than the narrow ones.

    real : float or dict, default=0.0
        Share, in [0, 1], of the blurs that are as hands and lenses make them rather than
        ideal, or a dict from ``"motion"`` and ``"defocus"`` to the share of each: motions
        that wander, jerk and rest (``skblur.blurs.shake.shaken_psf``), whose targets are
        extent and main direction, and defocus by an iris with aberrations
        (``skblur.blurs.iris.iris_psf``), whose target is the radius of the same area.

    turning : float, default=0.0
        Share, in [0, 1], of those motions whose camera turns about its axis, too, so that
        every place has another PSF (``skblur.blurs.turning.turning_psfs``); their targets
        are those of the middle.

    return_groups : bool, default=False
        Also return from which photograph each sample is. Photographs of one source
        resemble each other: `sklearn.model_selection.GroupKFold` keeps them together.

    n_jobs : int or None, default=None
        Threads at work; None is one. In a `joblib.parallel_config` context with a backend
        it is that one's processes or workers. The result does not depend on it.

    random_state : int, RandomState instance or None, default=None
        Draws photographs, settings, parameters, places and noise.

    Returns
    -------
    X : list of ndarray, or ndarray of shape (n_samples, rows, columns)
        Luma of the photographs, float32 in [0, 1]; an array if `image_shape` is given.

    y : ndarray of shape (n_samples, 3)
        Rows ``(type, size, angle)`` in pixels of `X`. Types: 0 none, 1 gaussian, 2
        motion, 3 defocus.

    groups : ndarray of shape (n_samples,)
        Index into `images`; only if `return_groups` is True.

    Raises
    ------
    ValueError
        If no photograph is large enough for a blur and the camera; if `n_samples` or
        another parameter is none of its values.

    See Also
    --------
    skblur.datasets.make_blur_patches : Patches of photographs, without a camera.

    Notes
    -----
    The blur of the target is that of the lens. Demosaicing, noise reduction and a change
    of size add their own of half a pixel or so, sharpening takes some away, as they do
    in every photograph; ``"none"`` has them as well.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos, make_blur_photos
    >>> photos = load_sharp_photos(as_gray=False)
    >>> X, y = make_blur_photos(photos, 8, image_shape=(128, 192), random_state=0)
    >>> X.shape, X.dtype, y[:4, 0]
    ((8, 128, 192), dtype('float32'), array([0., 1., 2., 3.]))
    """
    rng = check_random_state(random_state)
    size = sizes_of_types("photo") if size is None else size
    y = draw_targets(kinds, size, angle, n_samples, rng, log_sizes=True)
    shots = _Shots(images, image_shape, _camera_drawer(camera), real, turning)
    # All draws come first, one sample after the other, whoever does the work then.
    plans = [shots.plan(target, rng) for target in y]
    # numpy, scipy and Pillow let go of the interpreter for what takes time.
    photos = Parallel(n_jobs, prefer="threads")
    X = photos(delayed(_Shot.take)(shots.shot(*plan)) for plan in plans)
    if image_shape is not None:
        X = np.array(X, np.float32).reshape(n_samples, *image_shape)
    groups = np.array([index for index, *_ in plans], int)
    return (X, y, groups) if return_groups else (X, y)


class _Shots:
    """Plans samples by photographs that are large enough for them."""

    def __init__(self, images, image_shape, draw_camera, real, turning):
        shares = real if isinstance(real, Mapping) else dict.fromkeys(_drawn_types(), real)
        if not all(0 <= share <= 1 for share in shares.values()):
            raise ValueError(f"real must be in [0, 1], got {real!r}")
        if not set(shares) <= set(_drawn_types()):
            msg = f"real must name types out of {_drawn_types()}, got {sorted(shares)}"
            raise ValueError(msg)
        if not 0 <= turning <= 1:
            raise ValueError(f"turning must be in [0, 1], got {turning!r}")
        self.images, self.image_shape, self.turning = images, image_shape, turning
        self.draw_camera = draw_camera
        self.real = {blur_type(name).code: share for name, share in shares.items()}
        shapes = [
            as_image_array(image, f"images[{index}]").shape
            for index, image in enumerate(images)
        ]
        for index, shape in enumerate(shapes):
            if len(shape) not in (2, 3):
                msg = f"images[{index}] must be (H, W) or (H, W, channels), got {shape}"
                raise ValueError(msg)
        self.shapes = np.array([shape[:2] for shape in shapes]).reshape(-1, 2)

    def plan(self, target, rng):
        """All that is drawn for a sample: photograph, blur, camera, places and seed."""
        for _ in range(MAX_ROUNDS):
            camera = self.draw_camera(rng)
            # The blur is to have its size after the change of size, not before.
            psf = self._psf(target / (1, camera.scale_after, 1), rng)
            needed = self._source_shape(psf.shape[-1], camera)
            fitting = np.flatnonzero((self.shapes >= needed).all(axis=1))
            if len(fitting):
                break
        else:
            msg = (
                f"images must hold a photograph of at least {needed} pixels for a blur of "
                f"{target[1]:g} pixels and a camera of scale_before={camera.scale_before:g}"
                f" and scale_after={camera.scale_after:g}: pass larger ones, or lower size "
                "or image_shape"
            )
            raise ValueError(msg)
        index = fitting[rng.randint(len(fitting))]
        places, seed = rng.random_sample((2, 2)), rng.randint(np.iinfo(np.int32).max)
        return index, psf, camera, needed, places, seed

    def _psf(self, blur, rng):
        """PSF of a blur, for part of them one that is not ideal."""
        each = blur_type(blur[0])
        share = self.real.get(each.code, 0.0)
        if share and rng.random_sample() < share:
            turns = self.turning and each.code == MOTION.code
            if turns and rng.random_sample() < self.turning:
                return turning_psfs(*each.arguments(blur), random_state=rng)
            return each.drawn_psf(*each.arguments(blur), random_state=rng)
        return target_psf(blur)

    def _source_shape(self, psf_side, camera):
        """Least shape of a photograph, with room for a crop to begin within a block."""
        if self.image_shape is None:
            finished = np.full(2, MIN_SIDE)
        else:
            # Where a crop begins in a block, or in a pair of the mosaic, is random.
            finished = np.add(self.image_shape, JPEG_BLOCK)
        seen = np.ceil(finished / camera.scale_after) + psf_side - 1
        return tuple(np.ceil(seen / camera.scale_before).astype(int).tolist())

    def shot(self, index, psf, camera, needed, places, seed):
        """What was planned, with no more of its photograph than it takes."""
        image = np.asarray(self.images[index])
        if self.image_shape is not None:
            # The camera need not develop what is cut off afterwards.
            image = _crop(image, needed, places[0])
        return _Shot(image, psf, camera, self.image_shape, places[1], seed)


class _Shot(NamedTuple):
    """All that a sample is made of, for whoever makes it."""

    image: np.ndarray
    psf: np.ndarray
    camera: Camera
    image_shape: tuple | None
    place: np.ndarray
    seed: int

    def take(self):
        """The sample: luma, cropped."""
        axis = -1 if self.image.ndim == 3 else None
        photo = take_photo(
            self.image, self.psf, self.camera, channel_axis=axis, random_state=self.seed
        )
        photo = as_luma(photo, axis)
        if self.image_shape is None:
            return photo
        # A copy, not to keep what was cut off.
        return _crop(photo, self.image_shape, self.place).copy()


def _drawn_types():
    """Names of the types whose PSFs can be drawn as the world makes them."""
    return [kind.name for kind in blur_types() if kind.drawn_psf is not None]


def _crop(image, shape, place):
    """The part at a place that is given from 0 to 1 along each axis."""
    free = np.subtract(image.shape[:2], shape) + 1
    top, left = (place * free).astype(int)
    return image[top : top + shape[0], left : left + shape[1]]


def _camera_drawer(camera):
    """A function of a RandomState instance that gives the settings of a shot."""
    if isinstance(camera, str) and camera == "random":
        return draw_camera
    if camera is None or isinstance(camera, Camera):
        fixed = Camera() if camera is None else camera
        return lambda rng: fixed
    if not callable(camera):
        msg = f"camera must be 'random', a Camera, a callable or None, got {camera!r}"
        raise ValueError(msg)
    return camera
