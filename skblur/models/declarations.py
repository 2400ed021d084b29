"""What a class says of each thing it learns: kind, shape and range, to check a file by.

A declaration is called with a value and the sizes that are known so far, by name: a size
that a shape names is set by the first array that has it, and the others must agree.
"""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

__all__ = []


@dataclass(frozen=True)
class Number:
    """A finite number, whole or not, from `low` to `high`."""

    low: float = -np.inf
    high: float = np.inf
    whole: bool = False
    sets: str = ""

    def __call__(self, value, sizes):
        """Check the value."""
        kind = Integral if self.whole else Real
        if isinstance(value, bool) or not isinstance(value, kind):
            raise ValueError(f"must be {'an integer' if self.whole else 'a number'}")
        if not (np.isfinite(value) and self.low <= value <= self.high):
            raise ValueError(f"must lie in [{self.low:g}, {self.high:g}], is {value!s:.40}")
        if self.sets:
            sizes[self.sets] = value


@dataclass(frozen=True)
class Text:
    """One of some texts; any, if none are named."""

    among: tuple[str, ...] = ()

    def __call__(self, value, sizes):
        """Check the value."""
        del sizes
        if not isinstance(value, str) or (self.among and value not in self.among):
            raise ValueError(f"must be a text {f'of {self.among}' if self.among else ''}")


class Nothing:
    """None."""

    def __call__(self, value, sizes):
        """Check the value."""
        del sizes
        if value is not None:
            raise ValueError("must be None")


class Array:
    """An array: each of `shape` a number, the name of a size, or None for any.

    `kinds` are those of dtypes ("f" floats, "iu" integers, "U" texts). No number is below
    `low`, nor beyond `most` on either side.
    """

    def __init__(self, *shape, kinds="f", low=-np.inf, most=1e12, finite=True):
        self.shape, self.kinds, self.finite = shape, kinds, finite
        self.low, self.most = low, most

    def __call__(self, value, sizes):
        """Check the value."""
        if not isinstance(value, np.ndarray) or value.dtype.kind not in self.kinds:
            raise ValueError(f"must be an array of dtype kind {self.kinds!r}")
        expected = tuple(self._expected(sizes, value.shape))
        if len(value.shape) != len(self.shape) or value.shape != expected:
            raise ValueError(f"must have shape {expected}, has {value.shape}")
        if value.dtype.kind == "U" or not value.size:
            return
        least, largest = value.min(), value.max()
        # What is not a number is neither.
        if self.finite and not (-self.most <= least and largest <= self.most):
            raise ValueError(f"must be finite and not beyond {self.most:g}")
        if least < self.low:
            raise ValueError(f"must not be below {self.low:g}")

    def _expected(self, sizes, shape):
        for dimension, found in zip(self.shape, shape, strict=False):
            if dimension is None:
                yield found
            elif isinstance(dimension, str):
                yield sizes.setdefault(dimension, found)
            else:
                yield dimension


class AnyOf:
    """What one of several declarations allows."""

    def __init__(self, *declarations):
        self.declarations = declarations

    def __call__(self, value, sizes):
        """Check the value."""
        reasons = []
        for declaration in self.declarations:
            trial = dict(sizes)
            try:
                declaration(value, trial)
            except ValueError as error:
                reasons.append(str(error))
            else:
                sizes.update(trial)
                return
        raise ValueError(" or ".join(reasons))


class Each:
    """A list, each item as declared; not empty if `some`."""

    def __init__(self, declaration, *, some=False):
        self.declaration, self.some = declaration, some

    def __call__(self, value, sizes):
        """Check the value."""
        if not isinstance(value, list) or (self.some and not value):
            raise ValueError("must be a list" + (", not empty" if self.some else ""))
        for item in value:
            self.declaration(item, sizes)


class Together:
    """A tuple, each item by its own declaration."""

    def __init__(self, *declarations):
        self.declarations = declarations

    def __call__(self, value, sizes):
        """Check the value."""
        if not isinstance(value, tuple) or len(value) != len(self.declarations):
            raise ValueError(f"must be a tuple of {len(self.declarations)}")
        for declaration, item in zip(self.declarations, value, strict=True):
            declaration(item, sizes)


class Keyed:
    """A dict, its keys and its values as declared."""

    def __init__(self, keys, values):
        self.keys, self.values = keys, values

    def __call__(self, value, sizes):
        """Check the value."""
        if not isinstance(value, dict):
            raise ValueError("must be a dict")
        for key, each in value.items():
            self.keys(key, sizes)
            self.values(each, sizes)


class Has:
    """An object with certain methods."""

    def __init__(self, *methods):
        self.methods = methods

    def __call__(self, value, sizes):
        """Check the value."""
        del sizes
        missing = [name for name in self.methods if not hasattr(type(value), name)]
        if missing:
            raise ValueError(
                f"must have the methods {missing}, is a {type(value).__name__}"
            )


def optional(*declarations):
    """None, or what one of the declarations allows."""
    return AnyOf(Nothing(), *declarations)
