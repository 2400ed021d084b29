"""FoldedSpectrumTransformer: spectra averaged over their symmetries."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..feature_names import NamedFeaturesOutMixin
from ..images.rows import ImageRowsTransformer, row_chunks
from .labels import wave_labels

__all__ = ["FoldedSpectrumTransformer"]


class FoldedSpectrumTransformer(NamedFeaturesOutMixin, ImageRowsTransformer):
    """Flattened log spectra averaged over their symmetries, each frequency once.

    Flipping a photograph, or turning it by 90 degrees, changes neither sigma nor radius
    of its blur. Here spectra are averaged over both flips and, if square, over
    transposition, so a regressor need not learn that they are alike: 1024 values become
    153. Unlike `RadialProfileTransformer`, which is smaller still, it keeps the
    difference between the axes and the diagonals of the pixel grid.

    Parameters
    ----------
    image_shape : tuple of (int, int), default=None
        Rows and columns of the spectra that the flattened samples hold. None takes them
        for squares; a number of values that is no square is taken for one row.

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_features_out, 2)
        Frequency of each output down the rows and along the columns, in cycles per pixel
        and from 0 to 0.5. For squares the first is at least the second, for it stands for
        both orders.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a spectrum.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    skblur.LogSpectrumTransformer : Makes the spectra.
    RadialProfileTransformer : Averages over all directions.

    Notes
    -----
    The zero frequency of an axis of length `n` is at ``n // 2``; ``n // 2 + 1``
    frequencies remain of it. A square of side `n` leaves ``m * (m + 1) / 2`` values,
    ``m = n // 2 + 1``; any other shape the product of what its axes leave.

    Columns are called by `frequencies_`, ``fx`` along the columns and ``fy`` down the rows:
    ``foldedspectrum_fx0.12_fy0.25``.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skblur import LogSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> from skblur import FoldedSpectrumTransformer
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, random_state=0)
    >>> folded = make_pipeline(LogSpectrumTransformer(), FoldedSpectrumTransformer())
    >>> folded.fit_transform(X).shape
    (6, 153)
    """

    _parameter_constraints: dict = {"image_shape": ["array-like", None]}

    def __init__(self, *, image_shape: tuple[int, int] | None = None) -> None:
        self.image_shape = image_shape

    def _prepare(self, n_samples):
        del n_samples
        steps = np.column_stack(_kept(self.image_shape_))
        self.frequencies_ = steps / np.array(self.image_shape_)

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Folded spectra of the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            In the dtype of `X`, float32 or float64.
        """
        X = self._check_rows(X)
        folded = np.empty((len(X), len(self.frequencies_)), X.dtype)
        for part in row_chunks(len(X), X[:1].nbytes):
            folded[part] = fold(X[part].reshape(-1, *self.image_shape_))
        return folded

    def _labels_out(self):
        down, right = self.frequencies_.T
        return wave_labels(right, down)


def fold(planes):
    """Means (n, n_kept) of centred planes (n, H, W) over their symmetries."""
    height, width = planes.shape[1:]
    down, across = np.arange(height // 2 + 1), np.arange(width // 2 + 1)
    # On an even axis the highest step is -n/2 only; modulo n it is its own mirror.
    rows = planes[:, (height // 2 + down) % height] + planes[:, height // 2 - down]
    quarter = rows[:, :, (width // 2 + across) % width] + rows[:, :, width // 2 - across]
    if height == width:
        quarter = quarter + quarter.transpose(0, 2, 1)
    row, column = _kept((height, width))
    kept = quarter.reshape(len(planes), -1)[:, row * len(across) + column]
    return kept / (8 if height == width else 4)


@lru_cache(maxsize=8)
def _kept(shape):
    """Steps from the zero frequency, down and across, of the frequencies that remain."""
    height, width = shape[0] // 2 + 1, shape[1] // 2 + 1
    if shape[0] == shape[1]:
        return np.tril_indices(height)
    return tuple(steps.ravel() for steps in np.indices((height, width)))
