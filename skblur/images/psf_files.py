"""PSFs in files: the numbers, or a picture of them."""

from pathlib import Path

import numpy as np

from ..files.aside import written_aside
from .channels import as_luma
from .reading import read_image
from .writing import write_image

__all__ = []


def write_psf(path, psf):
    """Write a PSF: the numbers as ``.npy``, or a picture of 16 bits, the maximum white.

    Raises
    ------
    ValueError
        If the name ends in neither ``.npy`` nor ``.png``.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        levels = np.rint(psf * (np.iinfo(np.uint16).max / psf.max()))
        write_image(path, levels.astype(np.uint16), {})
    elif suffix == ".npy":
        with written_aside(path) as aside, open(aside, "wb") as file:
            np.save(file, psf, allow_pickle=False)
    else:
        raise ValueError(f"the name of a PSF must end in .npy or .png, got {path}")


def read_psf(path):
    """A PSF that `write_psf` wrote, or any picture of one; not normalised.

    Raises
    ------
    OSError
        If there is no such file, or it is neither.

    ValueError
        If the numbers are no PSF.
    """
    if Path(path).suffix.lower() == ".npy":
        return np.load(path, allow_pickle=False)
    image, channel_axis = read_image(path)
    return as_luma(image, channel_axis, name=str(path)).astype(np.float64)
