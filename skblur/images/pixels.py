"""Pixels in the rows of a matrix: scaled by the range of their dtype, watched if floats."""

from warnings import warn

import numpy as np
from sklearn.utils.validation import validate_data

from .arrays import native_dtype, refuse_masked
from .channels import as_float

__all__ = ["PixelRangeWarning"]

FLOATS = (np.float32, np.float64)
# What has a range of its own, and so tells its scale.
SCALED = (np.bool_, np.uint8, np.uint16)
# Half way, as factors go, from the full scale 1 to that of 8 bits: noise around a picture
# and standardised patches stay below, pictures of 8 bits do not.
FAR = 16


class PixelRangeWarning(UserWarning):
    """Pixels are floats far outside [0, 1], as if they had not been divided by 255.

    What a camera's noise and rounding leave in a spectrum is known on the scale on which
    white is 1. On another the answer is another, and mostly a wrong one.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from skblur import LogSpectrumTransformer, PixelRangeWarning
    >>> X = np.random.default_rng(0).integers(0, 256, (2, 1024)).astype(np.uint8)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", PixelRangeWarning)
    ...     S = LogSpectrumTransformer().fit_transform(X)  # integers know their scale
    >>> S.dtype
    dtype('float32')
    """


def validate_pixels(estimator, X, **options):
    """Rows as `validate_data` gives them, as floats of full scale 1."""
    refuse_masked(X, "X")
    # The dtype has to be seen before it is converted.
    X = validate_data(estimator, X, dtype="numeric", **options)
    # Pictures of big-endian files come with bytes in that order.
    X = X.astype(native_dtype(X), copy=False)
    if X.dtype in SCALED:
        return as_float(X)
    return X if X.dtype in FLOATS else X.astype(np.float32)


def warn_if_far(X):
    """Warn of rows that are far from [0, 1]."""
    low, high = X.min(), X.max()
    if max(-low, high) > FAR:
        msg = (
            f"pixels of floats should lie in [0, 1], got [{low:g}, {high:g}]: divide by "
            "their full scale first, or pass uint8 or uint16"
        )
        warn(msg, PixelRangeWarning, stacklevel=5)
