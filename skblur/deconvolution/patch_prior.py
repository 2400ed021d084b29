"""The patch prior of EPLL: a Gaussian mixture of 8 x 8 patches, and how it is kept.

Patches lose their mean and are written in the 63 remaining coefficients of the
orthonormal cosine transform, so that the covariances have full rank. All components have
mean zero, because a patch and its negative are equally likely.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from os import PathLike
from typing import Self

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from ..files.archives import write_npz

__all__ = ["PatchPrior"]

SIDE = 8
FORMAT = "skblur-patch-prior-1"


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

    weights: NDArray[np.floating]
    eigenvalues: NDArray[np.floating]
    eigenvectors: NDArray[np.floating]

    def save(self, path: str | PathLike[str]) -> None:
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
    def load(cls, path: str | PathLike[str]) -> Self:
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
