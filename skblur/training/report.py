"""Report: how good a model is on blurred versions of photographs that were set aside."""

from typing import NamedTuple

import numpy as np

from ..blurs.none import NONE
from ..blurs.types import blur_type, sizes_of_types, type_name
from ..datasets import make_blur_patches, make_blur_photos
from ..estimation.base import as_target
from ..estimation.estimate_many import estimate_many
from ..estimation.learning import Rows
from ..metrics import parameter_errors
from ..spectra.windows import WINDOW
from .blurs import chosen_blurs

__all__ = []

# One photograph in so many is set aside, if there are enough.
EVERY, ENOUGH = 10, 20
# How many blurred versions are judged: whole photographs take longest.
N_JUDGED = {"patches": 3000, "photos": 240, "windows": 1200}
N_BINS = 10


class Rate(NamedTuple):
    """How often a type is found."""

    rate: float
    error: float  # standard error over photographs, NaN of a single one
    n_samples: int


class Report(NamedTuple):
    """What has been found of photographs that were set aside."""

    n_photographs: int
    n_samples: int
    rates: dict[str, Rate]  # by the name of the type, and of "all"
    errors: dict[str, float]  # mean absolute ones by parameter, where the type was found
    calibration_error: float

    @classmethod
    def of(cls, y, predicted, probabilities, classes, groups):
        """Compare targets with predictions; groups are the photographs' numbers."""
        right = (y[:, 0] == predicted[:, 0]).astype(float)
        rates = {}
        for code in np.unique(y[:, 0]):
            rows = y[:, 0] == code
            rates[blur_type(code).name] = _rate(right[rows], groups[rows])
        rates["all"] = _rate(right, groups)
        return cls(
            len(np.unique(groups)),
            len(y),
            rates,
            parameter_errors(y, predicted),
            calibration_error(y[:, 0], probabilities, classes),
        )

    def lines(self):
        """A small table."""
        judged = f"{self.n_samples} blurred versions of {self.n_photographs} photographs"
        yield f"on {judged} that were set aside:"
        for name, (rate, error, n_samples) in self.rates.items():
            spread = "" if np.isnan(error) else f" +- {100 * error:.1f}"
            yield f"{name:<10}{100 * rate:>7.1f} %{spread:<9} of {n_samples}"
        for name, error in self.errors.items():
            unit = "degrees" if "angle" in name else "pixels"
            yield f"{name:<10}{error:>9.2f} {unit}, mean error where the type was found"
        yield f"calibration{100 * self.calibration_error:>6.1f} %, expected error"


def set_aside(photos):
    """Photographs to train on, and every tenth, not to; none if there are too few."""
    if len(photos) < ENOUGH:
        return list(photos), []
    held = photos[EVERY - 1 :: EVERY]
    return [photo for i, photo in enumerate(photos) if i % EVERY < EVERY - 1], list(held)


def report_on(model, photos, of, *, kinds=None, size=None, n_jobs=None, random_state=None):
    """Judge a model of ``"patches"``, ``"photos"`` or ``"windows"`` on sharp photographs.

    Parameters
    ----------
    model : estimator
        As the training of its kind gives it.

    photos : sequence of ndarray
        Sharp photographs that it was not trained on.

    of : {"patches", "photos", "windows"}
        What the model is of.

    kinds, size : as the training takes them
        Types and ranges. A type that is not named has the range of patches that the paper
        has, or of what photographs show; of windows only as far as the training goes.

    n_jobs : int or None, default=None
        How many take photographs, and processes that judge them.

    random_state : int, RandomState instance or None, default=None
        Draws the blurs.

    Returns
    -------
    Report
        How good it is.
    """
    blurs = chosen_blurs(kinds, size, "paper" if of == "patches" else "photo")
    names, sizes = [each.name for each in blurs.kinds], dict(blurs.sizes)
    settings = {"return_groups": True, "random_state": random_state, "size": sizes}
    if of == "patches":
        settings["kinds"] = names
        X, y, groups = make_blur_patches(photos, N_JUDGED[of], **settings)
        return Report.of(
            y, model.predict(X), model.predict_proba(X), model.classes_, groups
        )
    settings |= {"kinds": [NONE.name, *names], "n_jobs": n_jobs}
    if of == "photos":
        images, y, groups = make_blur_photos(photos, N_JUDGED[of], **settings)
        return Report.of(y, *_answers(model, images, n_jobs), model.classes_, groups)
    # What is wider than in training is for windows of a smaller copy.
    for name in set(sizes) - set(size or {}):
        sizes[name] = (
            sizes[name][0],
            min(sizes[name][1], sizes_of_types("trained")[name][1]),
        )
    settings["image_shape"] = WINDOW, WINDOW
    windows, y, groups = make_blur_photos(photos, N_JUDGED[of], **settings)
    X, of_windows = Rows.of(windows, y, photos=False).spectra[:, 0], model.model_
    found = of_windows.predict(X), of_windows.predict_proba(X)
    return Report.of(y, *found, of_windows.classes_, groups)


def _answers(model, images, n_jobs):
    """Targets and probabilities of photographs, each looked at once."""
    found = []
    for _, answer in estimate_many(images, n_jobs=n_jobs, shares=False, model=model):
        if isinstance(answer, Exception):
            raise answer
        found.append(answer)
    names = [type_name(code) for code in model.classes_]
    # One that shows nothing may be any.
    even = 1 / len(names)
    rows = [[each.probabilities.get(name, even) for name in names] for each in found]
    return np.array([as_target(each) for each in found]), np.array(rows)


def calibration_error(types, probabilities, classes):
    """Expected calibration error: how far confidence is from the rate, in ten bins.

    Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017.
    """
    confidence = probabilities.max(axis=1)
    right = np.asarray(classes)[probabilities.argmax(axis=1)] == types
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    off = np.bincount(bins, right - confidence, minlength=N_BINS)
    return float(np.abs(off).sum() / len(types))


def _rate(right, groups):
    """Rate and its standard error, where samples of one photograph are not independent."""
    rate, (_, of) = right.mean(), np.unique(groups, return_inverse=True)
    off = np.bincount(of, right - rate)
    n = len(off)
    error = np.sqrt(n / (n - 1) * np.sum(off**2)) / len(right) if n > 1 else np.nan
    return Rate(float(rate), float(error), len(right))
