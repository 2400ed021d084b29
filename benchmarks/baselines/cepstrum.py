"""Motion from the cepstrum: the blur's double is where its minimum lies.

The spectrum of a uniform motion of length L is a sinc along the direction of motion,
whose zeros repeat every 1/L. The logarithm turns the product with the scene into a sum,
and the transform of the logarithm, the cepstrum, has a minimum at distance L from the
origin in the direction of motion (Cannon 1976).
"""

import numpy as np
import scipy.fft
from scipy.ndimage import map_coordinates
from scipy.signal.windows import hann

from skblur.images.channels import ROUNDING_NOISE

# The range of lengths in pixels that the learned estimators know from their training.
LENGTHS = np.arange(5, 20.25, 0.5)
ANGLES = np.arange(0, 180, 2.0)


def log_power(X, side=None):
    """Log power above the noise of 8 bits, (n, side, side), zero frequency first.

    Parameters
    ----------
    X : ndarray of shape (n_samples, rows * rows)
        Square patches, full scale 1.

    side : int, default=None
        Side that the tapered patch is padded to with zeros; None does not pad.
    """
    rows = int(np.sqrt(X.shape[1]))
    images = X.reshape(-1, rows, rows)
    images = images - images.mean(axis=(1, 2), keepdims=True)
    window = np.outer(*[hann(rows + 2)[1:-1]] * 2).astype(X.dtype)
    window /= np.sqrt((window**2).sum())
    spectrum = scipy.fft.fft2(images * window, (side or rows, side or rows))
    return np.log1p(np.abs(spectrum) ** 2 / ROUNDING_NOISE)


def polar_cepstrum(X):
    """Cepstrum at `LENGTHS` x `ANGLES`, (n_samples, n_lengths, n_angles).

    What it has in common over all angles belongs to the scene and to isotropic blurs and
    is taken off.
    """
    # Twice the side: up to 20 pixels lie on either side of the origin of 32 pixels.
    side = 2 * int(np.sqrt(X.shape[1]))
    along = np.deg2rad(ANGLES)
    x, y = np.outer(LENGTHS, np.cos(along)), -np.outer(LENGTHS, np.sin(along))
    places = np.stack([y, x]) + side // 2
    values = np.empty((len(X), *x.shape), np.float32)
    for value, power in zip(values, log_power(X, side), strict=True):
        cepstrum = scipy.fft.fftshift(scipy.fft.ifft2(power).real)
        map_coordinates(cepstrum, places, value, order=1)
    return values - values.mean(axis=2, keepdims=True)


def deepest(polar):
    """Depth, length in pixels and angle in degrees of the minimum, three (n,) arrays."""
    flat = polar.reshape(len(polar), -1)
    lowest = flat.argmin(axis=1)
    which_length, which_angle = np.unravel_index(lowest, polar.shape[1:])
    depth = -flat[np.arange(len(flat)), lowest]
    return depth, LENGTHS[which_length], ANGLES[which_angle]


def estimate_motion(X):
    """Rows ``(length, angle)`` of patches blurred by motion.

    Parameters
    ----------
    X : ndarray of shape (n_samples, rows * rows)
        Square patches, full scale 1.

    Returns
    -------
    ndarray of shape (n_samples, 2)
        Pixels, and degrees from the +x axis, counter-clockwise as seen on screen.
    """
    _, length, angle = deepest(polar_cepstrum(X))
    return np.column_stack([length, angle])
