"""train_photo_model: the estimator of photographs, as the shipped one is made."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ..blurs.none import NONE
from ..camera import Camera
from ..datasets import make_blur_photos
from ..estimation.learning import Rows
from ..estimation.photo_estimator import PhotoBlurEstimator
from ..pipeline.recipes import photo_classifier, spectrum_regressors
from .blurs import Blurs, chosen_blurs
from .least import LEAST_PHOTOS, check_training
from .stages import Stages, names_of_fits, set_memory, stages_of

__all__ = ["draw_rows", "train_photo_model"]

# To learn the names: of motions and defocus, those as hands and lenses make them, through a
# camera and plain. With a quarter of the lenses real defocus is named rightly less often.
REAL, REAL_PLAIN = 0.6, 0.4
# Photographs made at a time, and of those that are cropped: each time to another size.
BATCH, CROPPED_BATCH = 400, 50
SMALLEST, LARGEST = 64, 170
# Every other scene is there once more, made narrower or lower to a share of this: people
# squash pictures to a format, and a blur is no less round for it.
SQUASHED = (0.55, 0.9)
# To so many photographs there is one drawn page of text and figures.
PAGE_EVERY = 3


def train_photo_model(
    images: Sequence[ArrayLike] | NDArray[Any],
    n_samples: int = 40000,
    *,
    kinds: Sequence[str] | None = None,
    size: Mapping[str, tuple[float, float]] | None = None,
    start: PhotoBlurEstimator | None = None,
    checkpoints: str | PathLike[str] | None = None,
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = 0,
    verbose: bool = False,
) -> PhotoBlurEstimator:
    """Take blurred photographs of sharp ones, and train `PhotoBlurEstimator` on them.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_photos` takes them.

    n_samples : int, default=40000
        Photographs to take to learn the names of blurs from, at least 40, and as many to
        learn their parameters from: those of ideal blurs, whose parameters are exact.

    kinds : sequence of str, default=None
        Names of the types that it is to tell from each other and from none. None is all.

    size : dict, default=None
        Ranges ``(low, high)`` of sigma, length or radius in pixels, by the name of the
        type. A type that is not named has the range of the shipped model: sigma 0.5-7,
        length 2.5-28, radius 1.2-13; wider blurs are found in smaller copies.

    start : PhotoBlurEstimator, default=None
        A fitted model of this kind, to go on from: the networks of its parameters start
        from its weights; the GRNNs behind them, and the committee that names the types, are
        fitted anew.

    checkpoints : str or path-like, default=None
        A folder, made if it is not there, in which photographs' rows that are drawn and
        networks that are fitted are kept. The same call with it goes on where another was
        stopped, and gives the same model; it stays there until it is removed. Needs an
        integer as `random_state`.

    n_jobs : int or None, default=None
        Threads that take them.

    random_state : int, RandomState instance or None, default=0
        Draws the photographs and trains the steps.

    verbose : bool, default=False
        Print a line per epoch.

    Returns
    -------
    PhotoBlurEstimator
        Fitted.

    Raises
    ------
    ValueError
        If there are too few samples or no photographs, if a range is none, if `start` is
        something else, or if `checkpoints` is of another training.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.photos import train_photo_model
    >>> photographs = train_photo_model(load_sharp_photos(as_gray=False), 40)
    >>> photographs.classes_
    array([0., 1., 2., 3.])
    """
    images = check_training(images, n_samples, LEAST_PHOTOS, "photographs")
    blurs = chosen_blurs(kinds, size, "trained")
    stages = stages_of(
        "photos",
        [
            "photographs for parameters",
            "photographs for types",
            *names_of_fits(blurs.kinds),
        ],
        images,
        blurs,
        checkpoints,
        verbose,
        start=start,
        kind=PhotoBlurEstimator,
        n_samples=n_samples,
        random_state=random_state,
    )
    with stages.printing():
        rng = check_random_state(random_state)
        drawing = {"blurs": blurs, "stages": stages, "n_jobs": n_jobs, "random_state": rng}
        measured = draw_rows(images, n_samples, **drawing)
        named = draw_named_rows(images, n_samples, **drawing)
        classifier = photo_classifier(random_state=random_state)
        regressor = spectrum_regressors(verbose=verbose, random_state=random_state)
        set_memory(stages, regressor)
        model = PhotoBlurEstimator(classifier, regressor)
        model.fit_rows(named, measured, memory=stages)
    set_memory(None, regressor, *(each.regressor for each in model.regressors_.values()))
    return model


def draw_named_rows(images, n_samples, *, random_state, **settings):
    """`draw_rows` to learn names from: of real blurs, scenes squashed and pages, too."""
    rng = check_random_state(random_state)
    images, scenes = _with_others(images, rng)
    rows = draw_rows(images, n_samples, real=True, random_state=rng, **settings)
    return rows._replace(groups=scenes[rows.groups])


def _with_others(images, rng):
    """The scenes, every other one squashed too, and pages; of which scene each is."""
    from PIL import Image

    from .pages import draw_page

    scenes, squashed = [*range(len(images))], []
    for scene in range(0, len(images), 2):
        height, width = np.shape(images[scene])[:2]
        share = rng.uniform(*SQUASHED)
        narrower = rng.random_sample() < 0.5
        size = (int(share * width), height) if narrower else (width, int(share * height))
        picture = Image.fromarray(np.asarray(images[scene]))
        squashed.append(np.asarray(picture.resize(size, Image.Resampling.LANCZOS)))
        scenes.append(scene)
    pages = [draw_page(images, rng) for _ in range(-(-len(images) // PAGE_EVERY))]
    scenes += range(len(images), len(images) + len(pages))
    return [*images, *squashed, *pages], np.array(scenes)


def draw_rows(
    images: Sequence[ArrayLike] | NDArray[Any],
    n_samples: int,
    *,
    blurs: Blurs | None = None,
    stages: Stages | None = None,
    real: bool = False,
    image_shape: tuple[int, int] | None = None,
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = None,
) -> Rows:
    """What is seen of photographs through simulated cameras and of plainly blurred ones.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_photos` takes them.

    n_samples : int
        Photographs to take.

    blurs : Blurs, default=None
        Types and their ranges of size. None are all, as of the shipped model.

    stages : Stages, default=None
        The training that the drawing is a stage of, which keeps what has been drawn.

    real : bool, default=False
        Whether blurs are as hands and lenses make them, part of them, and photographs are
        cropped, part of them; their rows as of `photo_row` are seen then, unless all are
        cropped, otherwise the spectra of their levels.

    image_shape : tuple of (int, int), default=None
        Rows and columns to crop them to, at random; None does not.

    n_jobs : int or None, default=None
        Threads that take them.

    random_state : int, RandomState instance or None, default=None
        Draws them.

    Returns
    -------
    Rows
        What is seen of them, in random order, and their targets.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.photos import draw_rows
    >>> photos = load_sharp_photos(as_gray=False)
    >>> rows = draw_rows(photos, 12, random_state=0)
    >>> rows.spectra.shape, rows.y.shape
    ((12, 2, 4096), (12, 3))
    """
    rng = check_random_state(random_state)
    blurs = chosen_blurs(None, None, "trained") if blurs is None else blurs
    stages = Stages(["photographs"], verbose=False) if stages is None else stages
    whole = real and image_shape is None
    stages.begin(n_samples)
    parts = []
    names = [kind.name for kind in blurs.kinds]
    kinds_of_parts = _real_parts(names) if real else _ideal_parts(names)
    shares, batches, settings_of = zip(*kinds_of_parts, strict=True)
    # Differences of rounded sums, for all to be as many as asked for.
    totals = np.diff(np.rint(n_samples * np.cumsum([0, *shares])).astype(int)).tolist()
    for total, batch, settings in zip(totals, batches, settings_of, strict=True):
        for first in range(0, total, batch):
            n_batch = min(batch, total - first)

            def draw(n_batch=n_batch, batch=batch, settings=settings):
                shape = image_shape
                if batch < BATCH and image_shape is None:
                    shape = tuple(rng.randint(SMALLEST, LARGEST, size=2).tolist())
                photos, targets, groups = make_blur_photos(
                    images,
                    n_batch,
                    size=blurs.sizes,
                    image_shape=shape,
                    return_groups=True,
                    n_jobs=n_jobs,
                    random_state=rng,
                    **settings,
                )
                return Rows.of(photos, targets, groups, photos=whole, spectra=not whole)

            parts.append(Rows(*stages.draw(draw, n_batch, rng)))
    rows = Rows.joined(parts)
    return rows.take(rng.permutation(len(rows.y)))


def _ideal_parts(names):
    """Shares of the photographs, batches, and how `make_blur_photos` is to take them.

    Some by cameras of all kinds; some by such that do nothing after the lens but add
    noise and write JPEG, for what cannot be told from the others must not be taken for
    sharpened; some blurred and rounded to 8 bits, and nothing else.
    """
    kinds = [NONE.name, *names]
    # Types in turn, where few are to be sharp.
    mostly_blurred = [*names * 2, NONE.name]
    return [
        (0.4, BATCH, {"kinds": kinds}),
        (0.25, BATCH, {"kinds": kinds, "camera": _simple_camera}),
        (0.35, BATCH, {"kinds": mostly_blurred, "camera": _no_camera}),
    ]


def _real_parts(names):
    """The same, of blurs that are not all ideal, and part of it cropped."""
    cameras, simple, plain = (settings for _, _, settings in _ideal_parts(names))
    return [
        (0.45, BATCH, {**cameras, "real": REAL}),
        (0.1, CROPPED_BATCH, {**cameras, "real": REAL}),
        (0.2, BATCH, {**simple, "real": REAL}),
        (0.25, BATCH, {**plain, "real": REAL_PLAIN}),
    ]


def _no_camera(rng):
    return Camera(gamma=1, scale_before=_draw_scale(rng))


def _simple_camera(rng):
    return Camera(
        scale_before=_draw_scale(rng),
        noise=rng.uniform(0, 0.02),
        jpeg_quality=None if rng.random_sample() < 0.2 else rng.randint(60, 99),
    )


def _draw_scale(rng):
    """Every other scene is made smaller, so that some are sharper than others."""
    return 1.0 if rng.random_sample() < 0.5 else rng.uniform(0.5, 1)
