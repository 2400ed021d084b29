"""Differences of neighbouring pixels, on a grid that wraps around."""

import numpy as np
import scipy.fft

__all__ = []


def gradient(image):
    """Forward differences that wrap around, (2, H, W): along rows, along columns."""
    slope = np.empty((2, *image.shape), image.dtype)
    np.subtract(image[1:], image[:-1], out=slope[0, :-1])
    np.subtract(image[0], image[-1], out=slope[0, -1])
    np.subtract(image[:, 1:], image[:, :-1], out=slope[1, :, :-1])
    np.subtract(image[:, 0], image[:, -1], out=slope[1, :, -1])
    return slope


def divergence(slope):
    """The adjoint of `gradient`."""
    down, right = slope
    image = -(down + right)
    image[1:] += down[:-1]
    image[0] += down[-1]
    image[:, 1:] += right[:, :-1]
    image[:, 0] += right[:, -1]
    return image


def gradient_power(shape):
    """``|D|^2`` summed over the two forward differences that wrap around."""
    rows = 2 - 2 * np.cos(2 * np.pi * scipy.fft.fftfreq(shape[0]))
    columns = 2 - 2 * np.cos(2 * np.pi * scipy.fft.rfftfreq(shape[1]))
    return (rows[:, None] + columns).astype(np.float32)
