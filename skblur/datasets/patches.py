"""make_blur_patches: patches from inside blurred photographs, and their targets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ..blurs.blur_type import Drawn
from ..blurs.convolution import blur_batch
from ..blurs.targets import draw_numbers, draw_targets, target_psf
from ..blurs.types import sizes_of_types
from ..camera.steps import JPEG_BLOCK, compress
from ..images.arrays import as_image_array
from ..images.channels import as_float, luma_of, round_to_bits
from ..images.rows import row_chunks

__all__ = ["make_blur_patches"]

MAX_ROUNDS = 100


def make_blur_patches(
    images: Iterable[ArrayLike],
    n_samples: int = 300,
    *,
    kinds: Sequence[str] = ("gaussian", "motion", "defocus"),
    size: Drawn | Mapping[str, Drawn] | None = None,
    angle: Drawn = (0.0, 180.0),
    image_shape: tuple[int, int] = (32, 32),
    noise: Drawn = 0.0,
    quantize: bool = True,
    jpeg_quality: int | tuple[int, int] | None = None,
    min_std: float = 0.02,
    return_groups: bool = False,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[NDArray[Any], ...]:
    """Patches from inside blurred photographs, with their targets: the paper's set.

    Every patch is cropped where the blur has seen the true surroundings, so nothing is
    wrapped, padded or reflected. Patches that are flat after the blur are drawn again.

    Parameters
    ----------
    images : sequence of array-like, (H, W) or (H, W, channels)
        Sharp photographs; colour is turned to luma. Those too small for a patch and
        the widest blur around it are left out.

    n_samples : int, default=300
        How many patches, at least 0.

    kinds : sequence of str, default=("gaussian", "motion", "defocus")
        Types, also ``"none"``, taken in turn, so that there are equally many of each.

    size : float, (low, high) or dict, default=None
        Sigma, length or radius in pixels: a number, a range to draw from, or a dict of
        one of the two per type. None is the paper's: sigma 1-5, length 5-20, radius
        2-10.

    angle : float or (low, high), default=(0.0, 180.0)
        Direction of motion in degrees, counter-clockwise from the +x axis.

    image_shape : tuple of (int, int), default=(32, 32)
        Rows and columns of a patch.

    noise : float or (low, high), default=0.0
        Standard deviation of Gaussian noise after the blur, as a fraction of full scale;
        a range is drawn from uniformly, for every patch anew.

    quantize : bool, default=True
        Clip to [0, 1] and round to 8 bits.

    jpeg_quality : int, (low, high) or None, default=None
        Quality of the JPEG compression after all that, 1 to 100; a range is drawn from
        uniformly, for every patch anew. The blocks of 8 x 8 pixels lie anywhere across
        the patch.

    min_std : float, default=0.02
        Patches whose standard deviation after the blur is below it count as flat.

    return_groups : bool, default=False
        Also return from which photograph each patch is. Patches of one photograph
        resemble each other: `sklearn.model_selection.GroupKFold` keeps them together.

    random_state : int, RandomState instance or None, default=None
        Draws photographs, places, parameters and noise.

    Returns
    -------
    X : ndarray of shape (n_samples, rows * columns)
        Flattened patches, float32 in [0, 1].

    y : ndarray of shape (n_samples, 3)
        Rows ``(type, size, angle)``. Types: 0 none, 1 gaussian, 2 motion, 3 defocus.

    groups : ndarray of shape (n_samples,)
        Index into `images`; only if `return_groups` is True.

    Raises
    ------
    ValueError
        If no photograph is large enough, or all places that were tried are flat; if
        `n_samples` or another parameter is none of its values.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, section V-A.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, random_state=0)
    >>> X.shape, y[0].round(1)
    ((6, 1024), array([1. , 3.2, 0. ]))
    """
    rng = check_random_state(random_state)
    draws = PatchDraws(
        images,
        n_samples,
        kinds=kinds,
        size=size,
        angle=angle,
        image_shape=image_shape,
        noise=noise,
        quantize=quantize,
        jpeg_quality=jpeg_quality,
        min_std=min_std,
        rng=rng,
    )
    X = np.empty((n_samples, image_shape[0] * image_shape[1]), np.float32)
    groups = np.empty(n_samples, int)
    for rows in draws.chunks:
        X[rows], groups[rows] = draws.draw(rows)
    return (X, draws.y, groups) if return_groups else (X, draws.y)


class PatchDraws:
    """Patches to be drawn chunk by chunk, in their order; parameters as above.

    Attributes
    ----------
    y : ndarray of shape (n_samples, 3)
        Targets, drawn already.

    chunks : list of slice
        The rows of each chunk.
    """

    def __init__(
        self,
        images,
        n_samples,
        *,
        kinds=("gaussian", "motion", "defocus"),
        size=None,
        angle=(0.0, 180.0),
        image_shape=(32, 32),
        noise=0.0,
        quantize=True,
        jpeg_quality=None,
        min_std=0.02,
        rng,
    ):
        size = sizes_of_types("paper") if size is None else size
        self.y = draw_targets(kinds, size, angle, n_samples, rng)
        self.margin = max((len(target_psf(row)) // 2 for row in _widest(self.y)), default=0)
        if jpeg_quality is not None and not quantize:
            raise ValueError("jpeg_quality needs quantize=True: JPEG stores 8 bits")
        # JPEG is given room for its blocks to lie anywhere.
        self.spare = 0 if jpeg_quality is None else JPEG_BLOCK
        shape = [n + 2 * self.margin + self.spare for n in image_shape]
        self.photos = _Photos(images, shape)
        self.image_shape, self.noise, self.min_std = image_shape, noise, min_std
        self.quantize, self.jpeg_quality, self.rng = quantize, jpeg_quality, rng
        self.chunks = list(row_chunks(n_samples, 16 * shape[0] * shape[1]))

    def draw(self, rows):
        """Flattened patches of a chunk, and from which photograph each is."""
        y, rng, spare = self.y[rows], self.rng, self.spare
        shape = len(y), 2
        corners = rng.randint(spare, size=shape) if spare else np.zeros(shape, int)
        patches, groups = _draw_patches(
            self.photos,
            y,
            self.margin,
            corners,
            self.image_shape,
            self.noise,
            self.min_std,
            rng,
        )
        if self.quantize:
            patches = round_to_bits(patches.clip(0, 1), 8)
        if spare:
            quality = self.jpeg_quality
            drawn = draw_numbers(quality, len(patches), rng, "jpeg_quality", 1, 100)
            patches = _compressed(patches, drawn)
        return _cut(patches, corners, self.image_shape).reshape(len(y), -1), groups


class _Photos:
    """Photographs large enough for a crop, kept in the dtype they came in."""

    def __init__(self, images, crop_shape):
        self.crop_shape = crop_shape
        self.images, self.indices = [], []
        for index, image in enumerate(images):
            image = as_image_array(image, f"images[{index}]")
            image = luma_of(image) if image.ndim == 3 else image
            if image.ndim == 2 and all(np.greater_equal(image.shape, crop_shape)):
                self.images.append(image)
                self.indices.append(index)
        if not self.images:
            msg = (
                f"images must hold a photograph of at least {tuple(crop_shape)} pixels, "
                "room for a patch and the widest blur around it: pass larger ones or lower "
                "size"
            )
            raise ValueError(msg)

    def draw_crops(self, n_crops, rng):
        """Crops at random places of random photographs, and whose they are."""
        which = rng.randint(len(self.images), size=n_crops)
        places = rng.random_sample((n_crops, 2))
        crops = np.empty((n_crops, *self.crop_shape), np.float32)
        for crop, index, place in zip(crops, which, places, strict=True):
            image = self.images[index]
            free = np.subtract(image.shape, self.crop_shape) + 1
            top, left = (place * free).astype(int)
            part = image[top : top + self.crop_shape[0], left : left + self.crop_shape[1]]
            crop[...] = as_float(part, f"images[{self.indices[index]}]")
        return crops, np.take(self.indices, which)


def _draw_patches(photos, targets, margin, corners, image_shape, noise, min_std, rng):
    """What the patch of each target is cut from; where that is flat, drawn again."""
    height, width = photos.crop_shape
    inside = np.s_[:, margin : height - margin, margin : width - margin]
    patches = np.empty((len(targets), height - 2 * margin, width - 2 * margin), np.float32)
    groups, pending = np.empty(len(targets), int), np.arange(len(targets))
    for _ in range(MAX_ROUNDS):
        crops, groups[pending] = photos.draw_crops(len(pending), rng)
        # What wraps around stays within the margin, which is cut off.
        patches[pending] = blur_batch(crops, targets[pending], "wrap")[inside]
        seen = _cut(patches[pending], corners[pending], image_shape)
        pending = pending[seen.std(axis=(1, 2)) < min_std]
        if len(pending) == 0:
            break
    else:
        msg = (
            f"images are flat: {MAX_ROUNDS} places in a row had a standard deviation below "
            f"min_std={min_std}; lower it or pass photographs with more detail"
        )
        raise ValueError(msg)
    deviations = draw_numbers(noise, len(patches), rng, "noise", low=0)
    if deviations.any():
        added = deviations[:, None, None] * rng.standard_normal(patches.shape)
        patches += added.astype(np.float32)
    return patches, groups


def _cut(patches, corners, image_shape):
    """The part of each patch that begins at its corner."""
    if patches.shape[1:] == tuple(image_shape):
        return patches
    windows = sliding_window_view(patches, image_shape, axis=(1, 2))
    return windows[np.arange(len(patches)), corners[:, 0], corners[:, 1]]


def _compressed(patches, qualities):
    """Patches after JPEG, each of its quality."""
    for patch, quality in zip(patches, qualities, strict=True):
        patch[...] = compress(patch[None], int(quality))[0]
    return patches


def _widest(targets):
    """The row of the largest size of each type, along the axes if it has an angle."""
    for code in np.unique(targets[:, 0]):
        yield code, targets[targets[:, 0] == code, 1].max(), 0.0
