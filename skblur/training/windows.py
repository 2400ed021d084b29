"""train_window_model: the estimator of maps, as the shipped one is made."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from ..blurs.types import sizes_of_types
from ..datasets import make_blur_photos
from ..estimation.learning import HELD_OUT
from ..mapping.map_estimator import BlurMapEstimator
from ..pipeline.recipes import window_model
from ..spectra.windows import WINDOW
from .photos import draw_named_rows, draw_rows

__all__ = ["train_window_model"]

# Photographs of scenes kept aside, by which it is learned what a window counts.
N_WHOLE = 200


def train_window_model(
    images: Sequence[ArrayLike] | NDArray[Any],
    n_samples: int = 40000,
    *,
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
        Windows to take to learn the names of blurs from, and as many to learn their
        parameters from.

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

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.windows import train_window_model
    >>> maps = train_window_model(load_sharp_photos(as_gray=False), 40)
    >>> maps.model_.n_features_in_
    4096
    """
    rng = check_random_state(random_state)
    shape = (WINDOW, WINDOW)
    settings = {"image_shape": shape, "n_jobs": n_jobs, "random_state": rng}
    rows = draw_rows(images, n_samples, **settings)
    named = draw_named_rows(images, n_samples, **settings)
    # The scenes that the rows set aside: every so many, from the first on.
    whole, y = make_blur_photos(
        images[::HELD_OUT],
        min(N_WHOLE, n_samples),
        size=sizes_of_types("trained"),
        n_jobs=n_jobs,
        random_state=rng,
    )
    model = window_model(verbose=verbose, random_state=random_state)
    return BlurMapEstimator(model).fit_rows(rows, whole, y, named=named)
