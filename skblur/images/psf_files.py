"""PSFs in files: the numbers, or a picture of them."""

from pathlib import Path

import numpy as np

from ..files.aside import written_aside
from .channels import as_luma
from .image_file_error import one_line
from .reading import read_image
from .writing import write_image

__all__ = []

SUFFIXES = (".npy", ".png")
NUMPY = b"\x93NUMPY"

HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}

# A PSF is smaller than its picture, and none that is restored is as large as this.
LARGEST = 4096


def check_psf_format(path):
    """Check before the work that a PSF can be written to a file of this name.

    Raises
    ------
    ValueError
        If the name ends in neither ``.npy`` nor ``.png``.
    """
    if Path(path).suffix.lower() not in SUFFIXES:
        raise ValueError(f"the name of a PSF must end in .npy or .png, got {path}")


def write_psf(path, psf):
    """Write a PSF: the numbers as ``.npy``, or a picture of 16 bits, the maximum white.

    Raises
    ------
    ValueError
        If the name ends in neither ``.npy`` nor ``.png``.

    OSError
        If the file cannot be written.
    """
    check_psf_format(path)
    if Path(path).suffix.lower() == ".png":
        levels = np.rint(psf * (np.iinfo(np.uint16).max / psf.max()))
        write_image(path, levels.astype(np.uint16), {})
        return
    with written_aside(path) as aside, open(aside, "wb") as file:
        np.save(file, psf, allow_pickle=False)


def read_psf(path):
    """A PSF that `write_psf` wrote, or any picture of one; floats, not normalised.

    Raises
    ------
    OSError
        If there is no such file, or it may not be read.

    ValueError
        If it is neither, or a damaged one.
    """
    if Path(path).suffix.lower() == ".npy":
        return _read_numbers(path)
    image, channel_axis = read_image(path)
    return as_luma(image, channel_axis, name=str(path)).astype(np.float64)


def _read_numbers(path):
    name = Path(path).name
    with open(path, "rb") as file:
        if file.read(len(NUMPY)) != NUMPY:
            raise ValueError(f"{name} is no .npy file: write it by numpy.save")
        file.seek(0)
        try:
            shape, is_by_columns, dtype = _header(file)
        except Exception as error:
            raise ValueError(one_line(f"{name} is a damaged .npy file: {error}")) from error
        if len(shape) != 2 or not all(0 < side <= LARGEST for side in shape):
            msg = (
                f"{name} must hold a PSF of two axes, of 1 to {LARGEST} rows and columns, "
                f"got shape {shape}"
            )
            raise ValueError(msg)
        if dtype.kind not in "biuf":
            raise ValueError(f"{name} must hold real numbers, got {dtype}")
        numbers = np.fromfile(file, dtype, shape[0] * shape[1])
    if len(numbers) != shape[0] * shape[1]:
        raise ValueError(f"{name} is a damaged .npy file: it ends too early")
    return numbers.reshape(shape, order="F" if is_by_columns else "C").astype(np.float64)


def _header(file):
    """Shape, whether columns come first, and dtype; numbers are not read yet."""
    version = np.lib.format.read_magic(file)
    if version not in HEADERS:
        raise ValueError(f"its version is {version}")
    return HEADERS[version](file)
