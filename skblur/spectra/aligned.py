"""AlignedSpectrumTransformer: of all mirror images of a spectrum always the same one."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..feature_names import NamedFeaturesOutMixin
from ..images.rows import ImageRowsTransformer, row_chunks
from .labels import plane_labels

__all__ = ["AlignedSpectrumTransformer"]


class AlignedSpectrumTransformer(NamedFeaturesOutMixin, ImageRowsTransformer):
    """Of a spectrum, its mirror image and their transposes, always the same one.

    Which blur it is does not depend on which side is up. A classifier that gets every
    spectrum mirrored so that it is strongest in the same octant need not learn the
    others: as good as four times the training samples. Put it before a classifier of
    types or a regressor of sizes; the direction of a motion is lost.

    A spectrum is mirrored if it is stronger where the two frequencies differ in sign,
    and then transposed if it is stronger along the columns' frequencies, where it is
    square.

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
    FoldedSpectrumTransformer : The average of the mirror images.

    Notes
    -----
    Columns are called by their frequency in the mirror image that is given, in cycles per
    pixel, ``fx`` to the right and ``fy`` upward: ``alignedspectrum_fx-0.25_fy0.12``.

    Examples
    --------
    >>> import numpy as np
    >>> from skblur import AlignedSpectrumTransformer, LogSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, random_state=0)
    >>> turned = np.rot90(X.reshape(6, 32, 32), axes=(1, 2)).reshape(6, 1024)
    >>> spectrum, align = LogSpectrumTransformer(), AlignedSpectrumTransformer()
    >>> S, T = (align.fit_transform(spectrum.fit_transform(part)) for part in (X, turned))
    >>> bool(np.abs(S - T).max() < 1e-3)
    True
    """

    _parameter_constraints: dict = {"image_shape": ["array-like", None]}

    def __init__(self, image_shape: tuple[int, int] | None = None) -> None:
        self.image_shape = image_shape

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Spectra, mirrored and transposed as they need it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In the dtype of `X`, float32 or float64.
        """
        X = self._check_rows(X)
        rows, columns = self.image_shape_
        same_sign, steep = _moments(rows, columns)
        # The row of frequency -u; the highest of an even side is its own mirror image.
        mirrored = (rows // 2 * 2 - np.arange(rows)) % rows
        aligned = np.empty_like(X)
        for part in row_chunks(len(X), 4 * X[:1].nbytes):
            # Sums in float64: which of two nearly equal ones is larger must not be chance.
            sums = X[part].astype(np.float64) @ np.stack([same_sign, steep], axis=1)
            planes = X[part].reshape(-1, rows, columns).copy()
            flip = sums[:, 0] < 0
            planes[flip] = planes[flip][:, mirrored]
            if rows == columns:
                turn = sums[:, 1] < 0
                planes[turn] = planes[turn].swapaxes(1, 2)
            aligned[part] = planes.reshape(len(planes), -1)
        return aligned

    def _labels_out(self):
        return plane_labels(self.image_shape_)


def _moments(rows, columns):
    """Weights whose sums change their sign when mirrored, and when transposed."""
    u, v = (np.arange(side) - side // 2 for side in (rows, columns))
    # The highest frequency of an even side is positive and negative at once.
    u[u == -rows / 2], v[v == -columns / 2] = 0, 0
    u, v = np.meshgrid(u, v, indexing="ij")
    return np.sign(u * v).ravel(), np.sign(u**2 - v**2).ravel()
