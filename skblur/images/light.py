"""Tone curves: the values of a picture and the linear light that they stand for."""

import numpy as np

__all__ = []

# Power of the tone curve that cameras write photographs with, that of sRGB.
OF_CAMERAS = 2.4
# sRGB's straight toe ends here, in the picture.
TOE_END = 0.055 / 1.4


def to_light(values, gamma, contrast=1):
    """Linear light of the values of a picture: both tone curves undone."""
    values = _s_curve(values, 1 / contrast)
    if gamma == 1:
        return values
    offset, slope = _toe(gamma)
    light = ((values + offset) / (1 + offset)) ** gamma
    return np.where(values < TOE_END, values / slope, light)


def from_light(light, gamma, contrast=1):
    """The values, in [0, 1], of a picture of linear light, by both tone curves."""
    values = np.clip(light, 0, 1)
    if gamma != 1:
        offset, slope = _toe(gamma)
        curved = (1 + offset) * values ** (1 / gamma) - offset
        values = np.where(curved < TOE_END, values * slope, curved)
    return _s_curve(values, contrast)


def _toe(gamma):
    """Offset of the power and slope of the toe, which meet in value and in slope."""
    offset = TOE_END * (gamma - 1)
    return offset, TOE_END / ((TOE_END + offset) / (1 + offset)) ** gamma


def _s_curve(values, slope):
    """S-shaped curve through 0, 1/2 and 1, `slope` in the middle; 1/slope inverts it."""
    if slope == 1:
        return values
    # In place: fresh memory for every step would take longer than the arithmetic.
    away = 2 * values - 1
    divisor = np.abs(away)
    divisor *= slope - 1
    divisor += 1
    away *= slope / 2
    away /= divisor
    away += 0.5
    return away
