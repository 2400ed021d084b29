"""DirectionalProfileTransformer: the angle of a motion, then the spectrum along it."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    TransformerMixin,
    _fit_context,
    clone,
)
from sklearn.model_selection import cross_val_predict
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from ..feature_names import NamedFeaturesOutMixin, with_values
from ..grnn import GRNNRegressor
from ..grnn.angles import decode_angle, encode_angle
from ..images.rows import resolve_image_shape, row_chunks
from ..queries import validate_queries
from .bins import bin_weights, frequency_grid

__all__ = ["DirectionalProfileTransformer"]

# Profiles are taken along angles rounded to this many degrees, so that rows of one angle
# share a matrix. It moves the outermost frequency by a tenth of the default bin at most.
ANGLE_STEP = 0.5

MAX_FREQUENCY = 0.5


class DirectionalProfileTransformer(NamedFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Find the angle of a motion blur, and the profile of the log spectrum along it.

    Motion of length :math:`L` at the angle :math:`\omega` multiplies a spectrum by
    :math:`\mathrm{sinc}(L t)` of one coordinate only,

    .. math:: t = f_x \cos\omega + f_y \sin\omega,

    with :math:`f_x` to the right and :math:`f_y` upward in cycles per pixel: dark stripes
    at the multiples of :math:`1/L`. This regresses the angle, and gives the means of the
    spectrum over bins of :math:`|t|`, in which the length shows whatever the angle is.

    .. note::
        ``fit(X, y).transform(X)`` does not equal ``fit_transform(X, y)``. `fit_transform`
        takes each training row's angle from a regressor that has not seen the row (cross
        fitting, as in :class:`~sklearn.preprocessing.TargetEncoder`). Angles of rows that
        it has seen are too good, and what follows would come to rely on them. A
        `Pipeline` does this by itself.

    Parameters
    ----------
    regressor : estimator, default=None
        Regresses ``(cos 2w, sin 2w)`` from flattened spectra; a regressor of several
        outputs, or a `Pipeline` that ends in one. None is ``GRNNRegressor()``.

    n_bins : int, default=16
        Number of bins of :math:`|t|`, of equal width from 0 to 0.5 cycles per pixel. A
        frequency between the middles of two bins is shared between them linearly; an
        empty bin is interpolated from its neighbours.

    cv : int, cross-validation generator or iterable, default=5
        The folds of `fit_transform`. An integer makes folds of successive rows, which
        keeps most patches of a photograph in one fold if they follow each other; pass
        ``KFold(5, shuffle=True, random_state=0)`` if rows are sorted by angle.

    image_shape : tuple of (int, int), default=None
        Rows and columns of the spectra that the flattened samples hold. None takes them
        for squares; a number of values that is no square is taken for one row.

    Attributes
    ----------
    regressor_ : estimator
        Fitted to all training rows.

    frequencies_ : ndarray of shape (n_bins,)
        Middles of the bins, in cycles per pixel.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a spectrum.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    skblur.LogSpectrumTransformer : Makes the spectra.
    skblur.motion_psf : The blur, and the sense of its angle.
    RadialProfileTransformer : For blurs without a direction.

    Notes
    -----
    `fit_transform` fits the regressor once per fold and once to all rows. The angle that
    a profile is taken along is rounded to half a degree; the one returned is not.

    Columns are called by `frequencies_`, ``directionalprofile_f0.11``; the last two are
    ``directionalprofile_cos2w`` and ``directionalprofile_sin2w``.

    Examples
    --------
    The length of a motion from the profile along it, whose angle is found first:

    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skblur import GRNNRegressor, LogSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> from skblur.grnn.angles import encode_angle
    >>> from skblur import DirectionalProfileTransformer
    >>> X, y = make_blur_patches(load_sharp_photos(), 200, kinds=["motion"], random_state=0)
    >>> S = LogSpectrumTransformer().fit_transform(X)
    >>> DirectionalProfileTransformer().fit(S, y[:, 2]).transform(S).shape
    (200, 18)
    >>> model = make_pipeline(DirectionalProfileTransformer(), GRNNRegressor())
    >>> model.fit(S, np.column_stack([y[:, 1], encode_angle(y[:, 2])])).predict(S).shape
    (200, 3)
    """

    _parameter_constraints: dict = {
        "regressor": [HasMethods(["fit", "predict"]), None],
        "n_bins": [Interval(Integral, 1, None, closed="left")],
        "cv": ["cv_object"],
        "image_shape": ["array-like", None],
    }

    def __init__(
        self,
        regressor: BaseEstimator | None = None,
        n_bins: int = 16,
        *,
        cv: Any = 5,
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.regressor = regressor
        self.n_bins = n_bins
        self.cv = cv
        self.image_shape = image_shape

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train the regressor of the angle.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Angles in degrees, counter-clockwise from the right as seen on screen; or rows
            that end in ``(cos 2w, sin 2w)``, whatever goes before.

        Returns
        -------
        self : DirectionalProfileTransformer
            The same object.
        """
        self._fit(X, y)
        return self

    @_fit_context(prefer_skip_nested_validation=False)
    def fit_transform(self, X: ArrayLike, y: ArrayLike) -> NDArray[np.floating]:
        """Train the regressor of the angle, and give profiles along out-of-fold angles.

        Use this for the training rows of what follows, and `transform` for all others:
        ``fit(X, y).transform(X)`` is not the same.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Angles, as for `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_bins + 2)
            As `transform` gives, but each row's angle found by a regressor that was
            trained on the other folds.
        """
        X, points = self._fit(X, y)
        found = cross_val_predict(self.regressor_, X, points, cv=self.cv)
        return self._profiles_along(X, found)

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Profiles of the rows along the angles that the regressor finds, and these.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened spectra, zero frequency centred.

        Returns
        -------
        ndarray of shape (n_samples, n_bins + 2)
            Means over the bins from 0 to 0.5 cycles per pixel along the motion; then
            ``cos 2w`` and ``sin 2w`` of the angle found, of unit length. In the dtype of
            `X`, float32 or float64.
        """
        check_is_fitted(self)
        X = validate_queries(self, X, (np.float32, np.float64))
        return self._profiles_along(X, self.regressor_.predict(X))

    def _fit(self, X, y):
        """Fit, and return the checked spectra and the angles as points."""
        X, y = validate_data(
            self, X, y, dtype=(np.float32, np.float64), multi_output=True, y_numeric=True
        )
        points = _as_points(y)
        self.image_shape_ = resolve_image_shape(self.image_shape, X.shape[1])
        self.frequencies_ = (np.arange(self.n_bins) + 0.5) * (MAX_FREQUENCY / self.n_bins)
        regressor = GRNNRegressor() if self.regressor is None else clone(self.regressor)
        self.regressor_ = regressor.fit(X, points)
        return X, points

    def _profiles_along(self, X, points):
        """Profiles along the angles of `points`, and these with unit length."""
        degrees = decode_angle(points)
        profiles = directional_profiles(X, degrees, self.image_shape_, self.n_bins)
        return np.column_stack([profiles, encode_angle(degrees).astype(X.dtype)])

    def _labels_out(self):
        return [*with_values("f", self.frequencies_), "cos2w", "sin2w"]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def directional_profiles(X, degrees, shape, n_bins):
    """Means (n, n_bins) of flattened spectra over bins of the frequency along an angle.

    Rows whose angles round to the same step share one matrix and one product.
    """
    grid = frequency_grid(shape)
    steps = np.rint(degrees / ANGLE_STEP).astype(int) % round(180 / ANGLE_STEP)
    profiles = np.empty((len(X), n_bins), X.dtype)
    for step in np.unique(steps):
        angle = np.deg2rad(step * ANGLE_STEP)
        along = np.abs(grid.right * np.cos(angle) + grid.up * np.sin(angle))
        weights = bin_weights(along, grid, n_bins, MAX_FREQUENCY).T.astype(X.dtype)
        rows = np.flatnonzero(steps == step)
        for part in row_chunks(len(rows), X[:1].nbytes):
            profiles[rows[part]] = X[rows[part]] @ weights
    return profiles


def _as_points(y):
    """Points (cos 2w, sin 2w): the last two columns, or made from degrees."""
    if y.ndim == 1 or y.shape[1] == 1:
        return encode_angle(y.ravel())
    points = y[:, -2:]
    if (np.abs(np.hypot(points[:, 0], points[:, 1]) - 1) > 1e-3).any():
        msg = (
            "the last two columns of y must be cos 2w and sin 2w, which lie on the unit "
            "circle: make them with skblur.grnn.angles.encode_angle, or pass the angles "
            "alone in degrees, of shape (n_samples,)"
        )
        raise ValueError(msg)
    return points
