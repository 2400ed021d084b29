"""Windows of a photograph: where they lie, which of them tell, their power."""

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view

from .levels import as_spectra
from .tapers import make_tapers

__all__ = []

# Rows and columns of the windows that the shipped models know.
WINDOW = 64

# Windows say nothing where they are flat, nor where they are clipped: of a window's
# pixels, at most this share may be black or white.
MIN_STD, MAX_CLIPPED = 0.01, 0.1
# Of a page or a thing on white, where fewer than one window in so many are not clipped,
# the others tell, too: a blur leaves white what is white all around.
ONE_UNCLIPPED_IN = 8
# More windows than these no longer sharpen the average, but cost time. Of fewer than these,
# each overlaps its neighbours by three quarters. Their tapered power is then correlated by
# 0.45, in place of 0.03 where it is half, so that more of them say little that is new.
MAX_WINDOWS, FEW_WINDOWS = 500, 20


def lay_windows(luma, shape):
    """Overlapping windows all over a photograph, a view (down, across, rows, columns).

    Opposite borders share what is left over, so that a mirror image has the same windows,
    to within a pixel.
    """
    every = sliding_window_view(luma, shape)
    places = np.array(every.shape[:2])
    for part in (2, 4):
        steps = np.maximum(np.array(shape) // part, 1)
        n_windows = np.prod((places - 1) // steps + 1)
        if n_windows >= FEW_WINDOWS:
            break
    # Of a large photograph every so many, the same down and across.
    steps *= max(round(np.sqrt(n_windows / MAX_WINDOWS)), 1)
    starts = (places - 1) % steps // 2
    return every[starts[0] :: steps[0], starts[1] :: steps[1]]


def find_telling(grid):
    """Which of a photograph's windows tell of its blur, and whether clipped ones do.

    Parameters
    ----------
    grid : ndarray of shape (n_down, n_across, rows, columns)
        Windows all over the photograph.

    Returns
    -------
    telling : ndarray of bool, shape (n_down, n_across)
    clipped : bool
        Whether nearly all that are not flat are clipped, so that all of these tell.
    """
    telling = are_telling(grid)
    enough = ONE_UNCLIPPED_IN * np.count_nonzero(telling)
    if enough >= telling.size:
        return telling, False
    structured = are_telling(grid, clipped=True)
    clipped = bool(enough < np.count_nonzero(structured))
    return (structured if clipped else telling), clipped


def are_telling(windows, *, clipped=False):
    """Which windows (..., rows, columns) are not flat, and not clipped unless asked for."""
    # Every other pixel down and across says enough, at a quarter of the time.
    windows, lot = windows[..., ::2, ::2], windows.shape[:-2]
    n_pixels = windows.shape[-2] * windows.shape[-1]
    flat = windows.reshape(-1, n_pixels)
    # Less the mean of all, for the difference of squares not to cancel.
    mean = flat[:, ::7].mean()
    flat = flat - mean
    variance = np.einsum("ij,ij->i", flat, flat) / n_pixels - flat.mean(axis=1) ** 2
    telling = variance >= MIN_STD**2
    low, high = 0.5 / 255 - mean, 1 - 0.5 / 255 - mean
    if not clipped and (flat.min() < low or flat.max() > high):
        n_clipped = np.count_nonzero((flat < low) | (flat > high), axis=1)
        telling &= n_clipped <= MAX_CLIPPED * n_pixels
    return telling.reshape(lot)


def hann_spectra(windows):
    """Flattened log spectra of windows (n, rows, columns), each by itself."""
    spectra = hann_transforms(windows)
    power = half_planes(spectra.real**2 + spectra.imag**2)
    return as_spectra(power, windows.shape[1:])


def hann_transforms(windows, *, overwrite=False):
    """Transforms (n, rows, columns // 2 + 1) of windows less their means, tapered."""
    # Faster than `mean`; as a product it would depend on how many windows there are.
    mean = np.einsum("nij->n", windows)[:, None, None] / windows[0].size
    tapered = np.subtract(windows, mean, out=windows if overwrite else None)
    tapered *= _hann_window(windows.shape[1:], windows.dtype)
    # For a single taper the FFT is quicker than the products of `tapered_power`.
    return scipy.fft.rfft2(tapered)


@lru_cache(maxsize=8)
def _hann_window(shape, dtype):
    """Hann taper (rows, columns) of unit energy."""
    down, across = (make_tapers("hann", side)[0] for side in shape)
    return np.outer(down, across).astype(dtype)


def half_planes(power):
    """Power at (u, v), then at (u, -v), of power (..., rows, columns // 2 + 1)."""
    u = np.arange(power.shape[-2] // 2 + 1)
    return np.stack([power[..., u, :], power[..., -u, :]])
