"""The PSF that blurs the gradients of a picture into those of the photograph."""

import numpy as np
import scipy.fft
from scipy.ndimage import label, map_coordinates

__all__ = []

PSF_STEPS = 50
# What is below these shares of the maximum, or in pieces of less than these shares of the
# mass of the largest, is noise. (3 % and 10 % cost 0.5 dB on paths that spread thinly.)
LEAST_VALUE, LEAST_PIECE = 0.01, 0.02


def fit_psf(frame, picture, psf, ridge):
    """Non-negative PSF of least squares between gradients, by their correlations."""
    spectra = frame.inner_gradients(picture)
    auto = (spectra.real**2 + spectra.imag**2).sum(axis=0)
    cross = (spectra.conj() * frame.gradients).sum(axis=0)
    side = len(psf)
    auto = _middle(auto, frame.shape, side - 1)
    cross = _middle(cross, frame.shape, side // 2)
    return centred(cleaned(least_squares(auto, cross, ridge, psf)))


def least_squares(auto, cross, ridge, start):
    """Minimise k A k / 2 - b k + ridge k k / 2 over k >= 0, by accelerated projection.

    `auto` holds the lags of the Toeplitz matrix A, so a product takes two small FFTs.
    """
    side = len(cross)
    n = scipy.fft.next_fast_len(2 * side, real=True)
    lags = np.zeros((n, n), np.float32)
    lags[: 2 * side - 1, : 2 * side - 1] = auto
    # With the lag 0 at the origin; symmetric lags have a real spectrum.
    spectrum = scipy.fft.rfft2(np.roll(lags, (1 - side, 1 - side), (0, 1))).real
    spectrum += ridge
    step = float(1 / spectrum.max())
    psf, ahead, pace = start, start, 1.0
    for _ in range(PSF_STEPS):
        slope = scipy.fft.irfft2(spectrum * scipy.fft.rfft2(ahead, (n, n)), (n, n))
        new = np.maximum(ahead - step * (slope[:side, :side] - cross), 0)
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = new + float((pace - 1) / faster) * (new - psf)
        psf, pace = new, faster
    return psf


def cleaned(psf):
    """Without specks, of sum 1."""
    psf = np.where(psf >= LEAST_VALUE * psf.max(), psf, 0)
    pieces, n = label(psf > 0, np.ones((3, 3)))
    if n == 0:
        psf[len(psf) // 2, len(psf) // 2] = 1
    elif n > 1:
        masses = np.bincount(pieces.ravel(), psf.ravel())
        psf[masses[pieces] < LEAST_PIECE * masses.max()] = 0
    return psf / psf.sum()


def centred(psf):
    """Moved by whole pixels so that its centre of mass is nearest to the middle."""
    middle = len(psf) // 2
    mean = [float(np.arange(len(psf)) @ psf.sum(axis=1 - axis)) for axis in (0, 1)]
    return shifted(psf, *(middle - int(np.rint(m)) for m in mean))


def shifted(psf, down, right):
    """Moved by whole pixels, of sum 1 without what is moved beyond the border."""
    n = len(psf)
    padded = np.pad(psf, n)
    psf = padded[n - down : 2 * n - down, n - right : 2 * n - right]
    return psf / psf.sum()


def resize_psf(psf, side, ratio):
    """The PSF on a grid finer by `ratio`, of an odd `side`."""
    place = (np.arange(side) - side // 2) / ratio + len(psf) // 2
    grid = np.meshgrid(place, place, indexing="ij")
    psf = map_coordinates(psf, grid, order=1, mode="constant")
    return psf / psf.sum()


def _middle(spectrum, shape, half):
    """Lags up to `half` of a correlation with this half spectrum."""
    lags = np.arange(-half, half + 1)
    return scipy.fft.irfft2(spectrum, shape)[np.ix_(lags, lags)]
