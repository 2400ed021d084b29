"""HalfSpectrumTransformer: of opposite frequencies, which have equal power, one."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..feature_names import NamedFeaturesOutMixin
from ..images.rows import ImageRowsTransformer
from .labels import plane_labels

__all__ = ["HalfSpectrumTransformer"]


class HalfSpectrumTransformer(NamedFeaturesOutMixin, ImageRowsTransformer):
    """The upper half of flattened, centred power spectra.

    The power of a picture is the same at opposite frequencies. Whatever learns from
    spectra needs only one of them: half of the features for all of the information.

    Parameters
    ----------
    image_shape : tuple of (int, int), default=None
        Rows and columns of the spectra that the flattened samples hold. None takes them
        for squares; a number of values that is no square is taken for one row.

    Attributes
    ----------
    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a sample.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    FoldedSpectrumTransformer : Of all mirror images, not only of opposite frequencies.

    Notes
    -----
    The row of the zero frequency is kept whole, and with an even number of rows that of
    the highest frequency too.

    Columns are called by their frequency in cycles per pixel, ``fx`` to the right and
    ``fy`` upward: ``halfspectrum_fx-0.25_fy0.12``.

    Examples
    --------
    >>> from skblur import HalfSpectrumTransformer, WelchSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, image_shape=(64, 64))
    >>> S = WelchSpectrumTransformer((64, 64)).fit_transform(X)
    >>> HalfSpectrumTransformer().fit_transform(S).shape
    (6, 2112)
    """

    _parameter_constraints: dict = {"image_shape": ["array-like", None]}

    def __init__(self, image_shape: tuple[int, int] | None = None) -> None:
        self.image_shape = image_shape

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """The halves of the spectra.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        Returns
        -------
        ndarray of shape (n_samples, (rows // 2 + 1) * columns)
            In the dtype of `X`, float32 or float64.
        """
        return self._check_rows(X)[:, self._kept].copy()

    def _labels_out(self):
        return plane_labels(self.image_shape_)[self._kept]

    @property
    def _kept(self):
        rows, columns = self.image_shape_
        return slice((rows // 2 + 1) * columns)
