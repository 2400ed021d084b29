"""How the shipped model of whole photographs is trained, for anybody's own too."""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_random_state

from .blur_photos import make_blur_photos
from .camera import Camera
from .grnn import GRNNRegressor
from .pipeline import BlurTypeThenParamPipeline
from .profiles import (
    AlignedSpectrumTransformer,
    FoldedSpectrumTransformer,
    HalfSpectrumTransformer,
)
from .pyramid import level_size, pyramid
from .rbm import StackedRBMClassifier, StackedRBMRegressor
from .targets import BLUR_TYPES, MOTION, NONE, type_code
from .training import soften
from .welch import WINDOW, as_spectrum, welch_power

__all__ = ["draw_spectra", "photo_model", "train_photo_model"]

# Of every photograph so many levels of the pyramid; the training photographs are small.
N_LEVELS = 2

# Sizes in pixels of a photograph. Wider blurs are met further up the pyramid.
SIZES = {"gaussian": (0.5, 7.0), "motion": (2.5, 28.0), "defocus": (1.2, 13.0)}
# From these sizes on a blur counts as one; below three quarters of them it is none, and in
# between it is not learned from.
LEAST = {"gaussian": 0.4, "motion": 2.0, "defocus": 1.0}

# Types in turn, where few are to be sharp.
MOSTLY_BLURRED = (*BLUR_TYPES[1:], *BLUR_TYPES[1:], "none")
# Of a camera's motions, those that bend.
SHAKE = 0.4
# Photographs made at a time.
BATCH = 400

# One photograph in so many is kept aside, to say how sure the model may be.
HELD_OUT = 20


def train_photo_model(
    images,
    n_samples=40000,
    *,
    image_shape=None,
    n_jobs=None,
    random_state=0,
    verbose=False,
):
    """Take blurred photographs of sharp ones, and train on their spectra.

    A sample is the average spectrum of a level of a photograph's pyramid
    (`skblur.welch.welch_power`). Networks classify it and give its parameters as they do
    for patches, but with ``"none"`` as a fourth type and 64 x 64 frequencies.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_photos` takes them.

    n_samples : int, default=40000
        Photographs to take.

    image_shape : tuple of (int, int), default=None
        Rows and columns to crop them to, at random; None does not. With (64, 64) it is a
        model of single windows, for `skblur.blur_map`.

    n_jobs : int or None, default=None
        Threads that take them.

    random_state : int, RandomState instance or None, default=0
        Draws the photographs and trains the steps.

    verbose : bool, default=False
        Print a line per epoch.

    Returns
    -------
    BlurTypeThenParamPipeline
        Fitted to flattened spectra, (n_samples, 4096); its sizes are in pixels of the
        level.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.photo_training import train_photo_model
    >>> model = train_photo_model(load_sharp_photos(as_gray=False), 40)
    >>> model.n_features_in_
    4096
    """
    rng = check_random_state(random_state)
    X, y, groups = draw_spectra(
        images, n_samples, image_shape=image_shape, n_jobs=n_jobs, random_state=rng
    )
    held = groups % HELD_OUT == 0
    model = photo_model(verbose=verbose, random_state=random_state)
    model.fit(*_mirror_motions(X[~held], y[~held]))
    if held.any():
        soften(model, X[held], y[held])
    return model


def draw_spectra(images, n_samples, *, image_shape=None, n_jobs=None, random_state=None):
    """Spectra of photographs through a simulated camera and of plainly blurred ones.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_photos` takes them.

    n_samples : int
        Photographs to take.

    image_shape : tuple of (int, int), default=None
        Rows and columns to crop them to, at random; None does not.

    n_jobs : int or None, default=None
        Threads that take them.

    random_state : int, RandomState instance or None, default=None
        Draws them.

    Returns
    -------
    X : ndarray of shape (n_spectra, 4096)
        Float32, in random order; up to two of a photograph.

    y : ndarray of shape (n_spectra, 3)
        Rows ``(type, size, angle)`` in pixels of the level that the spectrum is of.

    groups : ndarray of shape (n_spectra,)
        Index into `images`.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.photo_training import draw_spectra
    >>> photos = load_sharp_photos(as_gray=False)
    >>> X, y, groups = draw_spectra(photos, 12, random_state=0)
    >>> X.shape[1], y.shape[1]
    (4096, 3)
    """
    rng = check_random_state(random_state)
    found = []
    for share, settings in _parts():
        total = round(share * n_samples)
        for first in range(0, total, BATCH):
            photos, targets, groups = make_blur_photos(
                images,
                min(BATCH, total - first),
                size=SIZES,
                image_shape=image_shape,
                return_groups=True,
                n_jobs=n_jobs,
                random_state=rng,
                **settings,
            )
            found += _spectra_of(photos, targets, groups)
    order = rng.permutation(len(found))
    X, y, groups = zip(*(found[i] for i in order), strict=True)
    return np.array(X), np.array(y), np.array(groups)


def photo_model(*, verbose=False, random_state=None):
    """The unfitted model that `train_photo_model` trains.

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
    >>> from skblur.photo_training import photo_model
    >>> photo_model().features
    'passthrough'
    """
    settings = {
        "activation": "relu",
        "rbm_n_iter": 0,
        "alpha": 1e-5,
        "batch_size": 256,
        "verbose": verbose,
        "random_state": random_state,
    }

    def regressor(n_prototypes, *transformers, layers=(256, 64, 16)):
        coder = StackedRBMRegressor(
            layers,
            loss="absolute_error",
            code="outputs",
            learning_rate_init=2e-3,
            max_iter=30,
            whiten=0.3,
            **settings,
        )
        grnn = GRNNRegressor(n_prototypes=n_prototypes, random_state=random_state)
        return make_pipeline(*transformers, coder, grnn)

    def aligned():
        return AlignedSpectrumTransformer(), HalfSpectrumTransformer()

    radial = regressor(1000, FoldedSpectrumTransformer(), layers=(500, 64, 16))
    directed = {
        "size": regressor(1000, *aligned()),
        "angle": regressor(2000, HalfSpectrumTransformer()),
    }
    classifier = StackedRBMClassifier(max_iter=6, whiten=3.0, **settings)
    return BlurTypeThenParamPipeline(
        make_pipeline(*aligned(), classifier),
        {"none": radial, "gaussian": radial, "motion": directed, "defocus": radial},
        features="passthrough",
    )


def _parts():
    """Shares of the photographs, and how `make_blur_photos` is to take them.

    Some by cameras of all kinds; some by such that do nothing after the lens but add
    noise and write JPEG, for what cannot be told from the others must not be taken for
    sharpened; some blurred and rounded to 8 bits, and nothing else.
    """
    return [
        (0.4, {"kinds": BLUR_TYPES, "shake": SHAKE}),
        (0.25, {"kinds": BLUR_TYPES, "camera": _simple_camera}),
        (0.35, {"kinds": MOSTLY_BLURRED, "camera": _no_camera}),
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


def _spectra_of(photos, targets, groups):
    """Triples of spectrum, target and group, of each level that can be learned from."""
    found = []
    for photo, target, group in zip(photos, targets, groups, strict=True):
        for level, luma in zip(range(N_LEVELS), pyramid(photo, WINDOW), strict=False):
            seen = _as_seen(target * (1, level_size(1, level), 1))
            if seen is not None:
                power, _ = welch_power(luma, WINDOW)
                found.append((as_spectrum(power, (WINDOW, WINDOW)), seen, group))
    return found


def _as_seen(target):
    """The target, none where the blur is too narrow to be one, or None in between."""
    for kind, least in LEAST.items():
        if target[0] == type_code(kind) and target[1] < least:
            return np.array([NONE, 0.0, 0.0]) if target[1] < 0.75 * least else None
    return target


def _mirror_motions(X, y):
    """With the motions' spectra mirrored and transposed too; none counts for more."""
    motion = y[:, 0] == MOTION
    # In a centred spectrum of even side, the highest frequency comes first.
    planes = X[motion].reshape(-1, WINDOW, WINDOW)
    mirrored = np.roll(planes[:, ::-1], 1, axis=1)
    rows = [planes, mirrored, planes.swapaxes(1, 2), mirrored.swapaxes(1, 2)]
    angle = y[motion, 2]
    angles = [angle, -angle, 90 - angle, 90 + angle]
    targets = [y[~motion]]
    targets += [np.column_stack([y[motion, :2], turned % 180]) for turned in angles]
    weight = np.concatenate([np.ones(np.sum(~motion)), np.full(4 * np.sum(motion), 0.25)])
    rows = [part.reshape(len(part), -1) for part in rows]
    return np.concatenate([X[~motion], *rows]), np.concatenate(targets), weight
