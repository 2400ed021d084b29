"""Figures. matplotlib is imported here alone, and only when a figure is asked for."""

import numpy as np

from .images import as_float, as_luma
from .psf import psf_to_otf
from .pyramid import pyramid
from .targets import (
    DEFOCUS,
    GAUSSIAN,
    MOTION,
    NONE,
    SIZE_NAMES,
    UNDECIDED,
    type_name,
)
from .welch import WINDOW, as_spectrum, welch_power

__all__ = []

# The PSF is shown against a spectrum in which it spans at most this part of a window.
MOST_OF_WINDOW = 0.5
# So many powers of ten of the OTF's power are as long as the scale of the spectrum.
DECADES = 5

# Colours of the types: hue is the type, on any picture and for most eyes.
TYPE_COLOURS = {
    GAUSSIAN: (0.20, 0.45, 0.90),
    MOTION: (0.90, 0.30, 0.10),
    DEFOCUS: (0.15, 0.65, 0.25),
}
UNDECIDED_COLOUR = (0.5, 0.5, 0.5)
# Sizes in pixels that are drawn in full strength, the same for all photographs.
FULL_STRENGTH = {GAUSSIAN: 6.0, MOTION: 24.0, DEFOCUS: 12.0}
LEAST_STRENGTH, MOST_STRENGTH = 0.25, 0.75


def new_figure(**settings):
    """A matplotlib figure that belongs to no window; `settings` as of ``Figure``.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        msg = "figures need matplotlib: pip install matplotlib"
        raise ImportError(msg) from error
    return Figure(layout="constrained", **settings)


def plot_estimate(estimate, image, *, channel_axis=None, figure=None):
    """Photograph, its spectrum beside that of the blur found, PSF, and probabilities.

    Parameters
    ----------
    estimate : BlurEstimate
        What has been found.

    image : array-like of shape (H, W), or with a channel axis
        The photograph.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image. None is a grey image.

    figure : matplotlib Figure, default=None
        Where to draw; None is a new one.

    Returns
    -------
    matplotlib Figure
        ``figure.savefig("estimate.png")`` writes it.
    """
    figure = new_figure(figsize=(9, 7)) if figure is None else figure
    axes = figure.subplots(2, 2)
    figure.suptitle(str(estimate))
    _show_photograph(axes[0, 0], image, channel_axis)
    _show_spectrum(axes[0, 1], as_luma(image, channel_axis), estimate.psf)
    _show_psf(axes[1, 0], estimate.psf)
    _show_probabilities(axes[1, 1], estimate.probabilities)
    return figure


def _show_photograph(axis, image, channel_axis):
    image = as_float(image)
    if channel_axis is not None:
        image = np.moveaxis(image, channel_axis, -1)
        image = image[..., :3] if image.shape[-1] > 2 else image[..., 0]
    axis.imshow(image[_shown(image.shape)], cmap="gray", vmin=0, vmax=1)
    axis.set_title("photograph")
    axis.axis("off")


def _shown(shape):
    """Every so many pixels: no screen shows more."""
    every = slice(None, None, max(max(shape[:2]) // 1000, 1))
    return every, every


def _show_spectrum(axis, luma, psf):
    """What is measured on the left, what the PSF makes of white noise on the right."""
    axis.set_title("log spectrum: measured | of the PSF")
    axis.set_xlabel("cycles per pixel")
    if min(luma.shape) < WINDOW:
        axis.text(0.5, 0.5, "too small", ha="center", transform=axis.transAxes)
        return
    side, lumas = len(psf), list(pyramid(luma, WINDOW))
    needed = int(np.ceil(np.log2(max(side / (MOST_OF_WINDOW * WINDOW), 1))))
    level = min(needed, len(lumas) - 1)
    power, _ = welch_power(lumas[level], WINDOW)
    wide = WINDOW * 2**level
    picture = as_spectrum(power, (WINDOW, WINDOW)).reshape(WINDOW, WINDOW)
    if side <= wide:
        # A level of the pyramid has the low frequencies of the photograph.
        low = slice((wide - WINDOW) // 2, (wide + WINDOW) // 2)
        otf = np.abs(np.fft.fftshift(psf_to_otf(psf, (wide, wide))))[low, low]
        shown = 1 + 2 * np.log10(np.maximum(otf, 1e-9)) / DECADES
        picture[:, WINDOW // 2 :] = shown[:, WINDOW // 2 :].clip(0, 1)
    edge = 0.5 / 2**level
    axis.imshow(picture, cmap="magma", vmin=0, vmax=1, extent=(-edge, edge, -edge, edge))
    axis.axvline(0, color="white", linewidth=1)


def _show_psf(axis, psf):
    half = len(psf) / 2
    axis.imshow(psf, cmap="gray", extent=(-half, half, -half, half))
    axis.set_title("PSF")
    axis.set_xlabel("pixels")


def _show_probabilities(axis, probabilities):
    names, values = list(probabilities), list(probabilities.values())
    bars = axis.barh(names, values, color="tab:blue")
    axis.bar_label(bars, fmt="%.2f", padding=3)
    axis.set_xlim(0, 1.15)
    axis.invert_yaxis()
    axis.set_title("probability")


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
        figure = new_figure(figsize=(9, 9 * height / width + 1))
    axis = figure.subplots()
    shown = _shown(found.shape)
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
    for code, hue in TYPE_COLOURS.items():
        there = codes == code
        colour[there] = hue
        relative = np.sqrt(sizes[there] / FULL_STRENGTH[code]).clip(0, 1)
        strength[there] = LEAST_STRENGTH + (MOST_STRENGTH - LEAST_STRENGTH) * relative
    undecided = codes < 0
    colour[undecided], strength[undecided] = UNDECIDED_COLOUR, LEAST_STRENGTH
    strength = strength[..., None]
    return (1 - strength) * picture + strength * colour


def _legend(summary):
    """Patches and words for what there is in the picture."""
    from matplotlib.patches import Patch

    colours = {type_name(NONE): "white", type_name(UNDECIDED): UNDECIDED_COLOUR}
    colours |= {type_name(code): hue for code, hue in TYPE_COLOURS.items()}
    handles, labels = [], []
    for name, entry in summary.items():
        if entry["fraction"] < 0.005:
            continue
        words = f"{name} {100 * entry['fraction']:.0f} %"
        for parameter in SIZE_NAMES.values():
            if parameter in entry:
                words += f", {parameter} {entry[parameter]:.1f} px"
        if "angle" in entry:
            words += f", {entry['angle']:.0f} deg"
        handles.append(Patch(facecolor=colours[name], edgecolor="black"))
        labels.append(words)
    return handles, labels
