"""DeblurTransformer: `deblur` for the rows of a matrix."""

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils._param_validation import Interval, StrOptions

from ..blurs.psf import check_psf
from ..blurs.targets import target_psf
from ..blurs.types import blur_type
from ..deconvolution.methods import METHODS
from ..deconvolution.observation import observe
from ..images.rows import PixelRowsTransformer
from .deblur import LEAST_NOISE, deblur_methods

__all__ = ["DeblurTransformer"]


class DeblurTransformer(OneToOneFeatureMixin, PixelRowsTransformer):
    """Restore flattened images that were all blurred alike.

    Use it to undo `PSFBlurTransformer`, or before a step that was trained on sharp
    images. The work on each row is that of `deblur`.

    Parameters
    ----------
    kind : {"gaussian", "motion", "defocus", "none"}, default="gaussian"
        Type of the blur; ``"none"`` only denoises. Not used if there is a `psf`.

    size : float, default=2.0
        Sigma, length or radius in pixels, at least 0. Not used if there is a `psf`.

    angle : float, default=0.0
        Direction of motion in degrees from the +x axis, counter-clockwise as seen on
        screen. Not used if there is a `psf`.

    psf : array-like of shape (rows, columns), default=None
        Point spread function in place of the three parameters above; see `check_psf`.

    method : {"wiener", "richardson_lucy", "tv", "epll"}, default="tv"
        As in `deblur`. On small patches ``"epll"`` gains little for its time.

    noise : float, default=None
        Standard deviation of the noise; None measures it in every row.

    image_shape : tuple of (int, int), default=None
        Rows and columns of the images that the flattened samples hold. None takes them
        for squares; a number of values that is no square is taken for one row.

    Attributes
    ----------
    psf_ : ndarray of shape (side, side)
        The point spread function in use.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a sample.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    deblur : The same for one picture, also in colour.
    skblur.PSFBlurTransformer : The way there.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skblur import DeblurTransformer, PSFBlurTransformer
    >>> from skblur.datasets import load_sharp_photos
    >>> X = load_sharp_photos()[0][100:164, 200:264].reshape(1, -1)
    >>> blur = PSFBlurTransformer("defocus", size=3).fit(X)
    >>> both = make_pipeline(blur, DeblurTransformer("defocus", size=3)).fit(X)
    >>> bool(abs(both.transform(X) - X).mean() < abs(blur.transform(X) - X).mean())
    True
    """

    _parameter_constraints: dict = {
        "kind": [str],
        "size": [Interval(Real, 0, None, closed="left")],
        "angle": [Interval(Real, None, None, closed="neither")],
        "psf": ["array-like", None],
        "method": [StrOptions(set(deblur_methods()))],
        "noise": [Interval(Real, 0, None, closed="left"), None],
        "image_shape": ["array-like", None],
    }

    def __init__(
        self,
        kind: str = "gaussian",
        *,
        size: float = 2.0,
        angle: float = 0.0,
        psf: ArrayLike | None = None,
        method: str = "tv",
        noise: float | None = None,
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.kind = kind
        self.size = size
        self.angle = angle
        self.psf = psf
        self.method = method
        self.noise = noise
        self.image_shape = image_shape

    def _prepare(self, n_samples):
        del n_samples
        target = blur_type(self.kind).code, self.size, self.angle
        self.psf_ = check_psf(target_psf(target) if self.psf is None else self.psf)

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Restore every row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened images, full scale 1.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In the dtype of `X`, float32 or float64. Not clipped: a restored edge may
            overshoot [0, 1] a little.
        """
        X = self._check_rows(X)
        restored = np.empty_like(X)
        for row, out in zip(X, restored, strict=True):
            out[:] = self._restore(row)
        return restored

    def _restore(self, row):
        # Noise and damping are relative to full scale, which data that are no pictures
        # do not keep to; what lies in [0, 1] is not moved.
        low, high = min(row.min(), 0), max(row.max(), 1)
        image = ((row - low) / (high - low)).astype(np.float32).reshape(self.image_shape_)
        noise = self.noise
        if noise is not None:
            noise = max(noise / (high - low), LEAST_NOISE)
        observation = observe(image, self.psf_, noise)
        restored = observation.crop(METHODS[self.method](observation))
        return restored.ravel() * (high - low) + low
