"""plot_estimate: what was found out about the blur of a photograph."""

import numpy as np

from ..blurs.psf import psf_to_otf
from ..images.channels import Picture
from ..images.scale import pyramid
from ..spectra.levels import as_spectrum
from ..spectra.welch import welch_power
from ..spectra.windows import WINDOW
from .figure import new_figure, shown_pixels

__all__ = []

# The PSF is shown against a spectrum in which it spans at most this part of a window.
MOST_OF_WINDOW = 0.5
# So many powers of ten of the OTF's power are as long as the scale of the spectrum.
DECADES = 5


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
    picture = Picture.read(image, channel_axis)
    _show_photograph(axes[0, 0], picture)
    _show_spectrum(axes[0, 1], picture.luma, estimate.psf)
    _show_psf(axes[1, 0], estimate.psf)
    _show_probabilities(axes[1, 1], estimate.probabilities)
    return figure


def _show_photograph(axis, picture):
    shown = np.moveaxis(picture.planes, 0, -1)
    shown = shown[..., 0] if shown.shape[-1] == 1 else shown
    axis.imshow(shown[shown_pixels(shown.shape)], cmap="gray", vmin=0, vmax=1)
    axis.set_title("photograph")
    axis.axis("off")


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
