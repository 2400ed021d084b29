"""From power to the spectra that estimators get: logarithm, normalisation, whole planes.

Power comes as two half planes (2, n, U, V): at frequencies (u, v), then at (u, -v), for u
and v from 0 up. The power at opposite frequencies is the same.
"""

import numpy as np

from ..images.channels import ROUNDING_NOISE

__all__ = []

# Root mean square of what a photograph has beside its mean, through a Hann window: half of
# Berkeley's lie between 0.12 and 0.18.
CONTRAST = 0.15


def to_level(power):
    """``log(1 + power / rounding noise)``, in the place of the power."""
    power *= power.dtype.type(1 / ROUNDING_NOISE)
    power += 1
    return np.log(power, out=power)


def normalised(level):
    """Levels (2, n, U, V), each picture's divided by its largest, in place."""
    # Over one axis after the other: over all at once it takes several times longer.
    largest = level.reshape(*level.shape[:2], -1).max(axis=2).max(axis=0)
    level /= _full_scale(largest)[:, None, None]
    return level


def unfold(half_planes, out):
    """Whole planes (n, H, W), zero frequency centred, of what `tapered_power` gives."""
    same, mirrored = half_planes
    height, width = out.shape[1:]
    row, column = height // 2, width // 2
    # Of an even side the highest frequency is there once, with a negative sign.
    up, right = row + height % 2, column + width % 2
    out[:, row:, column:] = same[:, :up, :right]
    out[:, row:, column::-1] = mirrored[:, :up]
    out[:, row::-1, column:] = mirrored[:, :, :right]
    out[:, row::-1, column::-1] = same
    return out


def as_spectra(power, window_shape):
    """Flattened log spectra of power (2, n, U, V), which is overwritten."""
    out = np.empty((power.shape[1], *window_shape), power.dtype)
    return unfold(normalised(to_level(power)), out).reshape(len(out), -1)


def as_spectrum(power, window_shape):
    """The flattened spectrum of power (2, U, V), as `WelchSpectrumTransformer` gives it."""
    return as_spectra(power[:, None].copy(), window_shape).ravel()


def largest_level(power):
    """What `normalised` divides the level of one power (2, U, V) by."""
    return _full_scale(np.log1p(power.max() / ROUNDING_NOISE))


def at_contrast(spectra, largest, contrast=CONTRAST):
    """Log spectra (n, n_frequencies) as of photographs of a contrast.

    The noise floor of a level is absolute, so that at half the brightness a spectrum is
    another one; with this it is nearly the same.

    Parameters
    ----------
    spectra : ndarray of shape (n, n_frequencies)
        Of photographs as they are, as `as_spectra` gives them.
    largest : ndarray of shape (n,)
        The `largest_level` of each.
    contrast : float, default=CONTRAST
        Root of the mean power that they are to have.
    """
    level = spectra * largest[:, None]
    power = np.expm1(level, out=level)
    mean = power.mean(axis=1, keepdims=True)
    power *= contrast**2 / ROUNDING_NOISE / np.where(mean > 0, mean, 1)
    level = np.log1p(power, out=power)
    level /= _full_scale(level.max(axis=1))[:, None]
    return level


def _full_scale(largest):
    """What is 1 in a spectrum: noise below its floor is not blown up to full scale."""
    return np.maximum(largest, np.log(2))
