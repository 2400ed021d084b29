"""A picture denoised by patches, each by Wiener's filter for its likeliest component."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .patch_prior import SIDE
from .patch_sketch import Sketch, shortlist, sketch_prior

__all__ = []

# Variances below this share of the noise's are taken together: their eigenvectors are
# not needed, since nearly all that is found along them is noise.
FLAT = 0.3
PATCHES_AT_ONCE = 8192
# Noise levels that are kept, being reused from picture to picture.
LEVELS = 16


class Component(NamedTuple):
    """What is needed of a component at one noise level; one column per eigenvector."""

    sphering: np.ndarray
    precision: float
    constant: float
    vectors: np.ndarray
    gain: np.ndarray
    flat_gain: float


class Mixture(NamedTuple):
    """The prior at one noise level."""

    components: list[Component]
    sketch: Sketch


@lru_cache(maxsize=LEVELS)
def tune(prior, variance):
    """The `Mixture` for patches with white noise of this variance."""
    mixture = zip(prior.weights, prior.eigenvalues, prior.eigenvectors, strict=True)
    components = [_tune_component(*of_one, np.float32(variance)) for of_one in mixture]
    return Mixture(components, sketch_prior(prior, np.float32(variance)))


def _tune_component(weight, eigenvalues, eigenvectors, variance):
    own = max(int(np.sum(eigenvalues > FLAT * variance)), 1)
    noisy = eigenvalues[:own] + variance
    rest = eigenvalues[own:]
    flat = rest.mean() if len(rest) else np.float32(0)
    # The quadratic form is |p|^2 over the flat variance, less what the own directions
    # have too much of it: one thin matrix product per component.
    excess = np.maximum(1 / (flat + variance) - 1 / noisy, 0)
    log_volume = np.log(noisy).sum() + len(rest) * np.log(flat + variance)
    vectors = np.ascontiguousarray(eigenvectors[:, :own])
    flat_gain = flat / (flat + variance)
    return Component(
        vectors * np.sqrt(excess),
        1 / (flat + variance),
        np.log(weight) - log_volume / 2,
        vectors,
        eigenvalues[:own] / noisy - flat_gain,
        flat_gain,
    )


def denoise(image, mixture, stride, shift=(0, 0)):
    """The average of the denoised patches of a picture that wraps around.

    Every so many-th patch down and across, on a grid that is shifted.
    """
    image = np.roll(image, [-s for s in shift], axis=(0, 1))
    margin = SIDE - 1
    every = sliding_window_view(np.pad(image, (0, margin), mode="wrap"), (SIDE, SIDE))
    grid = every[::stride, ::stride]
    total = np.zeros([n + margin for n in image.shape], image.dtype)
    at_once = max(PATCHES_AT_ONCE // grid.shape[1], 1)
    for top in range(0, len(grid), at_once):
        patches = grid[top : top + at_once]
        clean = denoise_patches(patches.reshape(-1, SIDE * SIDE), mixture)
        _add_patches(total[top * stride :], clean.reshape(patches.shape), stride)
    down, across = (1 / _coverage(n, stride) for n in image.shape)
    mean = _fold(total, image.shape)
    mean *= down[:, None]
    mean *= across
    return np.roll(mean, shift, axis=(0, 1))


def denoise_patches(patches, mixture):
    """Most likely sharp patches (n, 64); the mean of a patch is not touched."""
    means = patches.mean(axis=1, keepdims=True)
    patches = patches - means
    chosen = choose(patches, mixture)
    order = np.argsort(chosen, kind="stable")
    ends = np.searchsorted(chosen[order], np.arange(1, len(mixture.components)))
    clean = np.empty_like(patches)
    for rows, c in zip(np.split(order, ends), mixture.components, strict=True):
        if len(rows):
            these = patches[rows]
            projected = (these @ c.vectors) * c.gain
            these *= c.flat_gain
            these += projected @ c.vectors.T
            clean[rows] = these
    clean += means
    return clean


def choose(patches, mixture):
    """Index of the likeliest component, of those shortlisted, of patches without mean."""
    energy = np.einsum("ij,ij->i", patches, patches)
    best = np.full(len(patches), -np.inf, patches.dtype)
    chosen = np.zeros(len(patches), np.intp)
    listed = shortlist(patches, mixture.sketch)
    for k, (c, asked) in enumerate(zip(mixture.components, listed, strict=True)):
        rows = np.flatnonzero(asked)
        inside = patches[rows] @ c.sphering
        score = np.einsum("ij,ij->i", inside, inside)
        score -= c.precision * energy[rows]
        score /= 2
        score += c.constant
        better = score > best[rows]
        rows = rows[better]
        best[rows], chosen[rows] = score[better], k
    return chosen


def _add_patches(total, patches, stride):
    """Add each patch where it came from; the first is at the upper left."""
    rows, columns = ((n - 1) * stride + 1 for n in patches.shape[:2])
    for i in range(SIDE):
        for j in range(SIDE):
            total[i : i + rows : stride, j : j + columns : stride] += patches[:, :, i, j]


def _fold(total, shape):
    """Bring what lies beyond the far ends back to the beginning, where it wraps to."""
    rows, columns = shape
    total[: SIDE - 1] += total[rows:]
    total[:, : SIDE - 1] += total[:, columns:]
    return total[:rows, :columns]


def _coverage(n, stride):
    """How many patches lie over each of `n` pixels of a row that wraps around."""
    at = np.arange(0, n, stride)[:, None] + np.arange(SIDE)
    return np.bincount(at.ravel() % n, minlength=n).astype(np.float32)
