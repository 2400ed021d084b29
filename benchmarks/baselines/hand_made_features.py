"""What was looked at before features were learned: some thirty numbers of a patch.

After Liu, Li and Jia, "Image partial blur detection and classification", CVPR 2008
(slope of the power spectrum, span of the gradients, directions of the gradients), with
the classical traces of the three blurs added: the radial profile of the spectrum and its
rings, and the minimum of the cepstrum.
"""

from itertools import pairwise

import numpy as np
import scipy.fft
from baselines.cepstrum import deepest, log_power, polar_cepstrum
from baselines.radon import motion_contrast, radon_profiles
from scipy.stats import kurtosis

N_RINGS = 14
BANDS = ((0.05, 0.15), (0.15, 0.3), (0.3, 0.5))
# Rows at a time: a polar cepstrum takes ten times the memory of its patch.
CHUNK = 2000


def hand_made_features(X):
    """Features of patches.

    Parameters
    ----------
    X : ndarray of shape (n_samples, rows * rows)
        Square patches, full scale 1.

    Returns
    -------
    ndarray of shape (n_samples, 33)
    """
    X = np.asarray(X)
    parts = [_features(X[i : i + CHUNK]) for i in range(0, len(X), CHUNK)]
    return np.concatenate(parts)


def _features(X):
    return np.column_stack(
        [
            gradient_features(X),
            *spectrum_features(log_power(X)),
            *deepest(polar_cepstrum(X))[:2],
            directional_features(X),
        ]
    )


def gradient_features(X):
    """Span, tails and directions of the gradient, relative to the contrast, (n, 5)."""
    side = int(np.sqrt(X.shape[1]))
    images = X.reshape(-1, side, side)
    contrast = X.std(axis=1)
    down, across = np.gradient(images, axis=(1, 2))
    curved = 4 * images[:, 1:-1, 1:-1] - images[:, 2:, 1:-1] - images[:, :-2, 1:-1]
    curved = curved - images[:, 1:-1, 2:] - images[:, 1:-1, :-2]
    xx, yy, xy = (
        (a * b).mean(axis=(1, 2))
        for a, b in ((across, across), (down, down), (across, down))
    )
    energy = np.maximum(xx + yy, 1e-12)
    coherence = np.hypot(xx - yy, 2 * xy) / energy
    tails = kurtosis(np.concatenate([down, across], axis=1).reshape(len(X), -1), axis=1)
    span = np.log(np.sqrt(energy) / contrast)
    sharpness = np.log(curved.std(axis=(1, 2)) / contrast + 1e-6)
    return np.column_stack([np.log(contrast), span, sharpness, tails, coherence])


def spectrum_features(power):
    """Radial profile, its slope and curvature, its rings, and anisotropy by band."""
    side = power.shape[1]
    fy, fx = np.meshgrid(*[scipy.fft.fftfreq(side)] * 2, indexing="ij")
    radius, turn = np.hypot(fx, fy), np.exp(2j * np.arctan2(fy, fx))
    rings = np.linspace(1 / side, 0.5, N_RINGS + 1)
    profile = np.stack(
        [
            power[:, (radius >= low) & (radius < high)].mean(axis=1)
            for low, high in pairwise(rings)
        ],
        axis=1,
    )
    middle = (rings[:-1] + rings[1:]) / 2
    trend = np.linalg.lstsq(np.vander(np.log(middle), 3), profile.T, rcond=None)[0].T
    wiggle = profile - trend @ np.vander(np.log(middle), 3).T
    ringing = np.abs(scipy.fft.dct(wiggle, axis=1)[:, 2:7])
    bands = [(radius >= low) & (radius < high) for low, high in BANDS]
    anisotropy = [np.abs(power[:, b] @ turn[b]) / power[:, b].sum(axis=1) for b in bands]
    return profile, trend[:, :2], ringing, np.stack(anisotropy, axis=1)


def directional_features(X):
    """How much the direction that looks most like motion stands out, (n, 2)."""
    contrast = motion_contrast(*radon_profiles(X))
    return np.column_stack([contrast.max(axis=1), contrast.std(axis=1)])
