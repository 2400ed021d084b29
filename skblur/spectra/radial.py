"""RadialProfileTransformer: means of spectra over rings."""

from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval

from ..feature_names import NamedFeaturesOutMixin, with_values
from ..images.rows import ImageRowsTransformer
from .bins import bin_weights, frequency_grid

__all__ = ["RadialProfileTransformer"]


class RadialProfileTransformer(NamedFeaturesOutMixin, ImageRowsTransformer):
    r"""Means of flattened log spectra over rings of equal radial frequency.

    What Gaussian and defocus blur do to a spectrum depends on the radius alone. The mean
    over a ring keeps it and averages the scene away: 16 numbers in place of 1024, in
    which a regressor of sigma or radius finds its neighbours more easily. Motion blur is
    lost; see `DirectionalProfileTransformer`.

    The frequency `u` steps down and `v` steps right of the middle of a spectrum of `H`
    rows and `W` columns has the radius

    .. math:: \rho = \sqrt{(u / H)^2 + (v / W)^2}

    in cycles per pixel. The rings are of equal width from 0 to `max_frequency`. A
    frequency between the middles of two rings is shared between them linearly, so that
    the profile is smooth.

    Parameters
    ----------
    n_bins : int, default=16
        Number of rings. Up to the shorter side of the spectrum none is empty; an empty
        one is interpolated from its neighbours.

    max_frequency : float, default=0.5
        Where the last ring ends, in cycles per pixel. Frequencies beyond are left out. At
        0.5 these are the corners, which only diagonal waves reach and where a blurred
        patch is mostly noise; ``0.5 ** 0.5`` includes them, at the price of wider rings.

    image_shape : tuple of (int, int), default=None
        Rows and columns of the spectra that the flattened samples hold. None takes them
        for squares; a number of values that is no square is taken for one row.

    Attributes
    ----------
    weights_ : ndarray of shape (n_bins, `n_features_in_`)
        What a spectrum is multiplied by. Rows sum to 1.

    frequencies_ : ndarray of shape (n_bins,)
        Mean radius of what each ring holds, in cycles per pixel.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a spectrum.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    skblur.LogSpectrumTransformer : Makes the spectra.
    FoldedSpectrumTransformer : Keeps what the rings average, up to symmetry.
    DirectionalProfileTransformer : For motion blur.

    Notes
    -----
    Columns are called by `frequencies_`: ``radialprofile_f0.11``.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skblur import LogSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> from skblur import RadialProfileTransformer
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, random_state=0)
    >>> profile = make_pipeline(LogSpectrumTransformer(), RadialProfileTransformer())
    >>> profile.fit_transform(X).shape
    (6, 16)
    """

    _parameter_constraints: dict = {
        "n_bins": [Interval(Integral, 1, None, closed="left")],
        "max_frequency": [Interval(Real, 0, None, closed="neither")],
        "image_shape": ["array-like", None],
    }

    def __init__(
        self,
        n_bins: int = 16,
        *,
        max_frequency: float = 0.5,
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.n_bins = n_bins
        self.max_frequency = max_frequency
        self.image_shape = image_shape

    def _prepare(self, n_samples):
        del n_samples
        grid = frequency_grid(self.image_shape_)
        radius = np.hypot(grid.right, grid.up)
        self.weights_ = bin_weights(radius, grid, self.n_bins, self.max_frequency)
        # Both signs of a Nyquist frequency have the same radius.
        radius_of_column = np.bincount(grid.column, grid.share * radius)
        self.frequencies_ = self.weights_ @ radius_of_column

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Profiles of the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        Returns
        -------
        ndarray of shape (n_samples, n_bins)
            Means over the rings, from the middle outward, in the dtype of `X`, float32
            or float64.
        """
        X = self._check_rows(X)
        return X @ self.weights_.T.astype(X.dtype)

    def _labels_out(self):
        return with_values("f", self.frequencies_)
