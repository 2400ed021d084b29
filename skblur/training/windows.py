"""train_window_model: the estimator of maps, as the shipped one is made."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ..blurs.none import NONE
from ..datasets import make_blur_photos
from ..mapping.map_estimator import BlurMapEstimator
from ..pipeline.recipes import window_model
from ..spectra.windows import WINDOW
from .blurs import chosen_blurs
from .least import LEAST_PHOTOS, check_training
from .photos import draw_named_rows, draw_rows
from .stages import names_of_fits, set_memory_of, stages_of

__all__ = ["train_window_model"]

# Photographs of scenes kept aside, by which it is learned what a window counts.
N_WHOLE = 200


def train_window_model(
    images: Sequence[ArrayLike] | NDArray[Any],
    n_samples: int = 40000,
    *,
    kinds: Sequence[str] | None = None,
    size: Mapping[str, tuple[float, float]] | None = None,
    start: BlurMapEstimator | None = None,
    checkpoints: str | PathLike[str] | None = None,
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = 0,
    verbose: bool = False,
) -> BlurMapEstimator:
    """Take blurred windows of sharp photographs, and train `BlurMapEstimator` on them.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_photos` takes them.

    n_samples : int, default=40000
        Windows to take to learn the names of blurs from, at least 40, and as many to learn
        their parameters from.

    kinds : sequence of str, default=None
        Names of the types that it is to tell from each other and from none. None is all.

    size : dict, default=None
        Ranges ``(low, high)`` of sigma, length or radius in pixels, by the name of the
        type. A type that is not named has the range of the shipped model: sigma 0.5-7,
        length 2.5-28, radius 1.2-13; wider blurs are found in smaller copies.

    start : BlurMapEstimator, default=None
        A fitted model of this kind, to go on from: the networks of its parameters start
        from its weights; the GRNNs behind them, and the committee that names the types, are
        fitted anew.

    checkpoints : str or path-like, default=None
        A folder, made if it is not there, in which windows' rows that are drawn and
        networks that are fitted are kept. The same call with it goes on where another was
        stopped, and gives the same model; it stays there until it is removed. Needs an
        integer as `random_state`.

    n_jobs : int or None, default=None
        Threads that take them.

    random_state : int, RandomState instance or None, default=0
        Draws the windows and trains the steps.

    verbose : bool, default=False
        Print a line per epoch.

    Returns
    -------
    BlurMapEstimator
        Fitted.

    Raises
    ------
    ValueError
        If there are too few samples or no photographs, if a range is none, if `start` is
        something else, or if `checkpoints` is of another training.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.windows import train_window_model
    >>> maps = train_window_model(load_sharp_photos(as_gray=False), 40)
    >>> maps.model_.n_features_in_
    4096
    """
    images = check_training(images, n_samples, LEAST_PHOTOS, "windows")
    blurs = chosen_blurs(kinds, size, "trained")
    fits = names_of_fits(blurs.kinds)
    stages = stages_of(
        "windows",
        ["windows for parameters", "windows for types", *fits, "types of real blurs"],
        images,
        blurs,
        checkpoints,
        verbose,
        start=start,
        kind=BlurMapEstimator,
        n_samples=n_samples,
        random_state=random_state,
    )
    with stages.printing():
        rng = check_random_state(random_state)
        settings = {"n_jobs": n_jobs, "random_state": rng}
        shape = (WINDOW, WINDOW)
        windows = {"image_shape": shape, "blurs": blurs, "stages": stages, **settings}
        rows = draw_rows(images, n_samples, **windows)
        named = draw_named_rows(images, n_samples, **windows)
        whole, y = [], []
        if aside := _scenes_aside(rows, named):
            whole, y = make_blur_photos(
                [images[scene] for scene in aside],
                min(N_WHOLE, n_samples),
                kinds=[NONE.name, *(kind.name for kind in blurs.kinds)],
                size=blurs.sizes,
                **settings,
            )
        model = window_model(verbose=verbose, random_state=random_state)
        maps = BlurMapEstimator(set_memory_of(stages, model))
        maps.fit_rows(rows, whole, y, named=named)
    set_memory_of(None, maps.model)
    set_memory_of(None, maps.model_)
    return maps


def _scenes_aside(rows, named):
    """The scenes that are kept aside, and that no row is learned from."""
    aside = set(rows.groups[rows.held_out()].tolist())
    return sorted(aside - set(named.groups[~named.held_out()].tolist()))
