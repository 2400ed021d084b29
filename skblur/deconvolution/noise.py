"""The noise of a blurred picture, measured where the blur has left nothing else."""

import numpy as np
import scipy.fft

from ..images.channels import ROUNDING_NOISE

__all__ = []

# Deviation of the rounding to 8 bits: no picture from a file has less.
ROUNDING = np.sqrt(ROUNDING_NOISE)

# Shares of the frequencies, sorted by the signal that is expected at them: the lowest
# hold noise, the others tell how much of the signal is left in the lowest.
LOWEST, HIGHER = 0.05, (0.3, 0.4)


def estimate_noise(image, otf_power, shape):
    """Standard deviation of white noise in a picture (H, W) that was blurred.

    Photographs have a power spectrum like ``1 / f^2``, so the power at a frequency is
    ``a |OTF|^2 / f^2 + noise^2``. Both unknowns follow from two groups of frequencies.
    `otf_power` is ``|OTF|^2`` on the half spectrum of a grid of this `shape`, at least that
    of the picture.
    """
    # A window that falls to zero at the frame, or its edges would fill all frequencies.
    window = np.outer(*(np.hanning(n + 2)[1:-1] for n in image.shape)).astype(np.float32)
    spectrum = scipy.fft.rfft2(window * (image - image.mean()), s=shape).ravel()
    expected = _expected_signal(otf_power, shape).ravel()
    lowest, *higher = (int(share * expected.size) for share in (LOWEST, *HIGHER))
    order = np.argpartition(expected, [lowest, *higher])
    groups = order[: lowest + 1], order[slice(*higher)]
    scale = np.sum(window**2)
    (p, s), (p_high, s_high) = (
        (_mean(_power(spectrum[i])) / scale, expected[i].mean()) for i in groups
    )
    signal = max(p_high - p, 0) / max(s_high - s, 1e-30) * s
    return max(np.sqrt(max(p - signal, 0)), ROUNDING)


def _power(spectrum):
    return spectrum.real**2 + spectrum.imag**2


def _expected_signal(otf_power, shape):
    rows, columns = scipy.fft.fftfreq(shape[0]), scipy.fft.rfftfreq(shape[1])
    frequency2 = (rows[:, None] ** 2 + columns**2).astype(np.float32)
    frequency2[0, 0] = frequency2[0, 1] / 4
    return otf_power / frequency2


def _mean(power):
    """Mean of an exponential distribution by its median, which outliers do not move."""
    return float(np.median(power)) / np.log(2)
