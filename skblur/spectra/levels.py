"""From power to the spectra that estimators get: logarithm, normalisation, whole planes.

Power comes as two half planes (2, n, U, V): at frequencies (u, v), then at (u, -v), for u
and v from 0 up. The power at opposite frequencies is the same.
"""

import numpy as np

from ..images.channels import ROUNDING_NOISE

__all__ = []


def to_level(power):
    """``log(1 + power / rounding noise)``, in the place of the power."""
    power *= power.dtype.type(1 / ROUNDING_NOISE)
    power += 1
    return np.log(power, out=power)


def normalised(level):
    """Levels (2, n, U, V), each picture's divided by its largest, in place.

    A picture that stays below the noise floor is not blown up to full scale.
    """
    # Over one axis after the other: over all at once it takes several times longer.
    largest = level.reshape(*level.shape[:2], -1).max(axis=2).max(axis=0)
    level /= np.maximum(largest, np.log(2))[:, None, None]
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
