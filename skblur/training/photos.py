"""train_photo_model: the estimator of photographs, as the shipped one is made."""

from sklearn.utils import check_random_state

from ..blurs.types import blur_types, parametric_types, sizes_of_types
from ..camera import Camera
from ..datasets import make_blur_photos
from ..estimation.learning import Rows
from ..estimation.photo_estimator import PhotoBlurEstimator
from ..pipeline.recipes import spectrum_model

__all__ = ["draw_rows", "train_photo_model"]

# Of a camera's motions, those that bend.
SHAKE = 0.4
# Photographs made at a time.
BATCH = 400


def train_photo_model(
    images, n_samples=40000, *, n_jobs=None, random_state=0, verbose=False
):
    """Take blurred photographs of sharp ones, and train `PhotoBlurEstimator` on them.

    Parameters
    ----------
    images : sequence of array-like
        Sharp photographs, as `make_blur_photos` takes them.

    n_samples : int, default=40000
        Photographs to take.

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

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.photos import train_photo_model
    >>> photographs = train_photo_model(load_sharp_photos(as_gray=False), 40)
    >>> photographs.model_.n_features_in_
    4096
    """
    rng = check_random_state(random_state)
    rows = draw_rows(images, n_samples, n_jobs=n_jobs, random_state=rng)
    model = spectrum_model(verbose=verbose, random_state=random_state)
    return PhotoBlurEstimator(model).fit_rows(rows)


def draw_rows(images, n_samples, *, image_shape=None, n_jobs=None, random_state=None):
    """What is seen of photographs through simulated cameras and of plainly blurred ones.

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
    Rows
        Spectra of their levels, in random order, and their targets.

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
    parts = []
    for share, settings in _parts():
        total = round(share * n_samples)
        for first in range(0, total, BATCH):
            photos, targets, groups = make_blur_photos(
                images,
                min(BATCH, total - first),
                size=sizes_of_types("trained"),
                image_shape=image_shape,
                return_groups=True,
                n_jobs=n_jobs,
                random_state=rng,
                **settings,
            )
            parts.append(Rows.of(photos, targets, groups))
    rows = Rows.joined(parts)
    return rows.take(rng.permutation(len(rows.y)))


def _parts():
    """Shares of the photographs, and how `make_blur_photos` is to take them.

    Some by cameras of all kinds; some by such that do nothing after the lens but add
    noise and write JPEG, for what cannot be told from the others must not be taken for
    sharpened; some blurred and rounded to 8 bits, and nothing else.
    """
    kinds = [kind.name for kind in blur_types()]
    # Types in turn, where few are to be sharp.
    mostly_blurred = [*[kind.name for kind in parametric_types()] * 2, "none"]
    return [
        (0.4, {"kinds": kinds, "shake": SHAKE}),
        (0.25, {"kinds": kinds, "camera": _simple_camera}),
        (0.35, {"kinds": mostly_blurred, "camera": _no_camera}),
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
