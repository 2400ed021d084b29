"""LogSpectrumTransformer: the log power spectrum of patches, normalised to [0, 1]."""

from numbers import Integral, Real

import numpy as np
import scipy.fft
from scipy.signal.windows import dpss, hann
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from .chunks import row_chunks
from .shapes import resolve_image_shape

__all__ = ["LogSpectrumTransformer"]

# Variance of rounding to 8 bits: a step of 1/255, uniform within it.
ROUNDING_NOISE = 1 / (12 * 255**2)


class LogSpectrumTransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Log power spectrum of flattened patches, in [0, 1], zero frequency centred.

    Convolution with a PSF is a product in the spectrum and a sum in its logarithm: the
    blur shows as a pattern (a bell, parallel stripes, rings) added to the scene. Use it
    as the first step of anything that is to learn a blur from a patch.

    The patch is freed of its mean, multiplied by tapers, and the power of its Fourier
    transform is averaged over them and put on a logarithmic scale,

    ``s = log((P + f) / f) / max(log((P + f) / f))``,

    where `f` is the power that rounding to 8 bits leaves at every frequency,
    ``1 / (12 * 255^2)`` for tapers of unit energy. So 0 is the noise floor, 1 the
    strongest frequency of the patch, which is taken to be at least `f`. Without a taper
    the edges of the patch, which do not wrap, write a cross over the pattern.

    Parameters
    ----------
    image_shape : tuple of (int, int), default=None
        Rows and columns of the patches that the flattened samples hold. None takes them
        for squares, so 1024 values for 32 x 32; a number of values that is no square is
        taken for one row.

    taper : {"multitaper", "hann"} or None, default="multitaper"
        ``"multitaper"`` averages the power over `n_tapers` x `n_tapers` separable Slepian
        sequences: little leakage and little variance, at the price of resolution.
        ``"hann"`` is one separable Hann window.

    bandwidth : float, default=2.5
        Half bandwidth of the Slepian sequences, in frequency bins of the patch.

    n_tapers : int, default=3
        Slepian sequences along each axis; above ``2 * bandwidth - 1`` they leak.

    Attributes
    ----------
    tapers_ : tuple of two ndarray, (n, rows) and (n, columns)
        The tapers along each axis, of unit energy; the power is averaged over all
        pairs.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a sample.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns, if all are strings.

    See Also
    --------
    StackedRBMClassifier : Takes what this gives.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, section III-A (there without a taper).

    Thomson, "Spectrum estimation and harmonic analysis", Proceedings of the IEEE 70(9),
    1982.

    Examples
    --------
    >>> from skblur import LogSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, random_state=0)
    >>> S = LogSpectrumTransformer().fit_transform(X)
    >>> S.shape, S.dtype, float(S.max())
    ((6, 1024), dtype('float32'), 1.0)
    """

    _parameter_constraints: dict = {
        "image_shape": ["array-like", None],
        "taper": [StrOptions({"multitaper", "hann"}), None],
        "bandwidth": [Interval(Real, 0, None, closed="neither")],
        "n_tapers": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, image_shape=None, *, taper="multitaper", bandwidth=2.5, n_tapers=3):
        self.image_shape = image_shape
        self.taper = taper
        self.bandwidth = bandwidth
        self.n_tapers = n_tapers

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Make the tapers for the patches' shape; nothing else is learned.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        y : None
            Ignored.

        Returns
        -------
        self : LogSpectrumTransformer
            The same object.
        """
        del y
        X = validate_data(self, X, dtype=(np.float32, np.float64))
        self.image_shape_ = resolve_image_shape(self.image_shape, X.shape[1])
        self.tapers_ = tuple(
            _make_tapers(self.taper, side, self.bandwidth, self.n_tapers)
            for side in self.image_shape_
        )
        return self

    def transform(self, X):
        """Spectra of the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches, full scale 1.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In [0, 1] and the dtype of `X`, float32 or float64; zero for a patch
            without any structure.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float32, np.float64))
        rows, columns = self.image_shape_
        spectra = np.empty_like(X)
        # Half planes of the complex transform for one taper along the rows.
        for part in row_chunks(len(X), 2 * X[:1].nbytes * len(self.tapers_[1])):
            power = tapered_power(X[part].reshape(-1, rows, columns), *self.tapers_)
            level = np.log1p(power / power.dtype.type(ROUNDING_NOISE))
            # A patch that stays below the noise floor is not blown up to full scale.
            level /= np.maximum(level.max(axis=(1, 2), keepdims=True), np.log(2))
            spectra[part] = unfold(level, columns).reshape(-1, X.shape[1])
        return spectra

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def tapered_power(images, down, across):
    """Half-plane power of images (n, H, W), averaged over all pairs of tapers.

    The mean of each image is removed first. Along the rows, taper and transform are one
    matrix, so all tapers cost one product; along the columns the FFT is cheaper.
    """
    n_images, height, width = images.shape
    half = width // 2 + 1
    images = images - images.mean(axis=(1, 2), keepdims=True)
    complex_type = np.result_type(images.dtype, np.complex64)
    fourier = scipy.fft.rfft(np.eye(width), axis=1)
    tapered = np.hstack([taper[:, None] * fourier for taper in across])
    to_frequency = np.ascontiguousarray(tapered, complex_type).view(images.dtype)
    partial = images.reshape(-1, width) @ to_frequency
    partial = partial.view(complex_type).reshape(n_images, height, len(across) * half)
    power = np.zeros(partial.shape, images.dtype)
    for taper in down.astype(images.dtype):
        spectrum = scipy.fft.fft(partial * taper[:, None], axis=1, overwrite_x=True)
        power += spectrum.real**2
        power += spectrum.imag**2
    power = power.reshape(n_images, height, len(across), half).sum(axis=2)
    return power / images.dtype.type(len(down) * len(across))


def unfold(half_plane, width):
    """Whole plane (n, H, W), zero frequency centred, from a real half plane."""
    height = half_plane.shape[1]
    # What the half plane leaves out mirrors it through the zero frequency.
    mirrored = half_plane[:, -np.arange(height), 1 : (width + 1) // 2][:, :, ::-1]
    whole = np.concatenate([half_plane, mirrored], axis=2)
    return scipy.fft.fftshift(whole, axes=(1, 2))


def _make_tapers(taper, side, bandwidth, n_tapers):
    """Tapers (n, side) of unit energy; a single pixel is left alone."""
    if taper is None or side == 1:
        tapers = np.ones((1, side))
    elif taper == "hann":
        tapers = hann(side + 2, sym=True)[None, 1:-1]
    else:
        # On very short sides fewer sequences exist, of a smaller bandwidth.
        bandwidth, n_tapers = min(bandwidth, (side - 1) / 2), min(n_tapers, side - 1)
        tapers = dpss(side, bandwidth, n_tapers) if bandwidth < side / 2 else np.eye(side)
    return tapers / np.sqrt((tapers**2).sum(axis=1, keepdims=True))
