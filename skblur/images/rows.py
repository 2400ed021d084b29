"""Images as rows of a matrix: their shape, their transformers, and slices of them."""

from math import isqrt
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_is_fitted, validate_data

from ..queries import validate_queries
from .pixels import validate_pixels, warn_if_far

__all__ = []

CHUNK_MEBIBYTES = 2


def row_chunks(n_rows, row_bytes):
    """Slices over `n_rows` that stay in the cache and in scikit-learn's ``working_memory``.

    Their temporaries take at most 2 MiB, or less if asked.
    """
    if n_rows == 0:
        # Of which scikit-learn makes no batches.
        return ()
    mebibytes = min(CHUNK_MEBIBYTES, get_config()["working_memory"])
    return gen_batches(n_rows, max(int(mebibytes * 2**20 // row_bytes), 1))


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


class ImageRowsTransformer(TransformerMixin, BaseEstimator):
    """Takes float rows that hold images, and knows their shape from `fit` on.

    A subclass has the parameter ``image_shape``, adds what it makes of the shape by
    `_prepare`, and gets the rows of its `transform` by `_check_rows`.
    """

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Check the parameters and the shape; nothing is learned of the values.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened images or spectra, as for `transform`.

        y : None
            Ignored.

        Returns
        -------
        self : object
            The same object.
        """
        del y
        X = self._validate(X)
        self.image_shape_ = resolve_image_shape(self.image_shape, X.shape[1])
        self._prepare(len(X))
        return self

    def _prepare(self, n_samples):
        """Make what depends on the shape alone, or on the number of rows."""

    def _check_rows(self, X):
        """Rows for `transform`."""
        check_is_fitted(self)
        return self._validate(X, reset=False)

    def _validate(self, X, *, reset=True):
        """Rows as floats."""
        check = validate_data if reset else validate_queries
        return check(self, X, dtype=(np.float32, np.float64))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class PixelRowsTransformer(ImageRowsTransformer):
    """Takes rows of pixels: floats of full scale 1, or integers over their range."""

    def _check_rows(self, X):
        X = super()._check_rows(X)
        warn_if_far(X)
        return X

    def _validate(self, X, **options):
        return validate_pixels(self, X, **options)
