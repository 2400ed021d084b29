"""The spectrum of a photograph with marks of the fit, and both along a line."""

import numpy as np

from ..blurs.types import UNDECIDED_NAME
from ..spectra.bins import bin_weights, frequency_grid
from .colours import INK, line_colour_of
from .figure import entitle
from .marks import marked_on_grid, marks_along, name_of_marks

__all__ = []

# Frequencies a side at which marks are looked for.
N_MARKED = 129
# Decibels are drawn from this percentile of the plane up.
DARKEST = 1
# Decibels that are drawn at least: differences of noise are none.
LEAST_RANGE = 20
# Along a motion those frequencies count that are so near to its line, in cycles per pixel:
# farther out there is more noise than scene.
BESIDE = 0.125
# Below so many cycles per window there is but what the taper leaks.
LEAST_CYCLES = 2


def show_spectrum(axis, seen, estimate):
    """What was measured; over its right half, marks of the fit."""
    edge = seen.highest
    # The highest frequency is there once, with a negative sign, and has two.
    level = np.pad(seen.level, (0, 1), mode="wrap")
    brightest = max(level.max(), LEAST_RANGE)
    darkest = max(min(np.percentile(level, DARKEST), brightest - LEAST_RANGE), 0)
    outer = edge * (1 + 1 / seen.window)
    extent = (-outer, outer, -outer, outer)
    axis.imshow(level, cmap="gray", vmin=darkest, vmax=brightest, extent=extent)
    axis.set(xticks=(-edge, 0, edge), yticks=(-edge, 0, edge))
    axis.set(xlim=(-edge, edge), ylim=(-edge, edge), anchor="SW")
    axis.set(xlabel="cycles per pixel", ylabel="cycles per pixel")
    is_marked = estimate.blur_type != UNDECIDED_NAME and _mark(axis, edge, estimate)
    entitle(axis, f"spectrum | {name_of_marks(estimate)}" if is_marked else "spectrum")


def _mark(axis, edge, estimate):
    """Lines over the right half, the left one being its image; whether there are any."""
    from matplotlib.patheffects import withStroke

    up, right = np.linspace(-edge, edge, 2 * N_MARKED - 1), np.linspace(0, edge, N_MARKED)
    values = marked_on_grid(estimate, up, right)
    if not values.min() < 0 < values.max():
        return False
    colour = line_colour_of(estimate.blur_type)
    lines = axis.contour(right, up, values, [0], colors=[colour], linewidths=1.6)
    lines.set_path_effects([withStroke(linewidth=2.6, foreground="white")])
    return True


def show_profile(axis, seen, estimate):
    """Means along the motion, or over rings: measured, and of the fit, with its marks."""
    angle = estimate.angle
    frequencies, weights = _averages(seen, angle)
    axis.plot(frequencies, weights @ seen.level.ravel(), color=INK, label="measured")
    if estimate.blur_type != UNDECIDED_NAME:
        colour = line_colour_of(estimate.blur_type)
        fitted = weights @ seen.level_of(estimate.psf).ravel()
        axis.plot(frequencies, fitted, color=colour, linestyle="dashed", label="fitted")
        for i, mark in enumerate(marks_along(estimate, seen.highest)):
            label = None if i else name_of_marks(estimate)
            axis.axvline(mark, color=colour, linewidth=0.8, label=label)
    axis.legend(framealpha=1, edgecolor="none", fontsize="small")
    axis.set(xlabel="cycles per pixel", xlim=(0, seen.highest), ylabel="power, dB")
    axis.set_ylim(0, max(1.05 * axis.dataLim.ymax, LEAST_RANGE))
    # Rounded, it may be a whole turn.
    where = "in all directions" if angle is None else f"along {round(angle) % 180} deg"
    entitle(axis, f"spectrum {where}")


def _averages(seen, angle):
    """Frequencies (m,) along an angle, or of rings, and weights (m, n * n) of means."""
    n = seen.window
    grid = frequency_grid((n, n))
    if angle is None:
        coordinate = np.hypot(grid.right, grid.up)
    else:
        turn = np.deg2rad(angle)
        coordinate = np.abs(grid.right * np.cos(turn) + grid.up * np.sin(turn))
        beside = np.abs(grid.up * np.cos(turn) - grid.right * np.sin(turn))
        coordinate[beside > BESIDE] = np.inf
    frequencies = (np.arange(n // 2) + 0.5) / n
    kept = frequencies > LEAST_CYCLES / n
    weights = bin_weights(coordinate, grid, n // 2, 0.5)
    return frequencies[kept] / seen.scale, weights[kept]
