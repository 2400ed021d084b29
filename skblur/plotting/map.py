"""plot_map: the blur at every pixel, over the photograph."""

import numpy as np

from ..blurs.types import blur_types
from ..images.scale import block_means
from .colours import INK, UNDECIDED_HATCH
from .figure import new_figure
from .key import full_size, show_key, tint, types_in
from .photograph import show_pixels, step_of

__all__ = []

# The photograph lies under the colours in light greys from this one up, for them to show.
DARKEST = 0.5
# Lines in the direction of a motion: so many along the longer side, and how much of their
# distance they are long.
N_LINES, LENGTH = 24, 0.6
# Each of several types bears its name in the largest circle that fits into it, if its
# radius is at least this share of the longer side.
ROOM = 0.05
# Inches: of a picture's longer side, of the axes below and beside it, of a key across, of
# its rows and its axis.
LONGER, BELOW, BESIDE, KEY_WIDTH, KEY_ROW, KEY_AXIS = 9, 0.55, 0.7, 6, 0.3, 0.5
# Width to height below which the key stands beside the picture.
NARROW = 0.4


def plot_map(found, luma=None, *, figure=None):
    """Draw what `BlurMap.plot` says, over a luma of the shape of the map or alone."""
    every = step_of(found.shape)
    shown = slice(None, None, every), slice(None, None, every)
    codes, sizes = found.type_code[shown], found.size[shown]
    under = np.ones(codes.shape)
    if luma is not None:
        under = block_means(luma, every)
    types = types_in(codes)
    full = {name: full_size(name, sizes[codes == code]) for name, code in types.items()}
    figure, picture, key = _lay_out(found.shape, len(full), figure)
    show_pixels(picture, _painted(codes, sizes, under, full), found.shape)
    # In the middle, its labels would be measured in one place and drawn in another.
    picture.set(xlabel="pixels", ylabel="pixels", anchor="SW")
    _hatch_undecided(picture, codes < 0, every)
    _show_directions(picture, codes, found, every)
    if len(types) > 1:
        _name_regions(picture, {n: codes == c for n, c in types.items()}, every)
    show_key(key, full, found.summary())
    return figure


def _lay_out(shape, n_rows, figure):
    """A figure, the axis of the picture, and that of the key below or beside it."""
    height, width = (LONGER * side / max(shape) for side in shape)
    down = KEY_AXIS + KEY_ROW * n_rows
    if width < NARROW * height:
        size = width + BESIDE + KEY_WIDTH, height + BELOW
        figure = new_figure(figsize=size) if figure is None else figure
        picture, right = figure.add_gridspec(1, 2, width_ratios=(width, KEY_WIDTH))
        ratios = down, max(height - down, down)
        key, _ = right.subgridspec(2, 1, height_ratios=ratios)
    else:
        larger = max((KEY_WIDTH - BESIDE) / width, 1)
        size = larger * width + BESIDE, larger * height + BELOW + down
        figure = new_figure(figsize=size) if figure is None else figure
        ratios = max(figure.bbox.height / figure.dpi - down, down), down
        # Of grids of their own, for the words of the key not to move the picture.
        cells = figure.add_gridspec(2, 1, height_ratios=ratios)
        picture, key = (cell.subgridspec(1, 1)[0] for cell in cells)
    picture = figure.add_subplot(picture, label="map")
    return figure, picture, figure.add_subplot(key, label="key")


def _painted(codes, sizes, under, full):
    """The colours of the types, as a glaze over light greys."""
    picture = np.repeat(DARKEST + (1 - DARKEST) * under[..., None], 3, axis=2)
    for name, code in types_in(codes).items():
        there = codes == code
        picture[there] *= tint(name, sizes[there], full[name])
    return picture


def _hatch_undecided(axis, undecided, every):
    if undecided.any():
        rows, columns = (every * np.arange(side) for side in undecided.shape)
        hatched = {"colors": "none", "hatches": [UNDECIDED_HATCH]}
        axis.contourf(columns, rows, undecided, [0.5, 1.5], **hatched)


def _show_directions(axis, codes, found, every):
    """Short lines along the motion, on a grid of points where there is any."""
    from matplotlib.collections import LineCollection

    step = max(max(codes.shape) // N_LINES, 1)
    rows, columns = (np.arange(step // 2, side, step) for side in codes.shape)
    there = np.isin(codes[np.ix_(rows, columns)], [t.code for t in blur_types() if t.angle])
    if not there.any():
        return
    turn = np.deg2rad(found.angle[np.ix_(every * rows, every * columns)][there])
    middle = np.stack(np.meshgrid(columns, rows), axis=-1)[there]
    half = LENGTH / 2 * step * np.stack([np.cos(turn), -np.sin(turn)], axis=-1)
    ends = every * np.stack([middle - half, middle + half], axis=1)
    axis.add_collection(LineCollection(ends, colors=[INK], linewidths=1))


def _name_regions(axis, regions, every):
    """The name of each type in the middle of the largest circle that fits into it."""
    from matplotlib.patheffects import withStroke
    from scipy.ndimage import distance_transform_edt

    for name, there in regions.items():
        # Outside the frame there is none of it.
        depth = distance_transform_edt(np.pad(there, 1))[1:-1, 1:-1]
        if depth.max() < ROOM * max(there.shape):
            continue
        row, column = np.unravel_index(depth.argmax(), depth.shape)
        halo = [withStroke(linewidth=3, foreground="white")]
        words = {"ha": "center", "va": "center", "size": "xx-large", "path_effects": halo}
        axis.text(every * column, every * row, name, color=INK, **words)
