"""The patch prior of EPLL: a Gaussian mixture of 8 x 8 patches, how it is trained and kept.

Patches lose their mean and are written in the 63 remaining coefficients of the
orthonormal cosine transform, so that the covariances have full rank. All components have
mean zero, because a patch and its negative are equally likely.
"""

import warnings
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.cluster import MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.utils import check_random_state

from ..files import write_npz
from ..images import ROUNDING_NOISE, luma_of

__all__ = ["PatchPrior", "train_patch_prior"]

SIDE = 8
FORMAT = "skblur-patch-prior-1"

# Patches that vary by less than 8 bits can show are cut-out backgrounds, not photographs.
MIN_STD = 0.5 / 255


@dataclass(frozen=True, eq=False)
class PatchPrior:
    """Zero-mean Gaussian mixture of the patches of sharp photographs.

    Parameters
    ----------
    weights : ndarray of shape (n_components,)
        Shares of the components; they sum to 1.

    eigenvalues : ndarray of shape (n_components, 63)
        Variances along the eigenvectors, in descending order; full scale is 1.

    eigenvectors : ndarray of shape (n_components, 64, 63)
        ``eigenvectors[k, :, j]`` is the j-th eigenvector of component k, a flattened
        patch of mean zero.
    """

    weights: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray

    def save(self, path):
        """Write a ``.npz`` without pickle; the eigenvectors in half precision.

        Parameters
        ----------
        path : str or path-like
            Where to write.
        """
        write_npz(
            path,
            format=np.array(FORMAT),
            weights=self.weights.astype(np.float32),
            eigenvalues=self.eigenvalues.astype(np.float32),
            eigenvectors=self.eigenvectors.astype(np.float16),
        )

    @classmethod
    def load(cls, path):
        """Read what `save` wrote.

        Parameters
        ----------
        path : str or path-like
            The file.

        Returns
        -------
        PatchPrior
            In single precision.

        Raises
        ------
        ValueError
            If the file is no patch prior.
        """
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            if "format" not in archive or str(archive["format"]) != FORMAT:
                raise ValueError(
                    f"{path} is not a patch prior written by skblur ({FORMAT})"
                )
            names = ("weights", "eigenvalues", "eigenvectors")
            return cls(*(archive[name].astype(np.float32) for name in names))


@cache
def shipped_prior():
    """The prior that comes with skblur."""
    return PatchPrior.load(files("skblur.models") / "epll.npz")


@cache
def patch_basis():
    """Orthonormal cosines (64, 63) in float32, without the constant one."""
    cosines = scipy.fft.dct(np.eye(SIDE), norm="ortho", axis=0)
    basis = np.kron(cosines, cosines).T[:, 1:]
    return np.ascontiguousarray(basis, dtype=np.float32)


def train_patch_prior(
    images,
    n_components=200,
    *,
    n_patches=100_000,
    max_iter=20,
    random_state=0,
    verbose=0,
):
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
    >>> from skblur.restoration.patch_prior import train_patch_prior
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
    weights = (counts + 1) / (counts + 1).sum()
    return weights.astype(X.dtype), covariances
