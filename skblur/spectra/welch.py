"""WelchSpectrumTransformer: one log spectrum of a whole photograph."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval

from ..feature_names import NamedFeaturesOutMixin
from ..images.channels import ROUNDING_NOISE
from ..images.rows import PixelRowsTransformer, row_chunks
from .labels import plane_labels
from .levels import as_spectrum
from .windows import WINDOW, find_telling, half_planes, hann_transforms, lay_windows

__all__ = ["WelchSpectrumTransformer", "welch_power"]

# Share of a window that has to lie in the part of the photograph that is asked about.
INSIDE = 0.9


class WelchSpectrumTransformer(NamedFeaturesOutMixin, PixelRowsTransformer):
    """Log power spectrum of flattened photographs, averaged over overlapping windows.

    What a blur does to a spectrum is the same all over a photograph, what the scene does
    is not: the average keeps the one and evens out the other (Welch's way). The windows
    overlap by half, by three quarters where they are few, and carry a Hann taper; flat and
    clipped ones are left out, unless nearly all are clipped, as of a page. Power is
    averaged, and the logarithm taken of the average: what noise adds to the power stays a
    sum.

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

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    LogSpectrumTransformer : Of patches, each a window of its own.

    Notes
    -----
    Columns are called by their frequency in cycles per pixel, ``fx`` to the right and
    ``fy`` upward: ``welchspectrum_fx-0.25_fy0.12``.

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

    def __init__(
        self, image_shape: tuple[int, int] | None = None, *, window: int = WINDOW
    ) -> None:
        self.image_shape = image_shape
        self.window = window

    def _prepare(self, n_samples):
        del n_samples
        self.window_shape_ = tuple(min(self.window, side) for side in self.image_shape_)

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
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
        n_features_out = self.window_shape_[0] * self.window_shape_[1]
        spectra = np.empty((len(X), n_features_out), X.dtype)
        for photo, spectrum in zip(X, spectra, strict=True):
            photo = photo.reshape(self.image_shape_)
            seen = seen_by_windows(photo, self.window_shape_)
            spectrum[:] = as_spectrum(seen.power, self.window_shape_)
        return spectra

    def _labels_out(self):
        return plane_labels(self.window_shape_)


def welch_power(
    luma: NDArray[np.floating], window: int = WINDOW, where: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.floating], int]:
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
        Windows that are neither flat nor clipped, or of a picture nearly all of which are
        clipped, not flat; 0 if there is none and the power is that of them all.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.spectra.welch import welch_power
    >>> power, n_windows = welch_power(load_sharp_photos()[0])
    >>> power.shape, n_windows > 100
    ((2, 33, 33), True)
    """
    if min(luma.shape) < window:
        msg = f"luma must be at least {window} x {window} pixels, got {luma.shape}"
        raise ValueError(msg)
    seen = seen_by_windows(luma, (window, window), where)
    return seen.power, seen.n_windows


class Seen(NamedTuple):
    """What the telling windows of a photograph show on the mean."""

    power: np.ndarray  # (2, U, V)
    n_windows: int  # telling ones; 0 if the power is that of all for want of them
    log_level: np.ndarray | None = None  # (2, U, V), mean of log(1 + power / rounding)


def seen_by_windows(luma, window_shape, where=None, *, logs=False):
    """`Seen` of a photograph, with the mean logarithm if asked for."""
    grid = lay_windows(luma, window_shape)
    telling, _ = find_telling(grid)
    if where is not None:
        inside = lay_windows(where, window_shape).mean(axis=(2, 3))
        telling &= inside >= INSIDE
    n_telling = int(np.count_nonzero(telling))
    places = np.argwhere(telling if n_telling else ~telling)
    total = np.zeros((window_shape[0], window_shape[1] // 2 + 1), np.float64)
    total_log = np.zeros_like(total)
    # The temporaries of a part stay in the cache.
    for part in row_chunks(len(places), 8 * grid[0, 0].nbytes):
        transforms = hann_transforms(grid[tuple(places[part].T)], overwrite=True)
        if logs:
            power = transforms.real**2
            power += transforms.imag**2
            total += power.sum(axis=0)
            power *= power.dtype.type(1 / ROUNDING_NOISE)
            # Of float32 the plain logarithm is several times faster than log1p.
            power += 1
            total_log += np.log(power, out=power).sum(axis=0)
        else:
            total += _sum_of_squares(transforms)
    mean, mean_log = (
        half_planes(t / len(places)).astype(luma.dtype) for t in (total, total_log)
    )
    return Seen(mean, n_telling, mean_log if logs else None)


def _sum_of_squares(transforms):
    """Of all windows, real and imaginary parts as numbers, in one pass."""
    parts = transforms.view(transforms.real.dtype).reshape(len(transforms), -1)
    squares = np.einsum("ni,ni->i", parts, parts)
    return squares.reshape(*transforms.shape[1:], 2).sum(axis=2)
