"""train_patch_model: the model of patches, as the shipped one is made."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from ..datasets.patches import PatchDraws
from ..images.channels import luma_of
from ..images.scale import resize
from ..pipeline.pipeline import BlurTypeThenParamPipeline
from ..pipeline.recipes import patch_model
from .blurs import chosen_blurs
from .least import LEAST_PATCHES, check_training
from .stages import names_of_fits, set_memory_of, stages_of

__all__ = ["train_patch_model"]

# Shares of the training patches: with noise, of a standard deviation within the range, and
# through JPEG, of a quality within the range. The others are as sharp as 8 bits allow.
NOISY_SHARE, NOISE = 0.15, (0.0, 0.03)
COMPRESSED_SHARE, QUALITY = 0.1, (30, 100)

# Every other photograph is made smaller or larger: one camera's pixels are not another's.
SCALES = (0.75, 1.6)

# For so many training patches a fresh one says how sure the model may be.
FRESH = 20
PIXELS = 32 * 32
# Rows that are drawn at a time at least, and kept together in a checkpoint.
BLOCK = 10000


def train_patch_model(
    images: Iterable[ArrayLike],
    n_samples: int = 36000,
    *,
    kinds: Sequence[str] | None = None,
    size: Mapping[str, tuple[float, float]] | None = None,
    at_once: int | None = None,
    start: BlurTypeThenParamPipeline | None = None,
    checkpoints: str | PathLike[str] | None = None,
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
        Patches to draw, at least 200, equally many of each blur; the default is the
        paper's.

    kinds : sequence of str, default=None
        Names of the types that it is to tell from each other. None is all.

    size : dict, default=None
        Ranges ``(low, high)`` of sigma, length or radius in pixels, by the name of the
        type. A type that is not named has the paper's: sigma 1-5, length 5-20, radius
        2-10.

    at_once : int, default=None
        Patches in memory at a time, of 16 kB each, at least 200: more are drawn and learned
        in turns, each of which goes on from the networks of the one before; the GRNNs have
        the rows of the last. None is all of them, which is a little better.

    start : BlurTypeThenParamPipeline, default=None
        A fitted model of this kind, to go on from: its networks, of types and of
        parameters, start from its weights; the GRNNs behind them are fitted anew. A network
        of other types starts anew.

    checkpoints : str or path-like, default=None
        A folder, made if it is not there, in which patches that are drawn and networks
        that are fitted are kept. The same call with it goes on where another was stopped,
        and gives the same model; it stays there until it is removed. Needs an integer as
        `random_state`.

    random_state : int, RandomState instance or None, default=0
        Draws the patches and trains the steps.

    verbose : bool, default=False
        Print a line per epoch.

    Returns
    -------
    BlurTypeThenParamPipeline
        Fitted.

    Raises
    ------
    ValueError
        If there are too few samples, also at once, or no photographs, if a range is none,
        if `start` is something else, or if `checkpoints` is of another training.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.patches import train_patch_model
    >>> model = train_patch_model(load_sharp_photos(), 1200)
    >>> model.n_features_in_
    1024
    """
    images = check_training(images, n_samples, LEAST_PATCHES, "patches")
    turns = _turns(n_samples, at_once)
    blurs = chosen_blurs(kinds, size, "paper")
    stages = stages_of(
        "patches",
        [*["patches", *names_of_fits(blurs.kinds)] * len(turns), "fresh patches"],
        images,
        blurs,
        checkpoints,
        verbose,
        start=start,
        kind=BlurTypeThenParamPipeline,
        n_samples=n_samples,
        at_once=at_once,
        random_state=random_state,
    )
    with stages.printing():
        rng = check_random_state(random_state)
        images = _resized(images, rng)
        for n_patches in turns:
            model = patch_model(verbose=verbose, random_state=random_state)
            drawn = _draw_patches(images, n_patches, rng, stages, blurs)
            model = set_memory_of(stages, model).fit(*drawn)
            # Of a large training they are most of the memory.
            del drawn
            stages.go_on_from(model)
        n_fresh = max(n_samples // FRESH, len(model.classes_))
        model.calibrate(*_draw_patches(images, n_fresh, rng, stages, blurs))
    return set_memory_of(None, model)


def _turns(n_samples, at_once):
    """Numbers of patches that are learned one after the other, as even as can be."""
    if at_once is None:
        return [n_samples]
    if not isinstance(at_once, Integral) or at_once < LEAST_PATCHES:
        msg = f"at_once must be None or an int of at least {LEAST_PATCHES}, got {at_once!r}"
        raise ValueError(msg)
    n_turns = min(-(-n_samples // at_once), n_samples // LEAST_PATCHES)
    return [
        n_samples * (i + 1) // n_turns - n_samples * i // n_turns for i in range(n_turns)
    ]


def _draw_patches(images, n_samples, rng, stages, blurs):
    """Clean, noisy and compressed patches, a stage."""
    stages.begin(n_samples)
    n_noisy, n_compressed = int(n_samples * NOISY_SHARE), int(n_samples * COMPRESSED_SHARE)
    parts = [
        (n_samples - n_noisy - n_compressed, {}),
        (n_noisy, {"noise": NOISE}),
        (n_compressed, {"jpeg_quality": QUALITY}),
    ]
    X, y, first = np.empty((n_samples, PIXELS), np.float32), np.empty((n_samples, 3)), 0
    drawn = {"kinds": [kind.name for kind in blurs.kinds], "size": blurs.sizes, "rng": rng}
    for n_part, of_part in parts:
        draws = PatchDraws(images, n_part, **drawn, **of_part)
        y[first : first + n_part] = draws.y
        for patches in _draw_blocks(draws, rng, stages):
            X[first : first + len(patches)] = patches
            first += len(patches)
    return X, y


def _draw_blocks(draws, rng, stages):
    """Patches, those of several chunks at a time."""
    chunks = draws.chunks
    n_together = -(-BLOCK // chunks[0].stop) if chunks else 1
    for first in range(0, len(chunks), n_together):
        block = chunks[first : first + n_together]

        def draw(block=block):
            return [np.concatenate([draws.draw(chunk)[0] for chunk in block])]

        (patches,) = stages.draw(draw, block[-1].stop - block[0].start, rng)
        yield patches


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
