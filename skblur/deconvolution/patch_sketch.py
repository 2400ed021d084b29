"""Which components of the patch prior may explain a patch: a first look at a few numbers.

Of a patch the lowest coefficients of the cosine transform are looked at one by one, and of
the others the energies in four bands: the next lowest, those along either axis, the rest.
A component says how likely these few numbers are by products of two of them, so all
components are asked by one matrix product, and only those are asked for the whole patch
that are not much less likely than the best.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from .patch_prior import SIDE, patch_basis

__all__ = []

# Coefficients up to this sum of both frequencies are looked at one by one.
LOWEST = 3
# How much less likely, in units of the log likelihood, a component may look than the best.
# Of patches of restored photographs 92 to 99.7 % keep the likeliest of 200 components then,
# and 4 to 10 are asked.
MARGIN = 6.0


class Sketch(NamedTuple):
    """Of products of a patch's few numbers to log likelihoods, but for a constant."""

    weights: np.ndarray  # (n_components, n_products)
    constants: np.ndarray  # (n_components, 1)


def sketch_prior(prior, variance):
    """The `Sketch` of a prior for patches with white noise of this variance."""
    basis, starts = _sketch_basis()
    n_single = starts[0]
    inside = basis @ prior.eigenvectors
    lines = inside[:, :n_single]
    covariances = (lines * prior.eigenvalues[:, None]) @ lines.transpose(0, 2, 1)
    covariances += variance * np.eye(n_single, dtype=np.float32)
    powers = np.einsum("kij,kj->ki", inside[:, n_single:] ** 2, prior.eigenvalues)
    sizes = np.diff([*starts, len(basis)])
    of_bands = np.add.reduceat(powers, np.subtract(starts, n_single), axis=1) / sizes
    of_bands += variance
    first, second = np.triu_indices(n_single)
    quadratic = np.linalg.inv(covariances)[:, first, second]
    # Off the diagonal each product stands for two.
    weights = -np.where(first == second, 0.5, 1) * quadratic
    log_volume = np.linalg.slogdet(covariances)[1] + np.log(of_bands) @ sizes
    constants = np.log(prior.weights) - log_volume / 2
    weights = np.hstack([weights, -0.5 / of_bands])
    return Sketch(weights.astype(np.float32), constants[:, None].astype(np.float32))


def shortlist(patches, sketch):
    """Which components (n_components, n) may explain patches (n, 64) without mean."""
    scores = sketch.weights @ _products(patches)
    scores += sketch.constants
    return scores >= scores.max(axis=0) - MARGIN


def _products(patches):
    """Products of the low coefficients, energies of the bands: (n_products, n)."""
    basis, starts = _sketch_basis()
    inside = basis @ patches.T
    singles, others = np.split(inside, starts[:1])
    others *= others
    products = [singles[i] * singles[i:] for i in range(len(singles))]
    energies = np.add.reduceat(others, np.subtract(starts, starts[0]), axis=0)
    return np.concatenate([*products, energies])


@cache
def _sketch_basis():
    """Cosines (63, 64), band after band, and where each band but the first begins."""
    down, across = np.divmod(np.arange(1, SIDE * SIDE), SIDE)
    fine = down + across > LOWEST
    middle = down + across == LOWEST + 1
    bands = np.select([~fine, middle, across < 2, down < 2], [0, 1, 2, 3], 4)
    order = np.argsort(bands, kind="stable")
    starts = np.searchsorted(bands[order], np.arange(1, 5)).tolist()
    return np.ascontiguousarray(patch_basis().T[order]), starts
