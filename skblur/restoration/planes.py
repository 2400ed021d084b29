"""The planes of a picture, restored region by region: grey, or luma and colour."""

from functools import partial

import numpy as np

from ..deconvolution.methods import METHODS
from ..deconvolution.observation import observe
from ..images.channels import LUMA, weighted_luma
from .regions import restore_regions
from .tiles import count_tiles, restore_in_tiles

__all__ = []

# The methods that restore luma, and of the colours how they differ from it: what they know
# of pictures is known of luma. The others are linear, or need light.
OF_LUMA = ("tv", "epll")
COLOUR_METHOD = "tv"
# Of the noise in the colours, in units of the luma's; JPEG stores half of their pixels.
COLOUR_NOISE = 2.0


def restore_planes(light_of, shape, regions, method, settings, report=None):
    """Planes (H, W) in [0, 1] of some light, restored, not clipped, one after the other.

    ``light_of(i)`` makes plane `i` of those of `shape`, (1 or 3, H, W), so that few are in
    memory at a time; `settings` are those of `observe`, and the list `noises`, to which
    that of each tile is added; `report` gets shares done.
    """
    n_planes, *sides = shape
    total = n_planes * sum(count_tiles(_extent(r.around, sides)) for r in regions)
    settings = settings | {"report": _Counter(total, report)}
    if n_planes == 1 or method not in OF_LUMA:
        restore = partial(_restore, method=method, **settings)
        for i in range(n_planes):
            yield restore_regions(light_of(i), regions, restore)
    else:
        yield from _restore_colours(light_of, regions, method, settings)


def _restore_colours(light_of, regions, method, settings):
    """The luma restored, and what the colours differ from it."""
    luma = weighted_luma(map(light_of, range(3)))
    restored = restore_regions(luma, regions, partial(_restore, method=method, **settings))
    # Where one colour is clipped nothing is known of its difference.
    known = np.logical_and.reduce([light_of(i) < settings["saturation"] for i in range(3)])
    regions = [r._replace(mask=_both(r.mask, known[r.around])) for r in regions]
    # From [-1, 1] to [0, 1], so the noise is half as much.
    noise = {
        name: None if settings[name] is None else COLOUR_NOISE / 2 * settings[name]
        for name in ("noise", "least_noise")
    }
    # What is told of the noise is that of the luma.
    of_colour = settings | noise | {"saturation": np.inf, "noises": []}
    restore = partial(_restore, method=COLOUR_METHOD, **of_colour)
    red, blue = (
        2 * restore_regions((light_of(i) - luma + 1) / 2, regions, restore) - 1
        for i in (0, 2)
    )
    # Weighed as luma weighs them, the three differences sum to nothing.
    green = -(LUMA[0] * red + LUMA[2] * blue) / LUMA[1]
    for difference in (red, green, blue):
        yield (restored + difference).astype(luma.dtype, copy=False)


def _both(mask, known):
    return known if mask is None else mask & known


def _extent(around, sides):
    return [len(range(n)[part]) for part, n in zip(around, sides, strict=True)]


def _restore(channel, psf, where, **settings):
    return restore_in_tiles(channel, psf, where, partial(_restore_tile, **settings))


def _restore_tile(channel, psf, where, *, method, noise, noises, report, **settings):
    observation = observe(channel, psf, noise, where=where, **settings)
    noises.append(observation.noise)
    restored = observation.crop(METHODS[method](observation))
    report.step()
    return restored


class _Counter:
    """Counts tiles, and reports which share of them is done."""

    def __init__(self, total, report):
        self.total, self.report, self.done = total, report, 0

    def step(self):
        self.done += 1
        if self.report is not None:
            self.report(self.done / self.total)
