"""Grain: noise looks like detail, and makes a picture's windows seem sharper than they are.

How much noise there is all over a picture shows where it is flattest. By as much as that is
more than windows have learned to overlook, their odds of being sharp are too high.
"""

import numpy as np

from ..images.noise import cross_differences
from ..images.scale import block_means

__all__ = []

# Side of the blocks of which the flattest are looked at, and the share that is.
BLOCK, FLATTEST = 16, 0.1
# Deviation of noise, in full scales, from which on it counts, what is added to it for
# rounding, and the power of the odds. On 60 photographs of CUHK, a part of which is out of
# focus, noise from 0.001 to 0.003 and powers from 1 to 2.5 do about as well; with 0.001
# sharp ones are called blurred over 0.02 to 0.03 more of their area.
CLEAN, ROUNDED, POWER = 0.002, 0.001, 1.25


def grain_log_odds(luma):
    """What is to be taken off the log odds of being sharp of a picture (H, W)."""
    excess = (noise_floor(luma) + ROUNDED) / (CLEAN + ROUNDED)
    return POWER * max(float(np.log(excess)), 0.0)


def noise_floor(luma):
    """Deviation of the noise of a picture (H, W), where there is least else."""
    cross = cross_differences(luma)
    rows, columns = (n // BLOCK * BLOCK for n in cross.shape)
    means = block_means(np.abs(cross[:rows, :columns]), BLOCK)
    # The mean of the absolute value of a normal deviate is sqrt(2 / pi) of its deviation.
    return float(np.quantile(means, FLATTEST) / np.sqrt(2 / np.pi))
