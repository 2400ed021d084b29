"""Photographs and the sets of patches that are made of them."""

from typing import NamedTuple

import numpy as np

from skblur import LogSpectrumTransformer
from skblur.datasets import load_sharp_photos, make_blur_patches
from skblur.files.folders import image_paths
from skblur.images.reading import read_luma8

# One in so many of the shipped photographs goes to each of the two test sets.
SHIPPED_STEP = 5


class PatchSet(NamedTuple):
    """Patches, their targets and their spectra, row by row."""

    X: np.ndarray
    y: np.ndarray
    spectra: np.ndarray

    @property
    def types(self):
        """Codes of the types, integers of shape (n_samples,)."""
        return self.y[:, 0].astype(int)


def read_photographs(folder):
    """Luma of all pictures in a folder, uint8."""
    return [read_luma8(path) for path in image_paths(folder)]


def shipped_photographs():
    """Training photographs and those of two test sets, no photograph in two of them."""
    photos = load_sharp_photos()
    tests = photos[2::SHIPPED_STEP], photos[4::SHIPPED_STEP]
    train = [p for i, p in enumerate(photos) if i % SHIPPED_STEP not in (2, 4)]
    return train, *tests


def draw_patches(images, n_samples, seed):
    """The paper's set: equally many of each blur, 32 x 32 pixels, 8 bits."""
    X, y = make_blur_patches(images, n_samples, random_state=seed)
    return PatchSet(X, y, LogSpectrumTransformer().fit_transform(X))
