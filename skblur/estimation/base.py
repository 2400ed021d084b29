"""What the estimators of whole photographs share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ..blurs.types import UNDECIDED, UNDECIDED_NAME, blur_type, type_name
from ..images.arrays import as_image_array
from ..images.channels import luma_of
from ..metrics import blur_score
from .blur_estimate import BlurEstimate

__all__ = []

# Why a thresholded picture is undecided: how steep its edges were is gone.
TWO_LEVELS = "a picture of two levels does not tell its blur"


class ImagesEstimator(BaseEstimator):
    """Takes images of any size and shape, which are no matrix."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.target_tags.required = True
        return tags


class BasePhotoEstimator(ImagesEstimator, ABC):
    """Judges photographs of any size one by one; learns from them in `fit`.

    A subclass has `fit`, the attribute ``classes_``, and `estimate`.
    """

    @abstractmethod
    def estimate(
        self, image: ArrayLike, *, channel_axis: int | None = None
    ) -> BlurEstimate:
        """A `BlurEstimate` of one photograph."""

    def predict(self, images: Iterable[ArrayLike]) -> NDArray[np.float64]:
        """Types and parameters of photographs.

        Parameters
        ----------
        images : iterable of array-like, (H, W) or (H, W, channels)
            Photographs: bool, uint8, uint16, or floats in [0, 1]. They may be of any size
            and differ in it.

        Returns
        -------
        ndarray of shape (n_samples, 3)
            Rows ``(type, size, angle)``; the type is -1 where it is undecided.
        """
        rows = [as_target(self._estimate(image)) for image in images]
        return np.array(rows, float).reshape(-1, 3)

    def predict_proba(self, images: Iterable[ArrayLike]) -> NDArray[np.float64]:
        """Probabilities of the types of photographs.

        Parameters
        ----------
        images : iterable of array-like, (H, W) or (H, W, channels)
            Photographs, as for `predict`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; all alike where a photograph shows nothing.
        """
        check_is_fitted(self)
        names = [type_name(code) for code in self.classes_]
        even = 1 / len(names)
        found = [self._estimate(image).probabilities for image in images]
        rows = [[each.get(name, even) for name in names] for each in found]
        return np.array(rows, float).reshape(-1, len(names))

    def score(
        self,
        images: Iterable[ArrayLike],
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """`skblur.metrics.blur_score` of the predictions: type and parameters together.

        Parameters
        ----------
        images : iterable of array-like, (H, W) or (H, W, channels)
            Photographs, as for `predict`.

        y : array-like of shape (n_samples, 3)
            Rows ``(type, size, angle)``.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        float
            In [0, 1]; 1 is perfect.
        """
        return blur_score(y, self.predict(images), sample_weight)

    def _estimate(self, image):
        return self.estimate(image, channel_axis=colours_of(image))


def lumas_of(images, y):
    """Luma of each image, of which there have to be as many as rows of `y`."""
    n_images = 0
    for n_images, image in enumerate(images, 1):
        if n_images > len(y):
            raise ValueError(f"y must have one row per image: expected more, got {len(y)}")
        yield luma_of(image)
    if n_images < len(y):
        msg = f"y must have one row per image: expected {n_images}, got {len(y)}"
        raise ValueError(msg)


def colours_of(image):
    """The axis of the colours of an image that has them last, if it has any."""
    return -1 if as_image_array(image).ndim == 3 else None


def undecided(reason, probabilities=None):
    """The estimate of a photograph that does not tell."""
    return BlurEstimate(UNDECIDED_NAME, probabilities or {}, reason=reason)


def as_target(found):
    if found.blur_type == UNDECIDED_NAME:
        return UNDECIDED, 0.0, 0.0
    return blur_type(found.blur_type).target(**found.parameters)
