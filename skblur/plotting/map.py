"""plot_map: the blur at every pixel, over the photograph."""

import numpy as np

from ..blurs.types import UNDECIDED_NAME, blur_type, parametric_types
from ..images.channels import as_luma
from .figure import new_figure, shown_pixels

__all__ = []

UNDECIDED_COLOUR = (0.5, 0.5, 0.5)
# Sizes that are drawn in full strength, the same for all photographs: in units of the
# largest that the paper knows.
FULL_STRENGTH = 1.2
LEAST_STRENGTH, MOST_STRENGTH = 0.25, 0.75
# Inches of a picture. A narrow strip is shown smaller: of full width it would be so high
# that drawing its figure takes minutes and gigabytes.
WIDTH, MOST_HEIGHT = 9, 27


def plot_map(found, image=None, *, channel_axis=None, figure=None):
    """Type as hue and size as strength, over the photograph, with a legend.

    Parameters
    ----------
    found : BlurMap
        The map.

    image : array-like of shape (H, W), or with a channel axis, default=None
        The photograph; None draws the map alone.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image.

    figure : matplotlib Figure, default=None
        Where to draw; None is a new one.

    Returns
    -------
    matplotlib Figure
        ``figure.savefig("map.png")`` writes it.
    """
    height, width = found.shape
    if figure is None:
        # An inch for the legend.
        figure = new_figure(figsize=(WIDTH, min(WIDTH * height / width, MOST_HEIGHT) + 1))
    axis = figure.subplots()
    shown = shown_pixels(found.shape)
    codes, sizes = found.type_code[shown], found.size[shown]
    if image is None:
        under = np.full(codes.shape, 0.9)
    else:
        under = as_luma(image, channel_axis)[shown]
    axis.imshow(_painted(codes, sizes, under))
    axis.axis("off")
    handles, labels = _legend(found.summary())
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _painted(codes, sizes, under):
    """Colours over a grey picture."""
    picture = np.repeat(under[..., None], 3, axis=2)
    strength = np.zeros(codes.shape)
    colour = np.zeros(picture.shape)
    for each in parametric_types():
        there = codes == each.code
        colour[there] = each.colour
        relative = sizes[there] / (FULL_STRENGTH * each.size.paper[1]) if each.size else 1.0
        relative = np.sqrt(relative).clip(0, 1)
        strength[there] = LEAST_STRENGTH + (MOST_STRENGTH - LEAST_STRENGTH) * relative
    undecided = codes < 0
    colour[undecided], strength[undecided] = UNDECIDED_COLOUR, LEAST_STRENGTH
    strength = strength[..., None]
    return (1 - strength) * picture + strength * colour


def _legend(summary):
    """Patches and words for what there is in the picture."""
    from matplotlib.patches import Patch

    handles, labels = [], []
    for name, entry in summary.items():
        if entry["fraction"] < 0.005:
            continue
        colour, words = UNDECIDED_COLOUR, f"{name} {100 * entry['fraction']:.0f} %"
        if name != UNDECIDED_NAME:
            each = blur_type(name)
            colour = each.colour
            for p in each.parameters:
                if p.name in entry:
                    words += f", {p.name} {entry[p.name]:.1f} {p.unit}"
        handles.append(Patch(facecolor=colour, edgecolor="black"))
        labels.append(words)
    return handles, labels
