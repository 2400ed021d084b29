"""Blur of images: a batch each by a PSF of its own, or planes by one inside of them."""

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view

from ..images.rows import row_chunks
from .psf import psf_to_otf
from .targets import target_psf
from .types import blur_type

# Up to this side two dense matrix products beat the FFT for a separable blur (measured).
SEPARABLE_UP_TO = 512

# Boundary modes by scipy.ndimage's names, as numpy.pad calls them.
PAD_MODES = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "constant": "constant",
    "wrap": "wrap",
}


def blur_batch(images, targets, mode):
    """Images (n, H, W) blurred by the targets (n, 3), in the images' dtype."""
    blurred = images.copy()
    separable = max(images.shape[1:]) <= SEPARABLE_UP_TO
    for code in np.unique(targets[:, 0]):
        if not blur_type(code).parameters:
            continue
        blur = _blur_separably if separable and blur_type(code).separable else _blur_by_fft
        rows = np.flatnonzero(targets[:, 0] == code)
        # A padded complex spectrum of the image, one of the PSF, and a copy of each.
        for part in row_chunks(len(rows), 64 * images[0].size):
            these = rows[part]
            blurred[these] = blur(images[these], targets[these], mode)
    return blurred


def _blur_by_fft(images, targets, mode):
    psfs, owner = _distinct_psfs(targets)
    height, width = images.shape[1:]
    half = max(len(psf) // 2 for psf in psfs)
    if mode == "wrap":
        # The FFT wraps by itself; a PSF wider than the image must wrap with it.
        shape, start = (height, width), 0
    else:
        images = np.pad(images, ((0, 0), (half, half), (half, half)), PAD_MODES[mode])
        shape = [scipy.fft.next_fast_len(n, real=True) for n in images.shape[1:]]
        start = half
    impulse_responses = np.zeros((len(psfs), *shape), images.dtype)
    for response, psf in zip(impulse_responses, psfs, strict=True):
        _add_wrapped(response, psf)
    spectra = scipy.fft.rfft2(images, shape)
    spectra *= _of_each(scipy.fft.rfft2(impulse_responses), owner)
    blurred = scipy.fft.irfft2(spectra, shape, overwrite_x=True)
    return blurred[:, start : start + height, start : start + width]


def _distinct_psfs(targets):
    """PSFs of the distinct targets, and which of them each row has."""
    distinct, owner = np.unique(targets, axis=0, return_inverse=True)
    return [target_psf(target) for target in distinct], owner.ravel()


def _of_each(distinct, owner):
    # One PSF for all is left to broadcasting.
    return distinct if len(distinct) == 1 else distinct[owner]


def _add_wrapped(response, psf):
    """Add the PSF, centred at index (0, 0), around the corners of the array."""
    offset = np.arange(len(psf)) - len(psf) // 2
    rows, columns = offset % response.shape[0], offset % response.shape[1]
    np.add.at(response, np.ix_(rows, columns), psf)


def _blur_separably(images, targets, mode):
    """A separable blur as one product from the left and one from the right."""
    psfs, owner = _distinct_psfs(targets)
    lines = [psf.sum(axis=0) for psf in psfs]
    half = max(len(line) // 2 for line in lines)
    lines = np.array([np.pad(line, half - len(line) // 2) for line in lines])
    down, across = (_blur_matrices(lines, side, mode) for side in images.shape[1:])
    down = _of_each(down.astype(images.dtype), owner)
    across = _of_each(across.astype(images.dtype), owner)
    return down @ images @ across.transpose(0, 2, 1)


def _blur_matrices(lines, side, mode):
    """Matrix (side, side) of each line's convolution, its boundary included."""
    half = lines.shape[1] // 2
    # The boundary is linear too: it is the same padding done to the identity.
    extended = np.pad(np.eye(side), ((half, half), (0, 0)), PAD_MODES[mode])
    windows = sliding_window_view(extended, lines.shape[1], axis=0)
    return np.tensordot(lines, windows, axes=(1, 2))


def blur_inside(planes, psf):
    """Convolution where the PSF lies inside the planes (n, H, W).

    Of PSFs (n_down, n_across, side, side) each one's place is seen through it, from corner
    to corner, and between places through a mixture.
    """
    if psf.ndim == 4:
        return _blur_by_place(planes, psf)
    if psf.size == 1:
        return planes
    height, width = planes.shape[1:]
    shape = [scipy.fft.next_fast_len(n, real=True) for n in (height, width)]
    spectra = scipy.fft.rfft2(planes, shape)
    spectra *= psf_to_otf(psf, shape, half=True)
    half = len(psf) // 2
    # What wraps around stays within the margin, which is cut off.
    blurred = scipy.fft.irfft2(spectra, shape, overwrite_x=True)
    return blurred[:, half : height - half, half : width - half]


def _blur_by_place(planes, psfs):
    side = psfs.shape[-1]
    shape = [n - side + 1 for n in planes.shape[1:]]
    down, across = (_tents(*lengths) for lengths in zip(shape, psfs.shape[:2], strict=True))
    blurred = np.zeros((len(planes), *shape), planes.dtype)
    for row, (top, bottom, high) in zip(psfs, down, strict=True):
        for psf, (left, right, wide) in zip(row, across, strict=True):
            if top == bottom or left == right:
                continue
            part = planes[:, top : bottom + side - 1, left : right + side - 1]
            share = np.outer(high, wide).astype(planes.dtype)
            blurred[:, top:bottom, left:right] += share * blur_inside(part, psf)
    return blurred


def _tents(length, n):
    """Of `n` places along a line, where each has a share, and that: from first to stop.

    A place's share falls to none at its neighbours; together they are 1 everywhere. Of more
    places than pixels some have none, and are empty.
    """
    pixels = np.linspace(0, n - 1, length) if n > 1 else np.zeros(length)
    shares = np.clip(1 - np.abs(pixels - np.arange(n)[:, None]), 0, None)
    tents = []
    for share in shares:
        there = np.flatnonzero(share)
        first, stop = (there[0].item(), there[-1].item() + 1) if len(there) else (0, 0)
        tents.append((first, stop, share[first:stop]))
    return tents
