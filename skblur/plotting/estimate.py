"""plot_estimate: what was found out about the blur of a photograph."""

from functools import partial

import numpy as np

from ..blurs.types import UNDECIDED_NAME, blur_type
from ..images.channels import Picture
from .colours import face_of
from .figure import entitle
from .layout import PHOTOGRAPH, lay_out
from .photograph import show_photograph
from .seen_power import SeenPower
from .spectrum import show_profile, show_spectrum

__all__ = []

# A PSF is drawn with so many pixels on either side of the middle one, or more.
LEAST_HALF = 5.5


def plot_estimate(estimate, image, *, channel_axis=None, figure=None):
    """Draw what `BlurEstimate.plot` says, whose parameters these are."""
    picture = Picture.read(image, channel_axis)
    luma = picture.luma
    panels = _panels(estimate, SeenPower.of(luma, len(estimate.psf)))
    clauses = str(estimate).split("; ")
    figure, axes = lay_out(luma.shape, list(panels), clauses, figure)
    show_photograph(axes[PHOTOGRAPH], picture)
    for name, show in panels.items():
        show(axes[name])
    return figure


def _panels(estimate, seen):
    """What draws each panel that there is something to say in, by its name."""
    panels = {}
    if seen is not None:
        panels["spectrum"] = partial(show_spectrum, seen=seen, estimate=estimate)
        panels["profile"] = partial(show_profile, seen=seen, estimate=estimate)
    if estimate.blur_type != UNDECIDED_NAME:
        panels["psf"] = partial(_show_psf, estimate=estimate)
    if estimate.probabilities:
        panels["probability"] = partial(_show_probabilities, estimate=estimate)
    return panels


def _show_psf(axis, estimate):
    psf = estimate.psf
    half = len(psf) / 2
    # From no light on: of a single pixel the least is all there is.
    shade = np.sqrt(psf) if estimate.free_psf is not None else psf
    axis.imshow(shade, cmap="Greys", vmin=0, extent=(-half, half, -half, half))
    shown = max(half, LEAST_HALF)
    axis.set(xlim=(-shown, shown), ylim=(-shown, shown), anchor="SW")
    axis.set(xlabel="pixels", ylabel="pixels")
    axis.locator_params(nbins=4, integer=True)
    first, *others = ["PSF", *_numbers(estimate)]
    entitle(axis, ", ".join([first, ",\n".join(others)]) if others else first)


def _numbers(estimate):
    """Each parameter, with its deviation if that is known."""
    for parameter in blur_type(estimate.blur_type).parameters:
        value, std = (d.get(parameter.name) for d in (estimate.parameters, estimate.std))
        if value is None:
            continue
        is_known = std is not None and np.isfinite(std)
        # A deviation has one digit at least.
        n_digits = 2 if is_known and std < 0.095 else 1
        # Rounded, an angle may be a whole turn.
        shown = f"{parameter.name} {parameter.wrap(round(value, n_digits)):.{n_digits}f}"
        if is_known:
            shown += f" ± {std:.{n_digits}f}"
        yield f"{shown} {parameter.unit}"


def _show_probabilities(axis, estimate):
    for name, probability in estimate.probabilities.items():
        bar = axis.barh(name, probability, **face_of(name))
        axis.bar_label(bar, fmt="%.2f", padding=3)
    axis.set(xlim=(0, 1.2), xticks=(0, 0.5, 1))
    entitle(axis, "probability")
    axis.invert_yaxis()
    axis.spines[["top", "right"]].set_visible(False)
