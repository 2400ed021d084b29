"""train_patch_model: the model of patches, as the shipped one is made."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from ..datasets import make_blur_patches
from ..images.channels import luma_of
from ..images.scale import resize
from ..pipeline.pipeline import BlurTypeThenParamPipeline
from ..pipeline.recipes import patch_model

__all__ = ["train_patch_model"]

# Shares of the training patches: with noise, of a standard deviation within the range, and
# through JPEG, of a quality within the range. The others are as sharp as 8 bits allow.
NOISY_SHARE, NOISE = 0.15, (0.0, 0.03)
COMPRESSED_SHARE, QUALITY = 0.1, (30, 100)

# Every other photograph is made smaller or larger: one camera's pixels are not another's.
SCALES = (0.75, 1.6)

# For so many training patches a fresh one says how sure the model may be.
FRESH = 20


def train_patch_model(
    images: Iterable[ArrayLike],
    n_samples: int = 36000,
    *,
    random_state: int | np.random.RandomState | None = 0,
    verbose: bool = False,
) -> BlurTypeThenParamPipeline:
    """Draw blurred patches from sharp photographs and train the paper's model on them.

    The classifier has the paper's layers, 1024-500-30-10-3. Each parameter has a GRNN of
    its own, whose distances are those of the outputs of a network: of the folded
    spectrum for Gaussian and defocus, which look the same in all directions, of the
    whole one for motion. Only the angle depends on which side is up: the classifier and
    the length get the spectrum aligned.

    Part of the patches have noise or went through JPEG: a model that has seen none takes
    half a percent of noise for a pattern, and is sure of it. Every other photograph is
    resized by 0.75 to 1.6 first, so that some are softer than others. At last, fresh
    patches of the same photographs say how sure the model may be of its types.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_patches` takes them.

    n_samples : int, default=36000
        Patches to draw, equally many of each blur; the default is the paper's.

    random_state : int, RandomState instance or None, default=0
        Draws the patches and trains the steps.

    verbose : bool, default=False
        Print a line per epoch.

    Returns
    -------
    BlurTypeThenParamPipeline
        Fitted.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.patches import train_patch_model
    >>> model = train_patch_model(load_sharp_photos(), 1200)
    >>> model.n_features_in_
    1024
    """
    rng = check_random_state(random_state)
    images = _resized(images, rng)
    X, y = _draw_patches(images, n_samples, rng)
    model = patch_model(verbose=verbose, random_state=random_state).fit(X, y)
    n_fresh = max(n_samples // FRESH, len(model.classes_))
    return model.calibrate(*_draw_patches(images, n_fresh, rng))


def _draw_patches(images, n_samples, rng):
    """Clean, noisy and compressed patches."""
    n_noisy, n_compressed = int(n_samples * NOISY_SHARE), int(n_samples * COMPRESSED_SHARE)
    parts = [
        make_blur_patches(images, n_samples - n_noisy - n_compressed, random_state=rng),
        make_blur_patches(images, n_noisy, noise=NOISE, random_state=rng),
        make_blur_patches(images, n_compressed, jpeg_quality=QUALITY, random_state=rng),
    ]
    X, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return X, y


def _resized(images, rng):
    """The photographs, every other one at another scale."""
    images = list(images)
    for index in range(1, len(images), 2):
        planes = luma_of(images[index])[None].astype(np.float32)
        scale = np.exp(rng.uniform(*np.log(SCALES)))
        resized = resize(planes, scale, "bicubic")[0].clip(0, 1)
        # 8 bits again, the smallest form to keep thousands of them in.
        images[index] = np.rint(255 * resized).astype(np.uint8)
    return images
