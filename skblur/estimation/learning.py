"""What `PhotoBlurEstimator` learns: from rows of spectra, and from rows set aside."""

from typing import NamedTuple

import numpy as np

from ..blurs.targets import as_target_rows
from ..blurs.types import blur_type, parametric_types
from ..images.channels import luma_of
from ..images.scale import level_size, pyramid
from ..spectra.windows import WINDOW
from .levels import look
from .pooling import bounded_log, learn_trust

__all__ = []

# Of every photograph so many levels of the pyramid; the training photographs are small.
N_LEVELS = 2
# A blur of less than its type's least size is none if it has less than this part of it; in
# between it is not learned from.
TOO_NARROW = 0.75
# One scene in so many is kept aside.
HELD_OUT = 20
# With fewer photographs than these kept aside, what they say is chance.
ENOUGH = 30

# What is taken for true where nothing can be learned: levels count alike, and nearly as
# independent witnesses; they see blurs of nearly the sizes they were trained on; guesses
# are good to a tenth, and to the angle between neighbouring pixels of ten.
TRUST, EVIDENCE, WIDEST, LEAST_STD = np.ones(N_LEVELS), 0.85, 0.8, (0.1, 6.0)


class Rows(NamedTuple):
    """What has been seen of photographs, and what is true of them."""

    spectra: np.ndarray  # (n_samples, N_LEVELS, n_frequencies), float32
    n_levels: np.ndarray  # (n_samples,), how many of these there are
    y: np.ndarray  # (n_samples, 3), in pixels of the photograph
    groups: np.ndarray  # (n_samples,), numbers of the scenes

    @classmethod
    def of(cls, images, y, groups=None):
        """Look at photographs, one after the other."""
        y = as_target_rows(y, "y")
        groups = np.arange(len(y)) if groups is None else np.asarray(groups)
        spectra = np.zeros((len(y), N_LEVELS, WINDOW**2), np.float32)
        n_levels = np.zeros(len(y), int)
        for i, image in zip(range(len(y)), images, strict=True):
            for level, luma in zip(
                range(N_LEVELS), pyramid(luma_of(image), WINDOW), strict=False
            ):
                spectra[i, level] = look(luma).spectrum
                n_levels[i] = level + 1
        return cls(spectra, n_levels, y, groups)

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

    def of_level(self, level):
        """Spectra of a level, and what is seen there: targets in its pixels.

        Photographs without that level, or whose blur is neither one nor none there, are
        left out.
        """
        y = self.y * (1, level_size(1, level), 1)
        y, told = _as_seen(y)
        told &= self.n_levels > level
        return self.spectra[told, level], y[told]

    def as_training(self):
        """Spectra, targets and weights of all levels, mirrored where that tells more."""
        levels = [self.of_level(level) for level in range(N_LEVELS)]
        X, y = (np.concatenate(arrays) for arrays in zip(*levels, strict=True))
        return _mirror_directed(X, y)


def _as_seen(y):
    """Targets, none where the blur is too narrow to be one; and which of them tell."""
    y, told = y.copy(), np.ones(len(y), bool)
    for kind in parametric_types():
        if kind.size is not None:
            narrow = (y[:, 0] == kind.code) & (y[:, 1] < kind.size.least)
            none = narrow & (y[:, 1] < TOO_NARROW * kind.size.least)
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
    rows = [part.reshape(len(part), -1) for part in rows]
    return np.concatenate([X[~directed], *rows]), np.concatenate(targets), weight


def learn_judgement(estimator, held):
    """Fill what an estimator of photographs learns on rows that were kept aside."""
    e, model = estimator, estimator.model_
    levels = [held.of_level(level) for level in range(N_LEVELS)]
    X, y = (np.concatenate(arrays) for arrays in zip(*levels, strict=True))
    if len(y) and hasattr(model, "calibrate"):
        model.calibrate(X, y)
    e.trust_, e.evidence_ = _learn_trust(model, held)
    e.widest_, e.least_std_ = {}, {}
    for code in model.classes_.astype(int).tolist():
        kind = blur_type(code)
        if kind.size is not None:
            e.widest_[code], e.least_std_[code] = _learn_sizes(model, held, kind)
    return e


def _learn_trust(model, held):
    """How much each level counts for the type."""
    y, told = _as_seen(held.y)
    told &= (held.n_levels == N_LEVELS) & np.isin(y[:, 0], model.classes_)
    if np.count_nonzero(told) < ENOUGH:
        return TRUST.copy(), EVIDENCE
    columns = np.searchsorted(model.classes_, y[told, 0])
    seen = held.spectra[told]
    p = model.classifier_.predict_proba(seen.reshape(-1, seen.shape[2]))
    return learn_trust(bounded_log(p).reshape(len(seen), N_LEVELS, -1), columns)


def _learn_sizes(model, held, kind):
    """Up to which size a level is to be believed, and the least deviations of a guess."""
    these = (held.y[:, 0] == kind.code) & (held.n_levels == N_LEVELS)
    these &= held.y[:, 1] >= kind.size.least
    if np.count_nonzero(these) < ENOUGH:
        return WIDEST * kind.size.trained[1], LEAST_STD
    true = held.y[these]
    fine, coarse = (
        model.regressors_[kind.code].predict(held.spectra[these, level])
        for level in range(2)
    )
    # Which limit leads to the least error of the one that is believed.
    off = [np.abs(np.log(g[:, 0] * s / true[:, 1])) for g, s in ((fine, 1), (coarse, 2))]
    limits = np.quantile(fine[:, 0], np.linspace(0.5, 1, 51))
    errors = [np.where(fine[:, 0] < limit, *off).mean() for limit in limits]
    widest = float(limits[int(np.argmin(errors))])
    believed = fine[:, 0] < widest
    share = _two_sigma(fine[believed, 0] / true[believed, 1] - 1)
    degrees = LEAST_STD[1]
    if kind.angle is not None:
        degrees = _two_sigma(kind.angle.error(fine[believed, 1], true[believed, 2]))
    return widest, (share, degrees)


def _two_sigma(errors):
    """The deviation of which 95 % of the errors are within two."""
    return float(np.quantile(np.abs(errors), 0.95) / 2)
