"""How the shipped patch model is trained, for anybody's own photographs too."""

import numpy as np
from sklearn.utils import check_random_state

from .datasets import make_blur_patches
from .grnn import GRNNRegressor
from .pipeline import BlurTypeThenParamPipeline
from .rbm import StackedRBMClassifier

__all__ = ["train_patch_model"]

# Share of the training patches with noise, and its standard deviation.
NOISY_SHARE, NOISE = 0.4, (0.0, 0.03)


def train_patch_model(images, n_samples=36000, *, random_state=0, verbose=False):
    """Draw blurred patches from sharp photographs and train the paper's model on them.

    The classifier has the paper's layers, 1024-500-30-10-3; each type's regressor is a
    GRNN in a learned metric, compressed to prototypes so that it is small and quick. Part
    of the patches are noisy: a model that has seen none takes half a percent of noise for
    a pattern, and is sure of it.

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
    >>> from skblur.training import train_patch_model
    >>> model = train_patch_model(load_sharp_photos(), 300)
    >>> model.n_features_in_
    1024
    """
    rng = check_random_state(random_state)
    n_noisy = int(n_samples * NOISY_SHARE)
    clean = make_blur_patches(images, n_samples - n_noisy, random_state=rng)
    noisy = make_blur_patches(images, n_noisy, noise=NOISE, random_state=rng)
    X, y = (np.concatenate(pair) for pair in zip(clean, noisy, strict=True))
    model = BlurTypeThenParamPipeline(
        StackedRBMClassifier(
            rbm_n_iter=5,
            alpha=1e-5,
            batch_size=200,
            learning_rate_init=2e-3,
            max_iter=30,
            verbose=verbose,
        ),
        GRNNRegressor(
            metric="learned", n_components=16, metric_samples=8000, n_prototypes=4000
        ),
        random_state=rng,
    )
    return model.fit(X, y)
