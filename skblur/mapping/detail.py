"""Detail: what a picture's own windows teach about how much detail means sharp.

How sharp windows are is told by their spectra, one by one, coarsely and with mistakes.
How much fine detail there is, is seen at every pixel, but not what it means: that depends
on the scene. So in each picture the log odds of its windows are regressed on the log of
their detail, and the line is read at every pixel.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from ..images.scale import block_means

__all__ = []

# Detail is what a smoothing by this deviation takes away, and its mean over a neighbourhood
# of this deviation counts, in pixels: of 0.25 to 2 and 6 to 48 the best on CUHK.
FINE, POOLED = 0.5, 16.0
# Detail of rounding alone, in full scales.
LEAST = 1e-4
# What the line says counts so many times what the windows say.
SHARE = 1.0
# From fewer windows nothing is learned.
LEAST_WINDOWS = 12


def log_detail(luma, kept):
    """Logarithm of the detail of a picture (H, W), at every `kept` pixels."""
    fine = np.abs(luma - gaussian_filter(luma, FINE))
    return np.log(gaussian_filter(block_means(fine, kept), POOLED / kept) + LEAST)


def with_detail(log_odds, detail, windows, telling):
    """Log odds (rows, columns) joined with those that the detail there stands for.

    Parameters
    ----------
    log_odds : ndarray of shape (rows, columns)
        At kept pixels, by the windows.
    detail : ndarray of shape (rows, columns)
        Of `log_detail`, at the same pixels.
    windows : tuple of ndarray
        Row and column of the windows' centres, (n_down,) and (n_across,), in kept pixels.
    telling : ndarray of shape (n_down, n_across)
        Which of them tell.
    """
    x, y = (each[np.ix_(*windows)][telling] for each in (detail, log_odds))
    if len(x) < LEAST_WINDOWS:
        return log_odds
    away = x - x.mean()
    slope = float(away @ y) / max(float(away @ away), 1e-6)
    if slope <= 0:
        return log_odds
    line = y.mean() + slope * (detail - x.mean())
    return (log_odds + SHARE * line) / (1 + SHARE)
