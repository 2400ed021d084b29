"""What `PhotoBlurEstimator` learns: from rows of spectra, and from rows set aside."""

from typing import NamedTuple

import numpy as np

from ..blurs.targets import as_target_rows
from ..blurs.types import blur_type, parametric_types
from ..images.scale import level_size
from ..pipeline.parameters import fit_regressors
from ..spectra.photo_row import N_FEATURES
from ..spectra.windows import WINDOW
from .base import lumas_of
from .levels import Levels, told_by

__all__ = []

# Of every photograph so many levels of the pyramid; the training photographs are small.
N_LEVELS = 2
# A blur of less than its type's least size is none if it has less than this part of it; in
# between it is not learned from.
TOO_NARROW = 0.75
# For naming a photograph these sizes are so many times larger: what does not show in a copy
# of little more than half its size is none to anybody who looks at it.
SHOWS = 1.75
# One scene in so many is kept aside.
HELD_OUT = 20
# With fewer photographs than these kept aside, what they say is chance.
ENOUGH = 30

# What is taken for true where nothing can be learned: levels see blurs of nearly the sizes
# they were trained on; guesses are good to a tenth, and to the angle between neighbouring
# pixels of ten.
WIDEST, LEAST_STD = 0.8, (0.1, 6.0)
# Pixels; a guess of less is no worse than this.
NARROWEST = 0.01


class Rows(NamedTuple):
    """What has been seen of photographs, and what is true of them."""

    spectra: np.ndarray  # (n_samples, N_LEVELS, n_frequencies), float32, or of none
    largest: np.ndarray  # (n_samples, N_LEVELS), float32, what each was divided by
    n_levels: np.ndarray  # (n_samples,), how many of these there are
    photos: np.ndarray  # (n_samples, n_features) as `photo_row`, float16, or of no features
    y: np.ndarray  # (n_samples, 3), in pixels of the photograph
    groups: np.ndarray  # (n_samples,), numbers of the scenes

    @classmethod
    def of(cls, images, y, groups=None, *, photos=True, spectra=True):
        """Look at photographs, one after the other, for their rows, spectra or both."""
        y = as_target_rows(y, "y")
        groups = np.arange(len(y)) if groups is None else np.asarray(groups)
        if groups.shape != (len(y),):
            msg = f"groups must be one per row of y, {len(y)}, got shape {groups.shape}"
            raise ValueError(msg)
        of_levels = np.zeros((len(y), N_LEVELS, WINDOW**2 if spectra else 0), np.float32)
        largest = np.ones((len(y), N_LEVELS), np.float32)
        n_levels = np.zeros(len(y), int)
        rows = np.zeros((len(y), N_FEATURES if photos else 0), np.float16)
        for i, luma in enumerate(lumas_of(images, y)):
            if min(luma.shape) < WINDOW:
                msg = f"image {i} must be at least {WINDOW} pixels a side, got {luma.shape}"
                raise ValueError(msg)
            levels = Levels(luma.astype(np.float32))
            if spectra:
                seen = levels.pair(0)
                n_levels[i] = len(seen)
                of_levels[i, : len(seen)] = [level.spectrum for level in seen]
                largest[i, : len(seen)] = [level.largest for level in seen]
            if photos:
                rows[i] = levels.row(0)
        return cls(of_levels, largest, n_levels, rows, y, groups)

    @classmethod
    def joined(cls, parts):
        """Several, one after the other."""
        return cls(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def take(self, rows):
        """Some of the photographs, by index or mask."""
        return Rows(*(array[rows] for array in self))

    def held_out(self):
        """Mask of the photographs that are kept aside: those of one scene in twenty."""
        scenes, of = np.unique(self.groups, return_inverse=True)
        return (np.arange(len(scenes)) % HELD_OUT == 0)[of] & (len(scenes) > 1)

    def of_level(self, level, kind=None):
        """Spectra of a level, and what is seen there: targets in its pixels.

        Photographs without that level, or whose blur is neither one nor none there, are
        left out; of a type, all others too, and spectra are as its regressor gets them.
        """
        y, told = self._seen_at(level)
        if kind is None:
            return self.spectra[told, level], y[told]
        told &= y[:, 0] == kind.code
        return self.told_by(kind, told, level), y[told]

    def codes(self):
        """Codes of the types that are there at some level."""
        seen = [self._seen_at(level) for level in range(N_LEVELS)]
        return np.unique(np.concatenate([y[told, 0] for y, told in seen])).astype(int)

    def told_by(self, kind, rows, level):
        """Spectra of a level as the regressor of a type gets them."""
        return told_by(kind, self.spectra[rows, level], self.largest[rows, level])

    def _seen_at(self, level):
        """Targets in the pixels of a level, and which of them tell."""
        y, told = _as_seen(self.y * (1, level_size(1, level), 1))
        return y, told & (self.n_levels > level)

    def as_training(self, kind=None):
        """`of_level` of all levels, mirrored where that tells more, and weights."""
        levels = [self.of_level(level, kind) for level in range(N_LEVELS)]
        X, y = (np.concatenate(arrays) for arrays in zip(*levels, strict=True))
        return _mirror_directed(X, y)

    def of_photos(self):
        """Rows of whole photographs and their types; what is neither is left out."""
        y, told = _as_seen(self.y, SHOWS)
        return self.photos[told], y[told, 0]

    def of_windows(self):
        """Spectra of windows and their types; what is neither one nor none is left out."""
        y, told = _as_seen(self.y, SHOWS)
        return self.spectra[told, 0], y[told, 0]


def _as_seen(y, times=1.0):
    """Targets, none where the blur is too narrow to be one; and which of them tell.

    Too narrow is what has less than so many `times` the least size of its type.
    """
    y, told = y.copy(), np.ones(len(y), bool)
    for kind in parametric_types():
        if kind.size is not None:
            least = times * kind.size.least
            narrow = (y[:, 0] == kind.code) & (y[:, 1] < least)
            none = narrow & (y[:, 1] < TOO_NARROW * least)
            told &= ~narrow | none
            y[none] = 0
    return y, told


def _mirror_directed(X, y):
    """With directed blurs' spectra mirrored and transposed too; none counts for more."""
    kinds = [kind.code for kind in parametric_types() if kind.angle is not None]
    directed = np.isin(y[:, 0], kinds)
    # In a centred spectrum of even side, the highest frequency comes first.
    planes = X[directed].reshape(-1, WINDOW, WINDOW)
    mirrored = np.roll(planes[:, ::-1], 1, axis=1)
    rows = [planes, mirrored, planes.swapaxes(1, 2), mirrored.swapaxes(1, 2)]
    angle = y[directed, 2]
    angles = [angle, -angle, 90 - angle, 90 + angle]
    targets = [y[~directed]]
    targets += [np.column_stack([y[directed, :2], turned % 180]) for turned in angles]
    n_directed = np.sum(directed)
    weight = np.concatenate([np.ones(len(y) - n_directed), np.full(4 * n_directed, 0.25)])
    rows = [part.reshape(len(part), X.shape[1]) for part in rows]
    return np.concatenate([X[~directed], *rows]), np.concatenate(targets), weight


def fit_by_type(regressor, rows):
    """Regressors of each type's parameters, by code, fitted to spectra of all levels."""
    fitted = {}
    for code in rows.codes().tolist():
        of_type = rows.as_training(blur_type(code))
        fitted |= fit_regressors(regressor, [code], *of_type)
    return fitted


def learn_judgement(estimator, named, measured):
    """Fill what an estimator of photographs learns on rows that were kept aside."""
    e = estimator
    X, y = named.of_photos()
    if len(y) and hasattr(e.classifier_, "calibrate"):
        e.classifier_.calibrate(X, y)
    e.widest_, e.least_std_ = {}, {}
    for code, regressor in e.regressors_.items():
        kind = blur_type(code)
        if kind.size is not None:
            e.widest_[code], e.least_std_[code] = _learn_sizes(regressor, measured, kind)
    return e


def _learn_sizes(regressor, held, kind):
    """Up to which size a level is to be believed, and the least deviations of a guess."""
    these = (held.y[:, 0] == kind.code) & (held.n_levels == N_LEVELS)
    these &= held.y[:, 1] >= kind.size.least
    unlearned = WIDEST * kind.size.trained[1], LEAST_STD
    if np.count_nonzero(these) < ENOUGH:
        return unlearned
    true = held.y[these]
    fine, coarse = (
        regressor.predict(held.told_by(kind, these, level)) for level in range(N_LEVELS)
    )
    # Which limit leads to the least error of the one that is believed.
    sizes = (np.maximum(g[:, 0] * s, NARROWEST) for g, s in ((fine, 1), (coarse, 2)))
    off = [np.abs(np.log(size / true[:, 1])) for size in sizes]
    limits = np.quantile(fine[:, 0], np.linspace(0.5, 1, 51))
    # Of what is wider than all that was learned from, guesses stay at the widest of that.
    limits = np.minimum(limits, WIDEST * true[:, 1].max())
    errors = [np.where(fine[:, 0] < limit, *off).mean() for limit in limits]
    widest = float(limits[int(np.argmin(errors))])
    believed = fine[:, 0] < widest
    if not believed.any():
        # All guesses are one: of a single size, or by a regressor that has learned nothing.
        return unlearned
    share = _two_sigma(fine[believed, 0] / true[believed, 1] - 1)
    degrees = LEAST_STD[1]
    if kind.angle is not None:
        degrees = _two_sigma(kind.angle.error(fine[believed, 1], true[believed, 2]))
    return widest, (share, degrees)


def _two_sigma(errors):
    """The deviation of which 95 % of the errors are within two."""
    return float(np.quantile(np.abs(errors), 0.95) / 2)
