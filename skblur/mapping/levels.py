"""The levels of a picture's pyramid that a map is made of, and how two are mixed."""

from itertools import islice
from typing import NamedTuple

import numpy as np

from ..blurs.types import blur_type, blur_types
from ..images.scale import block_means, halve, pyramid
from ..spectra.windows import WINDOW
from .smoothing import at_pixels

__all__ = []

# A further level has at least two windows down and across that do not overlap: where there
# was only one, motions were called twice as long.
LEAST_SIDE = 2 * WINDOW
# From where to where, as shares of the largest size that windows have learned, a blur is
# left to the next level: both have to find it wide. By the next one's word alone motions of
# Berkeley train were 2.7 pixels off, in place of 1.5.
IN_FINE, IN_COARSE = (0.6, 0.8), (0.5, 0.8)
# An edge of colour counts as one of luma of so many times its contrast: of 2 to 4 the maps
# of CUHK are alike, with luma alone their mean AUC is 0.946 in place of 0.951.
CHROMA = 3


class LevelMap(NamedTuple):
    """What is told at kept pixels of one level; sizes are in pixels of that level."""

    p: np.ndarray  # (rows, columns, n_types)
    parameters: dict  # by code: (rows, columns, 3), size and cos and sin of twice the angle


def pictures_of(luma, first, n_levels):
    """The picture halved `first` times, and again, as long as a few windows fit in."""
    for _ in range(first):
        luma = halve(luma)
    # Of a small picture there is at least itself.
    return [*islice(pyramid(luma, LEAST_SIDE), n_levels)] or [luma]


def guides_of(picture, luma, factor):
    """What borders follow in a `Picture`, (rows, columns, n_planes) at each level.

    Its luma, and of colours the differences of red and blue from it, at kept pixels: those
    of the first level are blocks of `factor` pixels of the picture.
    """
    grey = block_means(luma, factor)
    planes = [grey]
    if picture.n_planes == 3:
        red_and_blue = (block_means(picture.plane(i), factor) for i in (0, 2))
        planes += [CHROMA * (plane - grey) for plane in red_and_blue]
    while True:
        yield np.stack(planes, axis=-1)
        planes = [block_means(plane, 2) for plane in planes]


def mixed(fine, coarse):
    """A `LevelMap` of a level and the next one: wide blurs are left to the coarser."""
    shape = fine.p.shape[:2]
    p = _finer(coarse.p, shape)
    parameters = {code: _finer(found, shape) for code, found in coarse.parameters.items()}
    weight = _is_wide(fine.p, fine.parameters, *IN_FINE)
    weight *= _is_wide(p, parameters, *IN_COARSE)
    # Between the two words there is no third one.
    weight = np.clip(2 * weight - 0.5, 0, 1)[..., None]
    for found in parameters.values():
        found[..., 0] *= 2
    return LevelMap(
        fine.p + weight * (p - fine.p),
        {
            code: found + weight * (parameters[code] - found)
            for code, found in fine.parameters.items()
        },
    )


def _finer(values, shape):
    # The middle of a kept pixel lies between the middles of two of the finer level.
    return at_pixels(values, 0.5, 2, shape)


def _is_wide(p, parameters, low, high):
    """How likely a blur is wide for a level: 0 below the share `low`, 1 from `high` on."""
    wide = np.zeros(p.shape[:2], np.float32)
    columns = {kind.code: i for i, kind in enumerate(blur_types())}
    for code, found in parameters.items():
        size = blur_type(code).size
        if size is None:
            continue
        share = found[..., 0] / size.trained[1]
        wide += p[..., columns[code]] * np.clip((share - low) / (high - low), 0, 1)
    return wide / p.sum(axis=-1)
