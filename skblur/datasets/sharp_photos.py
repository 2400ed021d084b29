"""load_sharp_photos: the sharp photographs that come with what skblur needs."""

from typing import Any

from numpy.typing import NDArray

from ..images.channels import luma_of

__all__ = ["load_sharp_photos"]

# Photographs, no scans or drawings, without a background out of focus to speak of.
PHOTOS = ("astronaut", "brick", "camera", "coins", "coffee", "grass", "gravel", "rocket")


def load_sharp_photos(*, as_gray: bool = True) -> list[NDArray[Any]]:
    """The sharp photographs that scikit-image and scikit-learn carry; no download.

    Parameters
    ----------
    as_gray : bool, default=True
        Luma as float32 in [0, 1]. Otherwise the pictures as they are stored: uint8,
        grey (H, W) or colour (H, W, 3).

    Returns
    -------
    list of ndarray
        Ten photographs between 303 x 384 and 500 x 741 pixels.

    Examples
    --------
    >>> from skblur.datasets import load_sharp_photos
    >>> photos = load_sharp_photos()
    >>> len(photos), photos[0].shape, photos[0].dtype
    (10, (512, 512), dtype('float32'))
    """
    from skimage import data
    from sklearn.datasets import load_sample_image

    photos = [getattr(data, name)() for name in PHOTOS]
    photos += [load_sample_image("china.jpg"), data.stereo_motorcycle()[0]]
    return [luma_of(photo) for photo in photos] if as_gray else photos
