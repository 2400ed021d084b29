"""WelchSpectrumTransformer: one log spectrum of a whole photograph."""

from functools import lru_cache
from numbers import Integral

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import ClassNamePrefixFeaturesOutMixin
from sklearn.utils._param_validation import Interval

from .chunks import row_chunks
from .image_rows import ImageRowsTransformer
from .spectrum import make_tapers, normalised, to_level, unfold

__all__ = ["WelchSpectrumTransformer", "welch_power"]

# Rows and columns of the windows that the shipped models know.
WINDOW = 64

# Windows say nothing where they are flat, nor where they are clipped: of a window's
# pixels, at most this share may be black or white.
MIN_STD, MAX_CLIPPED = 0.01, 0.1
# More windows than these no longer sharpen the average, but cost time; of fewer than
# these, each overlaps its neighbours by three quarters.
MAX_WINDOWS, FEW_WINDOWS = 500, 48
# Share of a window that has to lie in the part of the photograph that is asked about.
INSIDE = 0.9


class WelchSpectrumTransformer(ClassNamePrefixFeaturesOutMixin, ImageRowsTransformer):
    """Log power spectrum of flattened photographs, averaged over overlapping windows.

    What a blur does to a spectrum is the same all over a photograph, what the scene does
    is not: the average keeps the one and evens out the other (Welch's way). The windows
    overlap by half, by three quarters where they are few, and carry a Hann taper; flat and
    clipped ones are left out. Power is averaged, and the logarithm taken of the average:
    what noise adds to the power stays a sum.

    Use it in place of `LogSpectrumTransformer` where samples are photographs rather than
    patches. All of `transform` have one shape; `welch_power` takes a photograph of any.

    Parameters
    ----------
    image_shape : tuple of (int, int), default=None
        Rows and columns of the photographs that the flattened samples hold. None takes
        them for squares; a number of values that is no square is taken for one row.

    window : int, default=64
        Rows and columns of a window; smaller photographs are one window each.

    Attributes
    ----------
    image_shape_ : tuple of (int, int)
        The shape in use.

    window_shape_ : tuple of (int, int)
        Rows and columns of a window, and of a spectrum.

    n_features_in_ : int
        Number of values of a sample.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns, if all are strings.

    See Also
    --------
    LogSpectrumTransformer : Of patches, each a window of its own.

    References
    ----------
    Welch, "The use of fast Fourier transform for the estimation of power spectra", IEEE
    Transactions on Audio and Electroacoustics 15(2), 1967.

    Examples
    --------
    >>> from skblur import WelchSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> photos = load_sharp_photos()
    >>> X, y = make_blur_patches(photos, 6, image_shape=(128, 192), random_state=0)
    >>> WelchSpectrumTransformer((128, 192)).fit_transform(X).shape
    (6, 4096)
    """

    _parameter_constraints: dict = {
        "image_shape": ["array-like", None],
        "window": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, image_shape=None, *, window=WINDOW):
        self.image_shape = image_shape
        self.window = window

    def _prepare(self, n_samples):
        del n_samples
        self.window_shape_ = tuple(min(self.window, side) for side in self.image_shape_)

    def transform(self, X):
        """Spectra of the photographs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened photographs, full scale 1.

        Returns
        -------
        ndarray of shape (n_samples, window_rows * window_columns)
            In [0, 1] and the dtype of `X`, zero frequency centred; zero for a
            photograph without any structure.
        """
        X = self._check_rows(X)
        spectra = np.empty((len(X), self._n_features_out), X.dtype)
        for photo, spectrum in zip(X, spectra, strict=True):
            power, _ = _mean_power(photo.reshape(self.image_shape_), self.window_shape_)
            spectrum[:] = as_spectrum(power, self.window_shape_)
        return spectra

    @property
    def _n_features_out(self):
        return self.window_shape_[0] * self.window_shape_[1]


def welch_power(luma, window=WINDOW, where=None):
    """Mean power of the windows of one photograph, and of how many of them.

    Parameters
    ----------
    luma : ndarray of shape (H, W)
        Float32 or float64, full scale 1, at least as large as a window.

    window : int, default=64
        Rows and columns of a window.

    where : ndarray of bool, shape (H, W), default=None
        The part of the photograph that is asked about: only windows that lie in it but
        for a tenth count. None is all of it.

    Returns
    -------
    power : ndarray of shape (2, window // 2 + 1, window // 2 + 1)
        At frequencies (u, v), then at (u, -v), for u and v from 0 up, in cycles per
        window down the rows and along the columns.

    n_windows : int
        Windows that are neither flat nor clipped; 0 if there is none and the power is
        that of them all.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.welch import welch_power
    >>> power, n_windows = welch_power(load_sharp_photos()[0])
    >>> power.shape, n_windows > 100
    ((2, 33, 33), True)
    """
    if min(luma.shape) < window:
        msg = f"luma must be at least {window} x {window} pixels, got {luma.shape}"
        raise ValueError(msg)
    return _mean_power(luma, (window, window), where)


def as_spectrum(power, window_shape):
    """The flattened spectrum, as `WelchSpectrumTransformer` gives it, of mean power."""
    return _as_spectra(power[:, None].copy(), window_shape).ravel()


def _as_spectra(power, window_shape):
    """Flattened log spectra of power (2, n, U, V), which is overwritten."""
    out = np.empty((power.shape[1], *window_shape), power.dtype)
    return unfold(normalised(to_level(power)), out).reshape(len(out), -1)


def _mean_power(luma, window_shape, where=None):
    """Power (2, U, V) averaged over the telling windows, and their number."""
    windows = _windows(luma, window_shape)
    telling = are_telling(windows)
    if where is not None:
        inside = _windows(where, window_shape).mean(axis=(1, 2))
        telling &= inside >= INSIDE
    n_telling = int(np.count_nonzero(telling))
    if 0 < n_telling < len(windows):
        windows = windows[telling]
    total = np.zeros((window_shape[0], window_shape[1] // 2 + 1), np.float64)
    # The temporaries of a part stay in the cache.
    for part in row_chunks(len(windows), 4 * windows[:1].nbytes):
        # Real and imaginary parts as numbers, their squares summed in one pass.
        parts = _hann_transforms(windows[part]).view(luma.dtype)
        parts = parts.reshape(len(parts), -1)
        squares = np.einsum("ni,ni->i", parts, parts)
        total += squares.reshape(*total.shape, 2).sum(axis=2)
    return _planes(total / len(windows)).astype(luma.dtype), n_telling


def hann_spectra(windows):
    """Flattened log spectra of windows (n, rows, columns), each by itself."""
    spectra = _hann_transforms(windows)
    power = _planes(spectra.real**2 + spectra.imag**2)
    return _as_spectra(power, windows.shape[1:])


def _hann_transforms(windows):
    """Transforms (n, rows, columns // 2 + 1) of windows less their means, tapered."""
    tapered = windows - windows.mean(axis=(1, 2), keepdims=True)
    tapered *= _hann_window(windows.shape[1:], windows.dtype)
    # For a single taper the FFT is quicker than the products of `tapered_power`.
    return scipy.fft.rfft2(tapered)


@lru_cache(maxsize=8)
def _hann_window(shape, dtype):
    """Hann taper (rows, columns) of unit energy."""
    down, across = (make_tapers("hann", side)[0] for side in shape)
    return np.outer(down, across).astype(dtype)


def _planes(power):
    """Power at (u, v), then at (u, -v), of power (..., rows, columns // 2 + 1)."""
    u = np.arange(power.shape[-2] // 2 + 1)
    return np.stack([power[..., u, :], power[..., -u, :]])


def _windows(luma, shape):
    """Overlapping windows (n, rows, columns), evenly over the photograph."""
    every = sliding_window_view(luma, shape)
    for part in (2, 4):
        grid = every[tuple(slice(None, None, max(side // part, 1)) for side in shape)]
        n_windows = grid.shape[0] * grid.shape[1]
        if n_windows >= FEW_WINDOWS:
            break
    # Of a large photograph every so many, the same down and across.
    skip = max(round(np.sqrt(n_windows / MAX_WINDOWS)), 1)
    return grid[::skip, ::skip].reshape(-1, *shape)


def are_telling(windows):
    """Which of the windows are neither flat nor clipped."""
    # Every other pixel down and across says enough, at a quarter of the time.
    windows = windows[:, ::2, ::2]
    flat = windows.reshape(len(windows), -1)
    n_pixels = flat.shape[1]
    # Less the mean of all, for the difference of squares not to cancel.
    flat = flat - flat[:, ::7].mean()
    variance = np.einsum("ij,ij->i", flat, flat) / n_pixels - flat.mean(axis=1) ** 2
    telling = variance >= MIN_STD**2
    black, white = windows < 0.5 / 255, windows > 1 - 0.5 / 255
    if black.any() or white.any():
        n_clipped = np.count_nonzero(black | white, axis=(1, 2))
        telling &= n_clipped <= MAX_CLIPPED * n_pixels
    return telling
