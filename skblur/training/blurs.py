"""The blurs that a model is to know: types, and a range of sizes for each."""

from typing import NamedTuple

from ..blurs.blur_type import BlurType
from ..blurs.types import blur_type, parametric_types, sizes_of_types

__all__ = []


class Blurs(NamedTuple):
    """What a model is to tell from each other."""

    kinds: tuple[BlurType, ...]  # with parameters, in the order of their codes
    sizes: dict[str, tuple[float, float]]  # ranges by name


def check_range(name, low, high):
    """The range of sizes of a type.

    Raises
    ------
    ValueError
        If there is no such type, it has no size, or the range is none that it may have.
    """
    least = sized_type(name).size.least
    if not least <= low < high < float("inf"):
        msg = (
            f"the range of {name} must be LOW < HIGH, LOW at least {least:g} pixels, from "
            f"where on it shows, got {low:g}:{high:g}"
        )
        raise ValueError(msg)
    return float(low), float(high)


def sized_type(name):
    """The type of a name, if it has a size."""
    kind = blur_type(name)
    if kind.size is None:
        sized = [each.name for each in parametric_types() if each.size is not None]
        raise ValueError(f"the type must be one with a size out of {sized}, got {name!r}")
    return kind


def chosen_blurs(kinds, sizes, usual):
    """The types that are named, or all, with ranges that are given, or the `usual` ones.

    Raises
    ------
    ValueError
        If there is no such type or range.
    """
    known = parametric_types()
    names = [each.name for each in known]
    if kinds is not None:
        if isinstance(kinds, str) or not len(kinds) or not set(kinds) <= set(names):
            msg = f"kinds must be one or more out of {names}, got {kinds!r}"
            raise ValueError(msg)
        known = tuple(each for each in known if each.name in kinds)
    given = {name: check_range(name, *pair) for name, pair in (sizes or {}).items()}
    return Blurs(known, sizes_of_types(usual) | given)
