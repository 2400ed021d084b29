"""Motion from the Radon transform of the log spectrum.

Motion along w multiplies the spectrum by a function of the coordinate along w alone, so
it shows as stripes perpendicular to w, the brightest through the zero frequency. Averaged
along the stripes the pattern stays, averaged in any other direction it washes out
(Moghaddam and Jamzad 2007): the profile that is darkest off its centre is the one along
w. The length is that of the sinc that fits this profile best, less the profile across,
which the scene has too and motion has not.
"""

import numpy as np
import scipy.fft
from baselines.cepstrum import ANGLES, LENGTHS, log_power
from scipy.sparse import csr_matrix

# Beyond this radius, in cycles per pixel, a direction runs out of the square.
HIGHEST = 0.5
# The centre, in cycles per pixel: below it the brightest stripe lies.
LOWEST = 0.04
# What tapering and noise leave of a power of 1 in a zero of the sinc.
FILLED = 0.002


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
    profiles, frequency = radon_profiles(X)
    rows, along = np.arange(len(X)), motion_contrast(profiles, frequency).argmax(axis=1)
    across = (along + len(ANGLES) // 2) % len(ANGLES)
    pattern = profiles[rows, along] - profiles[rows, across]
    return np.column_stack([fitting_length(pattern, frequency), ANGLES[along]])


def radon_profiles(X):
    """Mean of the log power along lines, for every direction of `ANGLES`.

    Returns
    -------
    profiles : ndarray of shape (n_samples, n_angles, n_bins)
        Against the frequency along the direction; mirrored halves are one.

    frequency : ndarray of shape (n_bins,)
        In cycles per pixel.
    """
    # Padding by zeros samples the stripes of the longest motion finely enough.
    side = 2 * int(np.sqrt(X.shape[1]))
    power = log_power(X, side).reshape(len(X), -1)
    means, frequency = line_means(side)
    profiles = (means @ power.T).T
    return profiles.reshape(len(X), len(ANGLES), len(frequency)), frequency


def line_means(side):
    """Sparse matrix that averages a spectrum along lines, and the lines' frequencies.

    One product for all patches and directions; `skimage.transform.radon` turns one
    picture at a time, by one angle at a time.
    """
    fy, fx = np.meshgrid(*[scipy.fft.fftfreq(side)] * 2, indexing="ij")
    fx, fy = fx.ravel(), fy.ravel()
    inside = np.flatnonzero((np.hypot(fx, fy) < HIGHEST) & (np.hypot(fx, fy) > 0))
    n_bins = int(HIGHEST * side)
    blocks = []
    for angle in np.deg2rad(ANGLES):
        along = np.abs(fx[inside] * np.cos(angle) - fy[inside] * np.sin(angle)) * side
        blocks.append(_linear_bins(along, n_bins, inside, side**2))
    rows, columns, values = zip(*blocks, strict=True)
    rows = np.concatenate([r + i * n_bins for i, r in enumerate(rows)])
    shape = len(ANGLES) * n_bins, side**2
    entries = np.concatenate(values), (rows, np.concatenate(columns))
    matrix = csr_matrix(entries, shape=shape, dtype=np.float32)
    return matrix, np.arange(n_bins) / side


def _linear_bins(position, n_bins, columns, n_columns):
    """Row, column and weight of each value in the two bins around its position."""
    low = np.floor(position).astype(int)
    rows = np.concatenate([low, low + 1])
    weights = np.concatenate([low + 1 - position, position - low])
    columns = np.concatenate([columns, columns])
    kept = rows < n_bins
    rows, weights, columns = rows[kept], weights[kept], columns[kept]
    total = np.bincount(rows, weights, n_bins)
    return rows, columns, weights / np.maximum(total[rows], 1e-6)


def motion_contrast(profiles, frequency):
    """How much darker than in all directions a direction is off its axis, (n, n_angles).

    Every scene and every isotropic blur falls off with frequency, in all directions;
    motion takes away along its own.
    """
    level = profiles[..., frequency >= LOWEST].mean(axis=2)
    return level.mean(axis=1, keepdims=True) - level


def fitting_length(profiles, frequency):
    """Length in pixels whose log sinc^2 correlates best with the profiles, (n,)."""
    patterns = np.log(np.sinc(np.outer(frequency, LENGTHS)) ** 2 + FILLED)
    patterns -= patterns.mean(axis=0)
    patterns /= np.linalg.norm(patterns, axis=0)
    return LENGTHS[(profiles @ patterns).argmax(axis=1)]
