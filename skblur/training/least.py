"""The fewest samples that a model can be trained on."""

from numbers import Integral

__all__ = []

# From fewer on, some kind of noise, camera or type would have none.
LEAST_PATCHES, LEAST_PHOTOS = 200, 40


def check_training(images, n_samples, least, what):
    """The photographs as a list, if these and so many samples are enough.

    Raises
    ------
    ValueError
        If they are not.
    """
    if not isinstance(n_samples, Integral) or n_samples < least:
        msg = (
            f"n_samples must be an integer of at least {least} {what}, so that all types, "
            f"noises and cameras are among them, got {n_samples!r}"
        )
        raise ValueError(msg)
    images = list(images)
    if not images:
        raise ValueError("images must hold a sharp photograph at least, got none")
    return images
