"""Whether answers are what is promised: kinds, shapes, and numbers in their ranges."""

import numpy as np

from .outcomes import Broken

__all__ = []

DTYPES = (np.bool_, np.uint8, np.uint16, np.float16, np.float32, np.float64)


def check_picture(image, channel_axis):
    """Whether a picture is what `read_image` promises."""
    if image.dtype not in DTYPES or not image.size:
        raise Broken(f"a picture of {image.dtype}, {image.shape}")
    if (image.ndim, channel_axis) not in {(2, None), (3, -1)}:
        raise Broken(f"a picture of {image.shape}, channel axis {channel_axis}")


def check_estimate(found):
    """Whether an estimate is finite and in range."""
    numbers = [*found.parameters.values(), *found.std.values()]
    if not np.isfinite(numbers).all() or min(numbers, default=0) < 0:
        raise Broken(f"parameters {found.parameters}, {found.std}")
    probabilities = [*found.probabilities.values()]
    if probabilities and not np.isclose(sum(probabilities), 1):
        raise Broken(f"probabilities {found.probabilities}")
    psf = found.psf
    if not (psf.min() >= 0 and np.isclose(psf.sum(), 1)):
        raise Broken(f"a PSF of sum {psf.sum()}")


def check_rows(method, found):
    """Whether what a model says to rows is finite, and probabilities are some."""
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        raise Broken(f"{method} gives numbers that are not finite")
    if method == "predict_proba":
        sums = found.sum(axis=1)
        if found.min() < 0 or not np.allclose(sums, 1, atol=1e-4):
            raise Broken(f"{method} gives what are no probabilities, {sums.tolist()}")
