"""What can be said of a blur: its type, size and angle, as codes, names and arrays.

A target is a row ``(type, size, angle)``: the type's code; sigma, length or radius in
pixels; the angle in degrees, 0 where it does not apply.
"""

import numpy as np
from sklearn.utils.validation import check_array

from .psf import defocus_psf, gaussian_psf, motion_psf

__all__ = [
    "BLUR_TYPES",
    "DEFAULT_SIZES",
    "DEFOCUS",
    "GAUSSIAN",
    "MOTION",
    "NONE",
    "UNDECIDED",
]

UNDECIDED, NONE, GAUSSIAN, MOTION, DEFOCUS = range(-1, 4)

#: Names of the types, at the index of their code.
BLUR_TYPES = ("none", "gaussian", "motion", "defocus")

#: Ranges of size in pixels that the paper draws from, by the name of the type.
DEFAULT_SIZES = {"gaussian": (1.0, 5.0), "motion": (5.0, 20.0), "defocus": (2.0, 10.0)}

#: What the size of a type is called.
SIZE_NAMES = {GAUSSIAN: "sigma", MOTION: "length", DEFOCUS: "radius"}


def type_name(code):
    """Name of a type's code; -1 is ``"undecided"``."""
    return "undecided" if code == UNDECIDED else BLUR_TYPES[int(code)]


def type_code(kind):
    """Code of a type's name."""
    if kind not in BLUR_TYPES:
        raise ValueError(f"the blur type must be one of {BLUR_TYPES}, got {kind!r}")
    return BLUR_TYPES.index(kind)


def target_psf(target):
    """PSF of one row ``(type, size, angle)``; a unit impulse for type 0."""
    code, size, angle = target
    if code == GAUSSIAN:
        return gaussian_psf(size)
    if code == MOTION:
        return motion_psf(size, angle)
    if code == DEFOCUS:
        return defocus_psf(size)
    return np.ones((1, 1))


def as_target_rows(y, name):
    """Rows ``(type, size, angle)`` as floats; columns that are not given are 0."""
    y = check_array(y, ensure_2d=False, dtype=np.float64, input_name=name)
    y = y.reshape(len(y), -1)
    if y.shape[1] > 3:
        raise ValueError(f"{name} must have rows (type, size, angle), got shape {y.shape}")
    return np.pad(y, ((0, 0), (0, 3 - y.shape[1])))


def draw_targets(kinds, size, angle, n_samples, rng):
    """Targets (n_samples, 3) with the types in turn and parameters drawn per sample.

    `size` and `angle` are a number, a ``(low, high)`` range, or, for `size`, a mapping
    from the name of the type to one of the two.
    """
    if isinstance(kinds, str) or not len(kinds):
        msg = f"kinds must be a non-empty sequence out of {BLUR_TYPES}, got {kinds!r}"
        raise ValueError(msg)
    targets = np.zeros((n_samples, 3))
    targets[:, 0] = np.resize([type_code(kind) for kind in kinds], n_samples)
    for kind in dict.fromkeys(kinds):
        if kind == "none":
            continue
        rows = targets[:, 0] == type_code(kind)
        if isinstance(size, dict) and kind not in size:
            raise ValueError(f"size must have an entry for {kind!r}, got {sorted(size)}")
        of_kind = size[kind] if isinstance(size, dict) else size
        targets[rows, 1] = draw_numbers(of_kind, rows.sum(), rng, "size", low=0)
        if kind == "motion":
            targets[rows, 2] = draw_numbers(angle, rows.sum(), rng, "angle") % 180
    return targets


def draw_numbers(value, n_samples, rng, name, low=-np.inf, high=np.inf):
    """The number itself, or uniform draws from a ``(low, high)`` range."""
    try:
        bounds = np.broadcast_to(np.asarray(value, float), 2)
    except (TypeError, ValueError):
        bounds = np.full(2, np.nan)
    if not (np.isfinite(bounds).all() and low <= bounds[0] <= bounds[1] <= high):
        limits = "" if low == -np.inf else f" of at least {low}"
        limits += "" if high == np.inf else f" and at most {high}"
        msg = f"{name} must be a number{limits} or a range (low, high), got {value!r}"
        raise ValueError(msg)
    if bounds[0] == bounds[1]:
        return np.full(n_samples, bounds[0])
    return rng.uniform(*bounds, n_samples)
