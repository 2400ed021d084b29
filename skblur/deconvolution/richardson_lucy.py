"""``richardson_lucy``: multiplicative iterations, accelerated, damped, stopped by noise."""

import numpy as np
from scipy.ndimage import uniform_filter

from .continuation import mirror_around

__all__ = []

MAX_ITER = 60

# Darker than this a picture holds nothing but noise; dividing by it would amplify that.
DARK = np.float32(1e-3)

# The iterations stop when the misfit is this much of the noise (Morozov's principle). A
# little less than all of it, since the damping holds back before.
DISCREPANCY = 0.98

# Side of the square over which a misfit is compared with the noise, and how much of the
# noise's variance is taken off it there.
NEIGHBOURHOOD = 9
DAMPING = 0.9


def deblur_richardson_lucy(observation):
    """Sharp picture on the whole grid.

    ``x <- x K^T(m r) / K^T m`` with the ratio ``r = y / K x`` of the data to the
    prediction; dividing by ``K^T m`` makes up for the light that left the frame. The
    step is taken from a point extrapolated along the last two (Biggs and Andrews 1997).
    Where data and prediction agree within the noise, the ratio is drawn towards 1, as
    White (1994) does pixel by pixel; and the iterations stop when they agree as a whole.
    """
    o = observation
    # The few iterations leave most of what it begins with outside: a scene like the inside.
    data = np.maximum(mirror_around(o.crop(o.data), o.shape), DARK)
    # Outside the reach of the data nothing is corrected, whatever rounding says.
    light = o.correlate(o.mask if o.saturated is None else o.mask + o.saturated)
    reached = light > 1e-3
    light = np.maximum(light, 1e-3)
    target = (DISCREPANCY * o.noise) ** 2 * o.mask.sum(dtype=np.float64)
    x = before = data
    change = previous = None
    for _ in range(MAX_ITER):
        # Light is never negative, whatever the extrapolation says.
        point = np.maximum(x + _momentum(change, previous) * (x - before), DARK)
        blurred = np.maximum(o.blur(point), DARK)
        misfit = o.binding(blurred) * (data - blurred)
        if np.vdot(misfit, misfit) <= target:
            return point
        ratio = misfit * _damp(misfit, o.noise) / blurred
        factor = np.where(reached, 1 + o.correlate(ratio) / light, 1)
        before, x = x, np.maximum(point * factor, DARK)
        previous, change = change, x - point
    return x


def _momentum(change, previous):
    """How far to run ahead: the share of the last correction that this one repeats."""
    if change is None or previous is None:
        return np.float32(0)
    share = np.vdot(change, previous) / max(np.vdot(previous, previous), 1e-12)
    return np.float32(np.clip(share, 0, 0.95))


def _damp(misfit, noise):
    """Share of a misfit's power around each pixel that is more than noise."""
    power = uniform_filter(misfit * misfit, NEIGHBOURHOOD, mode="wrap")
    floor = np.float32(DAMPING * noise**2)
    return np.maximum(1 - floor / np.maximum(power, floor), 0)
