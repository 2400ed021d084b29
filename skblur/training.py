"""How the shipped patch model is trained, for anybody's own photographs too."""

from sklearn.utils import check_random_state

from .datasets import make_blur_patches
from .grnn import GRNNRegressor
from .pipeline import BlurTypeThenParamPipeline
from .rbm import StackedRBMClassifier

__all__ = ["train_patch_model"]


def train_patch_model(images, n_samples=36000, *, random_state=0, verbose=False):
    """Draw blurred patches from sharp photographs and train the paper's model on them.

    The classifier has the paper's layers, 1024-500-30-10-3; each type's regressor is a
    GRNN in a learned metric, compressed to prototypes so that it is small and quick.

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
    X, y = make_blur_patches(images, n_samples, random_state=rng)
    model = BlurTypeThenParamPipeline(
        StackedRBMClassifier(
            rbm_n_iter=5,
            alpha=1e-5,
            batch_size=min(200, n_samples),
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
