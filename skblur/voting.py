"""The blur of a photograph by the votes of its patches, for a model of patches."""

from math import isqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import softmax

from .estimate import BlurEstimate
from .grnn.angles import decode_angle, encode_angle
from .metrics import angle_error
from .probabilities import bounded_log, by_name
from .targets import MOTION, SIZE_NAMES, type_name

__all__ = []

STRIDE = 16
MAX_PATCHES = 400
MIN_STD = 0.02
MIN_PATCHES = 4
# Patches of one photograph are no independent witnesses: so many count as one.
PATCHES_PER_WITNESS = 8


def vote(luma, model):
    """A `BlurEstimate` by the patches of most contrast.

    Their log probabilities are averaged into the photograph's, and the parameters are
    the weighted medians over the patches.

    Parameters
    ----------
    luma : ndarray of shape (H, W)
        At least as large as a patch.

    model : BlurTypeThenParamPipeline
        Fitted to square patches.
    """
    patches = _select_patches(luma, isqrt(model.n_features_in_))
    if len(patches) < MIN_PATCHES:
        return BlurEstimate("undecided", {}, reason="the picture has almost no structure")
    features = model.extract_features(patches)
    log_p = bounded_log(model.classifier_.predict_proba(features), least=1e-9)
    pooled = _pool(log_p)
    probabilities = by_name(model.classes_, pooled)
    winner = model.classes_[pooled.argmax()]
    parameters, deviations = model.regressors_[winner].predict_with_std(features)
    weights = np.exp(log_p[:, pooled.argmax()])[:, None] * _trust(deviations)
    found, std = _pool_parameters(parameters, weights, winner)
    return BlurEstimate(type_name(winner), probabilities, **found, std=std)


def _select_patches(luma, side):
    """Flattened patches of most contrast on a grid, at most `MAX_PATCHES`."""
    if min(luma.shape) < side:
        msg = f"image must be at least {side} x {side} pixels, got {luma.shape}"
        raise ValueError(msg)
    patches = sliding_window_view(luma, (side, side))[::STRIDE, ::STRIDE]
    contrast = patches.std(axis=(2, 3)).ravel()
    best = np.argsort(contrast)[::-1][:MAX_PATCHES]
    best = best[contrast[best] >= MIN_STD]
    rows, columns = np.unravel_index(best, patches.shape[:2])
    return patches[rows, columns].reshape(len(best), side * side).astype(np.float32)


def _pool(log_p):
    """Probabilities of the photograph, out of the patches' log probabilities."""
    n_witnesses = max(len(log_p) / PATCHES_PER_WITNESS, 1)
    return softmax(log_p.mean(axis=0) * n_witnesses)


def _trust(deviations):
    """Inverse variances, one for all where the model gives none."""
    floor = np.maximum(np.median(deviations, axis=0) / 4, 1e-6)
    trust = 1 / np.maximum(deviations, floor) ** 2
    return np.where(np.isnan(trust), 1.0, trust)


def _pool_parameters(parameters, weights, code):
    """Parameters by name as BlurEstimate has them, and their standard deviations."""
    if code not in SIZE_NAMES:
        return {}, {}
    # Few patches carry most of the weight; these are the ones that count.
    n_effective = weights.sum(axis=0) ** 2 / (weights**2).sum(axis=0)
    # The standard error of a median of as many independent patches.
    shrink = 1.25 / np.sqrt(np.maximum(n_effective / PATCHES_PER_WITNESS, 1))
    size, name = _weighted_median(parameters[:, 0], weights[:, 0]), SIZE_NAMES[code]
    away = np.abs(parameters[:, 0] - size)
    found, std = {name: size}, {name: _robust_std(away, weights[:, 0]) * shrink[0]}
    if code == MOTION:
        points = encode_angle(parameters[:, 1])
        mean = np.average(points, axis=0, weights=weights[:, 1])
        found["angle"] = float(decode_angle(mean[None])[0])
        away = angle_error(parameters[:, 1], found["angle"])
        std["angle"] = _robust_std(away, weights[:, 1]) * shrink[1]
    return found, {name: float(value) for name, value in std.items()}


def _robust_std(deviation, weights):
    # The median absolute deviation of a normal distribution is 0.6745 of its own.
    return _weighted_median(deviation, weights) / 0.6745


def _weighted_median(values, weights):
    order = np.argsort(values)
    mass = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(weights.sum() / 2, mass, values[order]))
