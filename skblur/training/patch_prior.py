"""Train the prior of EPLL: ``python -m skblur.training.patch_prior FOLDER -o FILE``.

``skblur/models/epll.npz`` was made of 3500 photographs of Caltech-101 on these defaults.
"""

import argparse
import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.utils import check_random_state

from ..deconvolution.patch_prior import SIDE, PatchPrior, patch_basis
from ..files.folders import image_paths
from ..images.channels import ROUNDING_NOISE, luma_of
from ..images.reading import read_luma8
from ..images.scale import resize

__all__ = ["train_patch_prior"]

# Patches that vary by less than 8 bits can show are cut-out backgrounds, not photographs.
MIN_STD = 0.5 / 255


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="sharp photographs, also in subfolders")
    parser.add_argument("-o", "--output", required=True, help="model to write")
    parser.add_argument("--components", type=int, default=200)
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    # At half the size JPEG's blocks and the lens's own blur shrink out of sight: it is
    # likelier for patches of other photographs, too (measured on BSDS500).
    photos = [
        resize(read_luma8(path)[None], 0.5, "bicubic")[0]
        for path in image_paths(options.folder)
    ]
    prior = train_patch_prior(
        [photo for photo in photos if min(photo.shape) > 4 * SIDE],
        options.components,
        n_patches=options.patches,
        max_iter=options.iterations,
        random_state=options.seed,
        verbose=2,
    )
    prior.save(options.output)
    print(f"{options.output}: {time.perf_counter() - start:.0f} s")


def train_patch_prior(
    images: Sequence[ArrayLike] | NDArray[Any],
    n_components: int = 200,
    *,
    n_patches: int = 100_000,
    max_iter: int = 20,
    random_state: int | np.random.RandomState | None = 0,
    verbose: int = 0,
) -> PatchPrior:
    """Learn the patch prior from sharp photographs.

    Parameters
    ----------
    images : sequence of array-like, (H, W) or (H, W, channels)
        Sharp photographs; colour is turned to luma.

    n_components : int, default=200
        Components of the mixture.

    n_patches : int, default=100000
        Patches drawn, equally many of each photograph, flipped and transposed at random.

    max_iter : int, default=20
        Iterations of expectation maximisation.

    random_state : int, RandomState instance or None, default=0
        Draws the patches and starts the clusters.

    verbose : int, default=0
        Passed to `sklearn.mixture.GaussianMixture`.

    Returns
    -------
    PatchPrior
        The trained mixture.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> from skblur.training.patch_prior import train_patch_prior
    >>> prior = train_patch_prior(load_sharp_photos(), 3, n_patches=900, max_iter=5)
    >>> prior.eigenvalues.shape
    (3, 63)
    """
    rng = check_random_state(random_state)
    X = draw_patches(images, n_patches, rng) @ patch_basis()
    # A patch is as likely as its negative: random signs keep the means at zero.
    X *= rng.choice(np.float32([-1, 1]), size=(len(X), 1))
    weights, covariances = _starting_clusters(X, n_components, rng)
    mixture = GaussianMixture(
        n_components,
        # Every training patch has been rounded to 8 bits.
        reg_covar=ROUNDING_NOISE,
        max_iter=max_iter,
        weights_init=weights,
        means_init=np.zeros((n_components, X.shape[1]), X.dtype),
        precisions_init=np.linalg.inv(covariances),
        random_state=rng,
        verbose=verbose,
        verbose_interval=1,
    )
    with warnings.catch_warnings():
        # The iterations are a budget; the likelihood creeps on for hundreds of them.
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(X)
    about_zero = mixture.covariances_ + mixture.means_[:, :, None] * mixture.means_[:, None]
    eigenvalues, eigenvectors = np.linalg.eigh(about_zero)
    patches = patch_basis() @ eigenvectors[:, :, ::-1]
    return PatchPrior(mixture.weights_, eigenvalues[:, ::-1], patches)


def draw_patches(images, n_patches, rng):
    """Flattened float32 patches (n_patches, 64), their orientation drawn at random."""
    per_image = -(-n_patches // len(images))
    drawn = [_patches_of(image, per_image, rng) for image in images]
    drawn = np.concatenate(drawn)
    return drawn[rng.permutation(len(drawn))[:n_patches]].reshape(-1, SIDE * SIDE)


def _patches_of(image, n_patches, rng):
    every = sliding_window_view(luma_of(image).astype(np.float32), (SIDE, SIDE))
    # Twice as many as asked, since some show nothing.
    rows = rng.randint(every.shape[0], size=2 * n_patches)
    patches = every[rows, rng.randint(every.shape[1], size=2 * n_patches)]
    patches = patches[patches.std(axis=(1, 2)) > MIN_STD][:n_patches]
    flipped = patches[:, ::-1], patches[:, :, ::-1], patches.transpose(0, 2, 1)
    for turned in flipped:
        patches = np.where(rng.rand(len(patches), 1, 1) < 0.5, turned, patches)
    return patches


def _starting_clusters(X, n_components, rng):
    """Shares and second moments of clusters of direction and contrast."""
    norm = np.linalg.norm(X, axis=1, keepdims=True)
    # Contrast spans decades, so it counts by its logarithm; and the sign does not count.
    largest = np.take_along_axis(X, np.abs(X).argmax(axis=1)[:, None], axis=1)
    points = X / norm * np.sign(largest) * np.log1p(norm / MIN_STD)
    clusters = MiniBatchKMeans(n_components, n_init=1, batch_size=4096, random_state=rng)
    labels = clusters.fit_predict(points)
    counts = np.bincount(labels, minlength=n_components)
    everything = X.T @ X / len(X)
    covariances = np.empty((n_components, X.shape[1], X.shape[1]), X.dtype)
    for k in range(n_components):
        members = X[labels == k]
        # Shrunk towards the whole by as many patches as there are dimensions, so that
        # a cluster of few has full rank; and by its own contrast.
        own = members.T @ members
        scale = np.trace(own) / max(np.trace(everything), 1e-12) / max(counts[k], 1)
        prior = everything * (scale if counts[k] else 1)
        covariances[k] = (own + X.shape[1] * prior) / (counts[k] + X.shape[1])
        covariances[k] += ROUNDING_NOISE * np.eye(X.shape[1], dtype=X.dtype)
    return _shares(counts + 1).astype(X.dtype), covariances


def _shares(counts):
    """Counts as parts of 1, in steps whose sum is 1 in single precision as well."""
    steps = np.rint(counts * (2**24 / counts.sum()))
    steps[steps.argmax()] += 2**24 - steps.sum()
    return steps / 2**24


if __name__ == "__main__":
    main()
