"""The colours of a map, and the key to them: a type's hue, and its strength by size."""

import numpy as np

from ..blurs.naming import format_parameters
from ..blurs.types import UNDECIDED, UNDECIDED_NAME, blur_type, blur_types
from .colours import INK, UNDECIDED_HATCH, colour_of

__all__ = []

# How much of its colour a type has at size zero; at full strength it has all of it.
LEAST_STRENGTH = 0.25
# Full strength is the largest size that the paper knows, times this; or, if that is larger,
# the size that this share of the type's pixels do not exceed.
FULL_STRENGTH, WITHIN = 1.2, 0.98
# Colours of a scale, and the width of one without sizes, as a share of the axis.
N_STEPS, SWATCH = 256, 0.08


def types_in(codes):
    """Codes of the types that occur, by their names; the undecided are last."""
    found = {each.name: each.code for each in blur_types()} | {UNDECIDED_NAME: UNDECIDED}
    return {name: code for name, code in found.items() if (codes == code).any()}


def full_size(name, sizes):
    """The size from which on a type has full strength; None where it has no sizes."""
    size = None if name == UNDECIDED_NAME else blur_type(name).size
    if size is None:
        return None
    return max(FULL_STRENGTH * size.paper[1], float(np.quantile(sizes, WITHIN)))


def tint(name, sizes, full):
    """Colours (..., 3) on white of a type at these sizes."""
    sizes = np.asarray(sizes, np.float64)[..., None]
    strength = np.ones_like(sizes)
    if full is not None:
        strength = LEAST_STRENGTH + (1 - LEAST_STRENGTH) * np.minimum(sizes / full, 1)
    return 1 - strength * (1 - np.array(colour_of(name)))


def show_key(axis, full, summary):
    """A row for each type in `full`: its colours by size, and how much of it there is."""
    from matplotlib.patches import Rectangle

    sized = [size for size in full.values() if size is not None]
    most = max(sized, default=1.0)
    for row, (name, size) in enumerate(full.items()):
        width = SWATCH * most if size is None else size
        colours = tint(name, np.linspace(0, width, N_STEPS), size)[None]
        low, high = row - 0.35, row + 0.35
        axis.imshow(colours, extent=(0, width, high, low), aspect="auto")
        hatch = UNDECIDED_HATCH if name == UNDECIDED_NAME else None
        outline = {"fill": False, "edgecolor": INK, "linewidth": 0.8, "hatch": hatch}
        axis.add_patch(Rectangle((0, low), width, high - low, **outline))
    labels = [_label(name, summary[name]) for name in full]
    axis.set(xlim=(0, most), ylim=(len(full) - 0.5, -0.5))
    axis.set_yticks(range(len(full)), labels)
    axis.tick_params(axis="y", length=0)
    axis.spines[:].set_visible(False)
    if sized:
        axis.set_xlabel(_words_of_sizes(full))
    else:
        axis.set_xticks([])


def _label(name, entry):
    """How much of the picture a type has, and its parameters."""
    share = entry["fraction"]
    share = f"{100 * share:.0f} %" if share >= 0.005 else "under 1 %"
    kind = None if name == UNDECIDED_NAME else blur_type(name)
    numbers = [] if kind is None else format_parameters(kind, entry)
    return ", ".join([f"{name} {share}", *numbers])


def _words_of_sizes(full):
    """What the sizes of these types are called."""
    sizes = [blur_type(name).size for name, most in full.items() if most is not None]
    *first, last = (size.name for size in sizes)
    words = f"{', '.join(first)} or {last}" if first else last
    return f"{words} in pixels"
