"""The planes of a picture, restored region by region: grey, or luma and colour."""

from functools import partial

import numpy as np

from ..deconvolution.methods import METHODS
from ..deconvolution.observation import observe
from ..images.channels import LUMA, luma_plane
from .regions import restore_regions
from .tiles import count_tiles, restore_in_tiles

__all__ = []

# The methods that restore luma, and of the colours how they differ from it: what they know
# of pictures is known of luma. The others are linear, or need light.
OF_LUMA = ("tv", "epll")
COLOUR_METHOD = "tv"
# Of the noise in the colours, in units of the luma's; JPEG stores half of their pixels.
COLOUR_NOISE = 2.0


def restore_planes(light, regions, method, settings, report=None):
    """Planes (1 or 3, H, W) in [0, 1] of some light, restored; not clipped.

    `settings` are those of `observe`; `report` gets shares done.
    """
    parts = [light[0][r.around].shape for r in regions]
    total = len(light) * sum(count_tiles(shape) for shape in parts)
    settings = settings | {"report": _Counter(total, report)}
    restore = partial(_restore, method=method, **settings)
    out = np.empty_like(light)
    if len(light) == 1 or method not in OF_LUMA:
        for plane, to in zip(light, out, strict=True):
            to[:] = restore_regions(plane, regions, restore)
        return out
    luma = luma_plane(light)[0]
    restored = restore_regions(luma, regions, restore)
    # Where one colour is clipped nothing is known of its difference.
    known = (light < settings["saturation"]).all(axis=0)
    regions = [
        r._replace(mask=known if r.mask is None else r.mask & known) for r in regions
    ]
    # From [-1, 1] to [0, 1], so the noise is half as much.
    noise = {
        name: None if settings[name] is None else COLOUR_NOISE / 2 * settings[name]
        for name in ("noise", "least_noise")
    }
    of_colour = settings | noise | {"saturation": np.inf}
    restore = partial(_restore, method=COLOUR_METHOD, **of_colour)
    red, blue = (
        2 * restore_regions((plane - luma + 1) / 2, regions, restore) - 1
        for plane in light[::2]
    )
    # Weighed as luma weighs them, the three differences sum to nothing.
    green = -(LUMA[0] * red + LUMA[2] * blue) / LUMA[1]
    for to, difference in zip(out, (red, green, blue), strict=True):
        np.add(restored, difference, out=to, casting="same_kind")
    return out


def _restore(channel, psf, where, **settings):
    return restore_in_tiles(channel, psf, where, partial(_restore_tile, **settings))


def _restore_tile(channel, psf, where, *, method, noise, report, **settings):
    observation = observe(channel, psf, noise, where=where, **settings)
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
