"""WelchSpectrumTransformer: one log spectrum of a whole photograph."""

from numbers import Integral

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import (
    ClassNamePrefixFeaturesOutMixin,
)
from sklearn.utils._param_validation import Interval

from .chunks import row_chunks
from .image_rows import ImageRowsTransformer
from .spectrum import make_tapers, normalised, tapered_power, to_level, unfold

__all__ = ["WelchSpectrumTransformer", "welch_spectrum"]

# Windows say nothing where they are flat, nor where they are clipped: of a window's
# pixels, at most this share may be black or white.
MIN_STD, MAX_CLIPPED = 0.01, 0.1
# More windows than these no longer sharpen the average, but cost time.
MAX_WINDOWS = 2000


class WelchSpectrumTransformer(ClassNamePrefixFeaturesOutMixin, ImageRowsTransformer):
    """Log power spectrum of flattened photographs, averaged over overlapping windows.

    What a blur does to a spectrum is the same all over a photograph, what the scene does
    is not: the average keeps the one and evens out the other (Welch's way). The windows
    overlap by half and carry a Hann taper. The logarithm is taken before the average, so
    that no single edge outweighs the rest; flat and clipped windows are left out.

    Use it in place of `LogSpectrumTransformer` where samples are photographs rather than
    patches. All of `transform` have one shape; `welch_spectrum` takes a photograph of any.

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

    def __init__(self, image_shape=None, *, window=64):
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
            spectrum[:], _ = _average(photo.reshape(self.image_shape_), self.window_shape_)
        return spectra

    @property
    def _n_features_out(self):
        return self.window_shape_[0] * self.window_shape_[1]


def welch_spectrum(luma, window=64):
    """The log spectrum of one photograph, and of how many windows it is the average.

    Parameters
    ----------
    luma : ndarray of shape (H, W)
        Float32 or float64, full scale 1, at least as large as a window.

    window : int, default=64
        Rows and columns of a window.

    Returns
    -------
    spectrum : ndarray of shape (window * window,)
        As `WelchSpectrumTransformer` gives it.

    n_windows : int
        Windows that are neither flat nor clipped; 0 if there is none and the spectrum is
        that of them all.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.welch import welch_spectrum
    >>> spectrum, n_windows = welch_spectrum(load_sharp_photos()[0])
    >>> spectrum.shape, n_windows > 100
    ((4096,), True)
    """
    if min(luma.shape) < window:
        msg = f"luma must be at least {window} x {window} pixels, got {luma.shape}"
        raise ValueError(msg)
    return _average(luma, (window, window))


def _average(luma, window_shape):
    """The spectrum and the number of windows of a photograph."""
    windows, n_telling = _telling_windows(luma, window_shape)
    tapers = [make_tapers("hann", side) for side in window_shape]
    n_windows, rows, columns = windows.shape
    total = np.zeros((2, rows // 2 + 1, columns // 2 + 1), np.float64)
    for part in row_chunks(n_windows, windows[:1].nbytes):
        total += to_level(tapered_power(windows[part], *tapers)).sum(axis=1)
    level = (total / n_windows).astype(luma.dtype)[:, None]
    spectrum = unfold(normalised(level), out=np.empty((1, rows, columns), luma.dtype))
    return spectrum.ravel(), n_telling


def _telling_windows(luma, shape):
    """Windows of a photograph that are neither flat nor clipped, and how many they are.

    All of them, and 0, if there is none.
    """
    step = [max(side // 2, 1) for side in shape]
    grid = sliding_window_view(luma, shape)[:: step[0], :: step[1]]
    clipped = (luma < 0.5 / 255) | (luma > 1 - 0.5 / 255)
    clipped = sliding_window_view(clipped, shape)[:: step[0], :: step[1]]
    telling = grid.std(axis=(2, 3)) >= MIN_STD
    telling &= clipped.mean(axis=(2, 3)) <= MAX_CLIPPED
    n_telling = int(np.count_nonzero(telling))
    if n_telling == 0:
        return grid.reshape(-1, *shape), 0
    places = np.argwhere(telling)
    # Evenly over the photograph where there are more than enough.
    places = places[:: -(-n_telling // MAX_WINDOWS)]
    return grid[tuple(places.T)], n_telling
