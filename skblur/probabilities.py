"""Probabilities of the types, as the photograph's and the map's verdicts use them."""

import numpy as np

from .targets import type_name

__all__ = []

# No network is surer than this that a type it is not.
LEAST = 1e-4


def bounded_log(probabilities, least=LEAST):
    """Logarithms, bounded from below."""
    return np.log(np.maximum(probabilities, least))


def by_name(classes, probabilities):
    """Probabilities by the names of the types, as plain numbers."""
    pairs = zip(classes, probabilities, strict=True)
    return {type_name(code): float(probability) for code, probability in pairs}
