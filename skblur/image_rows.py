"""What the transformers of flattened images share."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils.validation import check_is_fitted, validate_data

from .shapes import resolve_image_shape


class ImageRowsTransformer(TransformerMixin, BaseEstimator):
    """Takes float rows that hold images, and knows their shape from `fit` on.

    A subclass has the parameter ``image_shape``, adds what it makes of the shape by
    `_prepare`, and gets the rows of its `transform` by `_check_rows`.
    """

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
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
        X = validate_data(self, X, dtype=(np.float32, np.float64))
        self.image_shape_ = resolve_image_shape(self.image_shape, X.shape[1])
        self._prepare(len(X))
        return self

    def _prepare(self, n_samples):
        """Make what depends on the shape alone, or on the number of rows."""

    def _check_rows(self, X):
        """Rows for `transform`."""
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=(np.float32, np.float64))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
