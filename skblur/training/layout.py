"""Layout of arrays in memory: files forget it, and products are rounded by it."""

import numpy as np

__all__ = []


def columns_first(value, place="model"):
    """Places of the arrays in an estimator that lie in memory column by column."""
    if isinstance(value, np.ndarray):
        return [] if value.flags.c_contiguous else [place]
    inner = _inner(value)
    return [found for key in inner for found in columns_first(inner[key], f"{place}.{key}")]


def laid_out(value, places, place="model"):
    """An estimator whose arrays at these places lie column by column, as they did."""
    if isinstance(value, np.ndarray):
        return np.asfortranarray(value) if place in places else value
    inner = {k: laid_out(v, places, f"{place}.{k}") for k, v in _inner(value).items()}
    if isinstance(value, (list, tuple)):
        return type(value)(inner.values())
    if isinstance(value, dict):
        return inner
    if inner:
        vars(value).update(inner)
    return value


def _inner(value):
    """What is in a value, by index or name."""
    if isinstance(value, (list, tuple)):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else getattr(value, "__dict__", {})
