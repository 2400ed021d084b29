"""validate_queries: rows that a fitted estimator is asked about, checked once."""

import numpy as np
from sklearn import get_config
from sklearn.utils.validation import validate_data

__all__ = []


def validate_queries(estimator, X, dtype, **options):
    """As ``validate_data(estimator, X, reset=False, dtype=dtype, **options)``.

    Where scikit-learn is told to take values for finite, as inside of `estimate_blur`,
    rows that are as they should be come back at once: looking for data frames of all kinds
    takes longer than to answer for one row.
    """
    if get_config()["assume_finite"] and _are_right(estimator, X, dtype):
        return X
    return validate_data(estimator, X, reset=False, dtype=dtype, **options)


def _are_right(estimator, X, dtype):
    dtypes = dtype if isinstance(dtype, (tuple, list)) else (dtype,)
    return (
        type(X) is np.ndarray
        and X.ndim == 2
        and len(X) > 0
        and X.shape[1] == estimator.n_features_in_
        and X.dtype in dtypes
        # Of rows without names those that were fitted with names are to be warned.
        and not hasattr(estimator, "feature_names_in_")
    )
