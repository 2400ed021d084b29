"""A blur that is not the same everywhere: windows that are asked for PSFs of their own.

A camera that turns, and depth, make one PSF here and another there; what moves makes one
that has nothing to do with the others. So the PSF of the picture is fitted to large
windows, one by one, and taken where it then predicts what is held out much better; such a
window is cut into smaller ones, which are asked again. A window whose pixels no PSF
predicts better than no blur at all is left as it is.
"""

import numpy as np

from ..deconvolution.held_out import HeldOut, most_structure
from ..estimation.free_psf.refit import refit_psf
from ..estimation.free_psf.search import similarity
from ..images.light import to_light
from .regions import Region, summed_weight
from .spans import overlapping

__all__ = []

# About the side of a window, in pixels and in sides of the PSF, and the most in a row.
SIDE, SIDES, MOST = 320, 8, 4
# Windows with a PSF of their own are cut in two down and across while they have this side.
LEAST_CUT = 240
# Of a larger window such a part is looked at.
PART = 640
# Width of the seams, which are wide: neighbours are seldom very different.
SEAM = 64
# A window's own PSF has to come down to this part of the error of the picture's, and to be
# so similar to it: what is less so, in video frames, is another thing that moves.
BETTER, ALIKE = 0.88, 0.75


def local_regions(luma, whole, gamma):
    """`Region`s of a picture (H, W): those with PSFs of their own, and that of the rest.

    Or the `Region` of the whole itself, where no window differs.
    """
    psf = whole.psf
    side = max(SIDE, SIDES * len(psf))
    counts = [int(np.clip(n // side, 1, MOST)) for n in luma.shape]
    if max(counts) == 1:
        return [whole]
    found = []
    for around, share in overlapping(luma.shape, counts, _margin(psf), SEAM):
        found += _own_regions(luma, psf, gamma, around, share)
    if all(region.psf is psf for region in found):
        return [whole]
    return _joined(luma.shape, psf, found)


def _margin(psf):
    return SEAM + 2 * len(psf)


def _own_regions(luma, psf, gamma, around, weight):
    """A window as one region, or as those of its parts."""
    seen = luma[around]
    own = _own_psf(seen, psf, gamma)
    counts = [2 if n >= LEAST_CUT + 4 * len(psf) else 1 for n in seen.shape]
    if own is None or own is psf or max(counts) == 1:
        return [Region(own, around, weight=weight)]
    parts = []
    for part, share in overlapping(seen.shape, counts, _margin(psf), SEAM):
        place = tuple(
            slice(outer.start + inner.start, outer.start + inner.stop)
            for outer, inner in zip(around, part, strict=True)
        )
        parts += _own_regions(luma, own, gamma, place, share * weight[part])
    return parts


def _own_psf(luma, psf, gamma):
    """The PSF of a window, perhaps the one it is given, or None if neither explains it."""
    luma = luma[most_structure(luma, PART)]
    own = refit_psf(to_light(luma, gamma), psf)
    held = HeldOut.of_part(luma, len(own))
    error, own_error, of_none = (
        held.least_error(each, gamma) for each in (psf, own, np.ones((1, 1)))
    )
    if own_error < BETTER * error and similarity(own, psf) >= ALIKE:
        error, psf = own_error, own
    return psf if error < of_none else None


def _joined(shape, psf, found):
    """Those that share the picture's PSF as one, and none for what nothing explains."""
    own = [r for r in found if r.psf is not None and r.psf is not psf]
    shared = [r for r in found if r.psf is psf]
    if not shared:
        return own
    weight = summed_weight(shared, shape)
    lines = zip(*(r.around for r in shared), strict=True)
    around = tuple(
        slice(min(s.start for s in line), max(s.stop for s in line)) for line in lines
    )
    return [Region(psf, around, weight=weight[around]), *own]
