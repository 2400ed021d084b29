"""The grid behind flattened samples."""

from math import isqrt
from numbers import Integral


def resolve_image_shape(image_shape, n_features):
    """Rows and columns of samples with `n_features` values; None means a square.

    A number that is no square is one row, so that an estimator takes any data that
    scikit-learn's contract allows.
    """
    if image_shape is None:
        side = isqrt(n_features)
        return (side, side) if side * side == n_features else (1, n_features)
    shape = tuple(image_shape)
    if len(shape) != 2 or not all(isinstance(n, Integral) and n > 0 for n in shape):
        msg = f"image_shape must be two positive integers, got {image_shape!r}"
        raise ValueError(msg)
    if shape[0] * shape[1] != n_features:
        msg = (
            f"image_shape {shape} has {shape[0] * shape[1]} pixels, but X has {n_features} "
            "features: pass the shape of the images that its rows hold"
        )
        raise ValueError(msg)
    return int(shape[0]), int(shape[1])
