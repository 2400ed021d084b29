"""Targets: what is true of a blur, or was found, as rows of numbers.

A target is a row ``(type, size, angle)``: the type's code; sigma, length or radius in
pixels; the angle in degrees, 0 where it does not apply.
"""

from collections.abc import Mapping
from functools import partial
from numbers import Integral

import numpy as np
from sklearn.utils.validation import check_array

from .types import UNDECIDED, UNDECIDED_NAME, blur_type, blur_types

__all__ = []

# So many of what is wrong are shown.
SHOWN = 5


def target_psf(target):
    """PSF of one row ``(type, size, angle)``; a unit impulse for type 0."""
    each = blur_type(target[0])
    return each.psf(*each.arguments(target))


def as_target_rows(y, name):
    """Rows ``(type, size, angle)`` as floats; columns that are not given are 0.

    The types may be given by name.
    """
    y = check_array(_names_as_codes(y, name), ensure_2d=False, dtype=float, input_name=name)
    y = y.reshape(len(y), -1)
    if y.shape[1] > 3:
        raise ValueError(f"{name} must have rows (type, size, angle), got shape {y.shape}")
    return np.pad(y, ((0, 0), (0, 3 - y.shape[1])))


def check_types(targets, name):
    """The types of rows ``(type, size, angle)`` as integers, if all of them are known.

    Raises
    ------
    ValueError
        If there is another code among them.
    """
    known = {each.code: each.name for each in blur_types()}
    unknown = np.setdiff1d(targets[:, 0], list(known))
    if len(unknown):
        got = ", ".join(f"{code:.12g}" for code in unknown[:SHOWN])
        msg = (
            f"the first column of {name} must be the codes of the types {known}, got {got}"
        )
        if UNDECIDED in unknown:
            msg += f"; {UNDECIDED} is {UNDECIDED_NAME}, from which nothing can be learned"
        raise ValueError(msg)
    return targets[:, 0].astype(int)


def _names_as_codes(y, name):
    """`y` with codes where the first value of a row is the name of a type."""
    texts = np.asarray(y)
    if texts.dtype.kind not in "OUT" or not texts.ndim or not texts.size:
        return y
    rows = texts.reshape(len(texts), -1).astype(object)
    if not isinstance(rows[0, 0], str):
        return y
    codes = {each.name: each.code for each in blur_types()} | {UNDECIDED_NAME: UNDECIDED}
    unknown = sorted({str(key) for key in rows[:, 0]} - set(codes))
    if unknown:
        msg = f"{name} must name types out of {sorted(codes)}, got {unknown[:SHOWN]}"
        raise ValueError(msg)
    rows[:, 0] = [codes[key] for key in rows[:, 0]]
    return rows.reshape(texts.shape)


def draw_targets(kinds, size, angle, n_samples, rng, *, log_sizes=False):
    """Targets (n_samples, 3) with the types in turn and parameters drawn per sample.

    `size` and `angle` are a number, a ``(low, high)`` range, or, for `size`, a mapping
    from the name of the type to one of the two. With `log_sizes` sizes are drawn
    log-uniformly and are above 0.
    """
    if isinstance(kinds, str) or not len(kinds):
        names = tuple(each.name for each in blur_types())
        msg = f"kinds must be a non-empty sequence out of {names}, got {kinds!r}"
        raise ValueError(msg)
    is_integer = isinstance(n_samples, Integral) and not isinstance(n_samples, bool)
    if not is_integer or n_samples < 0:
        msg = f"n_samples must be an integer of at least 0, got {n_samples!r}"
        raise ValueError(msg)
    draw_sizes = draw_log_numbers if log_sizes else partial(draw_numbers, low=0)
    types = {kind: blur_type(kind) for kind in kinds}
    targets = np.zeros((n_samples, 3))
    targets[:, 0] = np.resize([types[kind].code for kind in kinds], n_samples)
    for kind, each in types.items():
        rows = targets[:, 0] == each.code
        if each.size is not None:
            drawn = draw_sizes(size_of_kind(size, kind), rows.sum(), rng, "size")
            targets[rows, each.size.index] = drawn
        if each.angle is not None:
            drawn = draw_numbers(angle, rows.sum(), rng, "angle")
            targets[rows, each.angle.index] = each.angle.wrap(drawn)
    return targets


def size_of_kind(size, kind):
    """The entry of a type where `size` is a mapping, or `size` itself."""
    if not isinstance(size, Mapping):
        return size
    if kind not in size:
        raise ValueError(f"size must have an entry for {kind!r}, got {sorted(size)}")
    return size[kind]


def draw_numbers(value, n_samples, rng, name, low=-np.inf, high=np.inf):
    """The number itself, or uniform draws from a ``(low, high)`` range."""
    bounds = _as_bounds(value)
    if not (np.isfinite(bounds).all() and low <= bounds[0] <= bounds[1] <= high):
        limits = "" if low == -np.inf else f" of at least {low}"
        limits += "" if high == np.inf else f" and at most {high}"
        msg = f"{name} must be a number{limits} or a range (low, high), got {value!r}"
        raise ValueError(msg)
    if bounds[0] == bounds[1]:
        return np.full(n_samples, bounds[0])
    return rng.uniform(*bounds, n_samples)


def draw_log_numbers(value, n_samples, rng, name):
    """The number itself, or log-uniform draws from a ``(low, high)`` range."""
    bounds = _as_bounds(value)
    if not 0 < bounds[0] <= bounds[1] < np.inf:
        msg = f"{name} must be a number above 0 or a range (low, high), got {value!r}"
        raise ValueError(msg)
    return bounds[0] * (bounds[1] / bounds[0]) ** rng.uniform(0.0, 1.0, n_samples)


def _as_bounds(value):
    """Two floats, NaN where the value is neither a number nor a range."""
    try:
        return np.broadcast_to(np.asarray(value, float), 2)
    except (TypeError, ValueError):
        return np.full(2, np.nan)
