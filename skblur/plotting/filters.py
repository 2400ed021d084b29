"""plot_filters: what the units of a network look for in pictures."""

from functools import reduce
from math import isqrt

import numpy as np

from .figure import new_figure

__all__ = []

# Inches across: of a figure, and of its title. Of a filter: at least, and at most.
WIDTH, TITLE, LEAST, LARGEST = 6, 4, 0.75, 1.5
# Inches of the title down.
HEADLINE = 0.6
# So many rows, or a few less, have as many columns at most as this times the fewest.
WIDEST = 1.6
# Percentile of a filter's weights that has full colour: a few single weights may be so much
# larger than the others that these would all be pale.
FULL_COLOUR = 99


def plot_filters(coefs, layer, *, shape=None, n_filters=64, figure=None):
    """Draw what `StackedRBMClassifier.plot_filters` says, of weights of layers.

    `coefs` are those of the layers from the first on, each (n_below, n_units).
    """
    if n_filters < 1:
        msg = f"n_filters must be 1 or more, got {n_filters}"
        raise ValueError(msg)
    if not -len(coefs) <= layer < len(coefs):
        msg = f"layer must be in [-{len(coefs)}, {len(coefs)}), got {layer}"
        raise ValueError(msg)
    layer %= len(coefs)
    filters = reduce(np.matmul, coefs[: layer + 1]).T
    shape = _shape_of(filters.shape[1], shape)
    strength = np.linalg.norm(filters, axis=1)
    strongest = np.argsort(-strength, kind="stable")[:n_filters]
    n_columns = _columns_of(len(strongest))
    n_rows = -(-len(strongest) // n_columns)
    if figure is None:
        side = np.clip(WIDTH / n_columns, LEAST, LARGEST)
        across = max(side * n_columns, TITLE)
        figure = new_figure(figsize=(across, side * n_rows + HEADLINE))
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axis in axes:
        axis.axis("off")
    for axis, unit in zip(axes, strongest, strict=False):
        weights = np.abs(filters[unit])
        most = np.percentile(weights, FULL_COLOUR) or weights.max() or 1
        picture = filters[unit].reshape(shape)
        axis.imshow(picture, cmap="RdBu_r", vmin=-most, vmax=most)
    n_shown, n_units = len(strongest), len(filters)
    shown = f"the {n_shown} strongest of" if n_shown < n_units else "all"
    title = f"layer {layer + 1} of {len(coefs)}: {shown} {n_units} units"
    figure.suptitle(f"{title}\nblue below zero, red above")
    return figure


def _columns_of(n):
    """Of about as many rows as columns, those that leave the fewest places empty."""
    fewest = int(np.ceil(np.sqrt(n)))
    return min(range(fewest, int(WIDEST * fewest) + 1), key=lambda columns: -n % columns)


def _shape_of(n_features, shape):
    if shape is None:
        shape = isqrt(n_features), isqrt(n_features)
    if np.prod(shape) != n_features:
        msg = (
            f"shape must be the rows and columns of pictures of {n_features} features, "
            f"got {tuple(shape)}"
        )
        raise ValueError(msg)
    return tuple(shape)
