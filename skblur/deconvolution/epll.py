"""``epll``: expected patch log likelihood, a Gaussian mixture of patches as the prior."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .patch_prior import SIDE, shipped_prior
from .solver import solve
from .tv import deblur_tv

__all__ = []

# Standard deviation of the noise that the patches are taken to have, step by step.
SCHEDULE = (0.08, 0.05, 0.035, 0.025, 0.02, 0.016)
# Share of the prior against the data, the best over BSDS500's training set.
WEIGHT = 0.4
# Every fourth patch in either direction, on a grid that is shifted at every step.
STRIDE = 4
SHIFTS = ((0, 0), (2, 2), (0, 2), (2, 0), (1, 1), (3, 3))
SOLVER_ITER = 4

# Variances below this share of the noise's are taken together: their eigenvectors are
# not needed, since nearly all that is found along them is noise.
FLAT = 0.3
PATCHES_AT_ONCE = 4096


def deblur_epll(observation):
    """Sharp picture on the whole grid.

    Half-quadratic splitting (Zoran and Weiss 2011): the patches of the picture are
    denoised, each by Wiener's filter for the component of the mixture that explains it
    best; then the picture is solved for that is near their average and heeds the data;
    and so on, with less and less noise. It begins with the answer of ``tv``.
    """
    o, prior = observation, shipped_prior()
    x = deblur_tv(o)
    spectrum = o.fft(x)
    for deviation, shift in zip(SCHEDULE, SHIFTS, strict=True):
        clean = denoise(x, prior, deviation, shift)
        power = np.float32(WEIGHT * (o.noise / deviation) ** 2)
        spectrum = solve(o, power, power * o.fft(clean), spectrum, SOLVER_ITER)
        x = o.ifft(spectrum.copy())
    return x


class Component(NamedTuple):
    """What is needed of a component at one noise level; one column per eigenvector."""

    sphering: np.ndarray
    precision: float
    constant: float
    vectors: np.ndarray
    gain: np.ndarray
    flat_gain: float


def denoise(image, prior, deviation, shift=(0, 0), stride=STRIDE):
    """The average of the denoised patches of a picture that wraps around."""
    components = tune(prior, deviation**2)
    image = np.roll(image, [-s for s in shift], axis=(0, 1))
    margin = SIDE - 1
    every = sliding_window_view(np.pad(image, (0, margin), mode="wrap"), (SIDE, SIDE))
    grid = every[::stride, ::stride]
    total = np.zeros([n + margin for n in image.shape], image.dtype)
    at_once = max(PATCHES_AT_ONCE // grid.shape[1], 1)
    for top in range(0, len(grid), at_once):
        patches = grid[top : top + at_once]
        clean = denoise_patches(patches.reshape(-1, SIDE * SIDE), components)
        _add_patches(total[top * stride :], clean.reshape(patches.shape), stride)
    counts = [_coverage(n, stride) for n in image.shape]
    mean = _fold(total, image.shape) / (counts[0][:, None] * counts[1])
    return np.roll(mean, shift, axis=(0, 1))


@lru_cache(maxsize=len(SCHEDULE))
def tune(prior, variance):
    """The components for patches with white noise of this variance; kept, being reused."""
    mixture = zip(prior.weights, prior.eigenvalues, prior.eigenvectors, strict=True)
    return [_tune_component(*of_one, np.float32(variance)) for of_one in mixture]


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


def denoise_patches(patches, components):
    """Most likely sharp patches (n, 64); the mean of a patch is not touched."""
    means = patches.mean(axis=1, keepdims=True)
    patches = patches - means
    chosen = choose(patches, components)
    order = np.argsort(chosen, kind="stable")
    ends = np.searchsorted(chosen[order], np.arange(1, len(components)))
    clean = np.empty_like(patches)
    for rows, c in zip(np.split(order, ends), components, strict=True):
        if len(rows):
            these = patches[rows]
            projected = (these @ c.vectors) * c.gain
            clean[rows] = projected @ c.vectors.T + c.flat_gain * these
    return clean + means


def choose(patches, components):
    """Index of the most likely component of each patch without mean."""
    energy = np.einsum("ij,ij->i", patches, patches)
    best = np.full(len(patches), -np.inf, patches.dtype)
    chosen = np.zeros(len(patches), np.intp)
    for k, c in enumerate(components):
        inside = patches @ c.sphering
        score = np.einsum("ij,ij->i", inside, inside)
        score -= c.precision * energy
        score = score / 2 + c.constant
        better = score > best
        best[better], chosen[better] = score[better], k
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
