"""How the shipped patch model is trained, for anybody's own photographs too."""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_random_state

from .datasets import make_blur_patches
from .grnn import GRNNRegressor
from .images import luma_of
from .pipeline import BlurTypeThenParamPipeline
from .planes import resize
from .profiles import AlignedSpectrumTransformer, FoldedSpectrumTransformer
from .rbm import StackedRBMClassifier, StackedRBMRegressor
from .rbm.temperature import fit_temperature

__all__ = ["patch_model", "soften", "train_patch_model"]

# Shares of the training patches: with noise, of a standard deviation within the range, and
# through JPEG, of a quality within the range. The others are as sharp as 8 bits allow.
NOISY_SHARE, NOISE = 0.15, (0.0, 0.03)
COMPRESSED_SHARE, QUALITY = 0.1, (30, 100)

# Every other photograph is made smaller or larger: one camera's pixels are not another's.
SCALES = (0.75, 1.6)

# For so many training patches a fresh one says how sure the model may be.
FRESH = 20


def train_patch_model(images, n_samples=36000, *, random_state=0, verbose=False):
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
    >>> from skblur.training import train_patch_model
    >>> model = train_patch_model(load_sharp_photos(), 300)
    >>> model.n_features_in_
    1024
    """
    rng = check_random_state(random_state)
    images = _resized(images, rng)
    X, y = _draw_patches(images, n_samples, rng)
    model = patch_model(verbose=verbose, random_state=random_state).fit(X, y)
    soften(model, *_draw_patches(images, max(n_samples // FRESH, len(model.classes_)), rng))
    return model


def soften(model, X, y):
    """Set how sure a patch model is of its types by patches it has not been trained on.

    The outputs of its network are divided by the temperature of least cross-entropy.

    Parameters
    ----------
    model : BlurTypeThenParamPipeline
        As `patch_model` makes it, fitted; it is changed.

    X : ndarray of shape (n_samples, n_features)
        Patches.

    y : ndarray of shape (n_samples, 3)
        Their targets.

    Examples
    --------
    >>> from skblur import load_pretrained
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> from skblur.training import soften
    >>> model = load_pretrained("patch32")
    >>> soften(model, *make_blur_patches(load_sharp_photos(), 300, random_state=0))
    """
    probabilities = model.predict_proba(X).astype(np.float64)
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    temperature = fit_temperature(logits, np.searchsorted(model.classes_, y[:, 0]))
    network = model.classifier_[-1].mlp_
    for top in (network.coefs_, network.intercepts_):
        top[-1] = (top[-1] / temperature).astype(top[-1].dtype)


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


def patch_model(*, verbose=False, random_state=None):
    """The unfitted model that `train_patch_model` trains.

    Parameters
    ----------
    verbose : bool, default=False
        Print a line per epoch.

    random_state : int, RandomState instance or None, default=None
        Of every step.

    Returns
    -------
    BlurTypeThenParamPipeline
        Unfitted.

    Examples
    --------
    >>> from skblur.training import patch_model
    >>> patch_model().classifier[-1].hidden_layer_sizes
    (500, 30, 10)
    """

    def coder():
        return _coder(verbose, random_state)

    def grnn(n_prototypes):
        return GRNNRegressor(n_prototypes=n_prototypes, random_state=random_state)

    radial = {"size": make_pipeline(FoldedSpectrumTransformer(), coder(), grnn(1000))}
    directed = {
        "size": make_pipeline(AlignedSpectrumTransformer(), coder(), grnn(1000)),
        "angle": make_pipeline(coder(), grnn(4000)),
    }
    classifier = StackedRBMClassifier(
        activation="relu",
        rbm_n_iter=0,
        alpha=1e-5,
        batch_size=256,
        max_iter=10,
        whiten=3.0,
        verbose=verbose,
        random_state=random_state,
    )
    classifier = make_pipeline(AlignedSpectrumTransformer(), classifier)
    return BlurTypeThenParamPipeline(
        classifier, {"gaussian": radial, "motion": directed, "defocus": radial}
    )


def _coder(verbose, random_state):
    """The network whose outputs a GRNN gets: what it cannot tell does not pull at it."""
    return StackedRBMRegressor(
        activation="relu",
        loss="absolute_error",
        code="outputs",
        rbm_n_iter=0,
        alpha=1e-5,
        batch_size=256,
        learning_rate_init=2e-3,
        max_iter=20,
        whiten=0.3,
        verbose=verbose,
        random_state=random_state,
    )


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
