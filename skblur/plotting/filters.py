"""plot_filters: what the units of a network look for in pictures."""

from functools import reduce
from math import isqrt

import numpy as np

from .figure import new_figure

__all__ = []

# Inches of one filter.
SIDE = 0.75


def plot_filters(coefs, layer, *, shape=None, n_filters=64, figure=None):
    """The weights with which the units of a layer look at the features, as pictures.

    Of a layer above the first they are those of the layers below, weighted and summed, as
    if there were no units in between that saturate. The strongest come first, each on a
    scale of its own: blue below zero, red above.

    Parameters
    ----------
    coefs : list of ndarray of shape (n_below, n_units)
        Weights of the layers, from the first on.

    layer : int
        Index of the layer, from 0; negative counts from the last.

    shape : tuple of (int, int), default=None
        Rows and columns of the picture that the features are. None is a square.

    n_filters : int, default=64
        The most that are drawn.

    figure : matplotlib Figure, default=None
        Where to draw; None is a new one.

    Returns
    -------
    matplotlib Figure
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
    n_columns = int(np.ceil(np.sqrt(len(strongest))))
    n_rows = -(-len(strongest) // n_columns)
    if figure is None:
        figure = new_figure(figsize=(SIDE * n_columns, SIDE * n_rows + 0.5))
    axes = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axis in axes:
        axis.axis("off")
    for axis, unit in zip(axes, strongest, strict=False):
        most = np.abs(filters[unit]).max() or 1
        picture = filters[unit].reshape(shape)
        axis.imshow(picture, cmap="RdBu_r", vmin=-most, vmax=most)
    of_all = f"the {len(strongest)} strongest of {len(filters)}"
    figure.suptitle(f"Layer {layer + 1}: {of_all}", fontsize="medium")
    return figure


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
