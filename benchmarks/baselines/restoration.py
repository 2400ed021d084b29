"""Richardson-Lucy as a careful user runs it, and figures of what comes out."""

from typing import NamedTuple

import numpy as np
from scipy.signal import fftconvolve
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from skimage.restoration import richardson_lucy

from skblur.blurs.targets import target_psf

ITERATIONS = 30
# How far the frame is extended, in sides of the PSF: errors from where the extension
# ends, beyond which zeros are assumed, travel inwards with the iterations.
REACH = 4


class Quality(NamedTuple):
    """PSNR in dB, SSIM, and the gain in PSNR over the blurred picture in dB."""

    psnr: float
    ssim: float
    isnr: float


def blurred_photograph(image, target):
    """The part that the blur can fill, in 8 bits, and the sharp one of the same place.

    Parameters
    ----------
    image : ndarray of shape (H, W)
        uint8, or floats in [0, 1].

    target : sequence of three floats
        Type, size in pixels and angle in degrees.
    """
    sharp = image / 255 if image.dtype == np.uint8 else image.astype(float)
    psf = target_psf(target)
    seen = np.rint(fftconvolve(sharp, psf, mode="valid").clip(0, 1) * 255) / 255
    half = len(psf) // 2
    return seen, sharp[half : half + seen.shape[0], half : half + seen.shape[1]]


def deconvolve(image, psf):
    """`richardson_lucy` on a frame extended by reflection, cropped back, in [0, 1]."""
    width = REACH * len(psf)
    extended = np.pad(image, width, mode="symmetric")
    restored = richardson_lucy(extended, psf, num_iter=ITERATIONS)
    return restored[width:-width, width:-width].clip(0, 1)


def quality(restored, seen, sharp):
    """How near a restored picture is to the sharp one."""
    before = peak_signal_noise_ratio(sharp, seen, data_range=1)
    psnr = peak_signal_noise_ratio(sharp, restored, data_range=1)
    ssim = structural_similarity(sharp, restored, data_range=1)
    return Quality(float(psnr), float(ssim), float(psnr - before))
