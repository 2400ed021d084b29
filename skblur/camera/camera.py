"""Camera: the settings of one shot, and how photographs come to have them."""

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal

import numpy as np
from sklearn.utils import check_random_state

__all__ = ["Camera", "draw_camera"]

RESAMPLINGS = ("box", "bilinear", "bicubic", "lanczos")

# The settings that are numbers: their least and their greatest value.
BOUNDS = {
    "scale_before": (0.01, 10),
    "exposure": (-10, 10),
    "highlights": (1, 1000),
    "noise": (0, 1),
    "gamma": (1, 5),
    "contrast": (1, 10),
    "denoise": (0, 1),
    "sharpening": (0, 10),
    "sharpening_radius": (0.1, 100),
    "scale_after": (0.01, 10),
}
BOUNDS_OR_NONE = {"bits": (1, 16), "jpeg_quality": (1, 100)}


@dataclass(frozen=True, kw_only=True)
class Camera:
    """The settings of one shot, in the order in which they act.

    What is not set does nothing, but for the sRGB tone curve and 8 bits. Pixels are
    those of the sensor up to ``scale_after``, whose result the JPEG compresses.

    Parameters
    ----------
    scale_before : float, default=1.0
        Factor of the scene's size before the lens. A photograph that serves as scene is
        itself soft and compressed; below 1 it becomes sharper and smaller.

    exposure : float, default=0.0
        Stops by which the shot is brighter than the scene; what exceeds full scale is
        clipped.

    highlights : float, default=1.0
        How many times brighter than white the brightest parts of the scene were before
        the photograph that serves as scene clipped them. Blurred, they stay clipped.

    noise : float, default=0.0
        Standard deviation of the sensor's noise where the picture is mid grey (0.5), as
        a fraction of the picture's full scale. In linear light the variance grows
        linearly with the light (photons); a tenth of it is there in the dark (reading).

    mosaic : bool, default=False
        Only one colour per pixel is measured (Bayer, RGGB), the other two are
        interpolated bilinearly. A grey scene is taken by a colour camera, and what it
        gives turned to luma.

    gamma : float, default=2.4
        Power of the tone curve, at least 1, with a straight toe as sRGB has: 2.4 is
        sRGB, as a whole close to a plain power of 2.2; 1 leaves the light linear.

    contrast : float, default=1.0
        Slope at mid grey of an S-shaped curve on top of it; 1 is straight. The scene
        is freed of the same two curves first, so they do not change a sharp picture.

    denoise : float, default=0.0
        Standard deviation that the camera takes for noise and smooths away, as a
        fraction of full scale: a local Wiener filter of 5 x 5 pixels, which leaves edges.

    sharpening : float, default=0.0
        Amount of unsharp masking, done on the luma.

    sharpening_radius : float, default=1.0
        Sigma of the Gaussian that unsharp masking subtracts, in pixels.

    bits : int or None, default=8
        Bits of the picture, rounded to before and after the change of size; None does
        not round.

    scale_after : float, default=1.0
        Factor of the picture's size after the camera. Sizes of blur change with it: a
        PSF of sigma 4 comes out as sigma 2 at 0.5.

    resampling : {"box", "bilinear", "bicubic", "lanczos"}, default="lanczos"
        Filter of ``scale_after``, widened where it shrinks.

    jpeg_quality : int or None, default=None
        1 to 100, colours at half the resolution (4:2:0); None does not compress.

    Raises
    ------
    ValueError
        If a setting is out of its range.

    References
    ----------
    Foi, Trimeche, Katkovnik and Egiazarian, "Practical Poissonian-Gaussian noise modeling
    and fitting for single-image raw-data", IEEE Transactions on Image Processing 17(10),
    2008.

    IEC 61966-2-1, 1999 (sRGB).

    Lee, "Digital image enhancement and noise filtering by use of local statistics",
    IEEE Transactions on Pattern Analysis and Machine Intelligence 2(2), 1980.

    Examples
    --------
    >>> from skblur.camera import Camera
    >>> phone = Camera(noise=0.01, mosaic=True, sharpening=0.8, jpeg_quality=90)
    >>> phone.gamma, phone.scale_after
    (2.4, 1.0)
    """

    scale_before: float = 1.0
    exposure: float = 0.0
    highlights: float = 1.0
    noise: float = 0.0
    mosaic: bool = False
    gamma: float = 2.4
    contrast: float = 1.0
    denoise: float = 0.0
    sharpening: float = 0.0
    sharpening_radius: float = 1.0
    bits: int | None = 8
    scale_after: float = 1.0
    resampling: Literal["box", "bilinear", "bicubic", "lanczos"] = "lanczos"
    jpeg_quality: int | None = None

    def __post_init__(self) -> None:
        # Plain Python numbers: those of numpy would turn float32 planes into float64.
        for name, bounds in BOUNDS.items():
            _check_number(name, getattr(self, name), Real, bounds)
            object.__setattr__(self, name, float(getattr(self, name)))
        for name, bounds in BOUNDS_OR_NONE.items():
            if getattr(self, name) is not None:
                _check_number(name, getattr(self, name), Integral, bounds)
                object.__setattr__(self, name, int(getattr(self, name)))
        if self.resampling not in RESAMPLINGS:
            msg = f"resampling must be one of {RESAMPLINGS}, got {self.resampling!r}"
            raise ValueError(msg)


def draw_camera(random_state: int | np.random.RandomState | None = None) -> Camera:
    """Settings at random, as photographs that people keep and send have them.

    Every setting is drawn by itself:

    ================= ===========================================================
    scale_before      1 for a half, else uniform in 0.5-1
    exposure          uniform in -0.5 to 0.5
    highlights        1 for a half, else log-uniform in 1-4
    noise             0 for a quarter, else log-uniform in 0.001-0.03
    mosaic            for a half
    contrast          uniform in 1-1.6
    denoise           0 for a half, else 0.5-1.5 times the noise
    sharpening        0 for six in ten, else uniform in 0.2-1.5
    sharpening_radius uniform in 0.6-1.6
    scale_after       1 for a half, else uniform in 0.4-1
    resampling        each of the four alike
    jpeg_quality      None for a fifth, else uniform in 55-98
    ================= ===========================================================

    The tone curve is sRGB's, in 8 bits.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Draws the settings.

    Returns
    -------
    Camera
        The settings.

    Examples
    --------
    >>> from skblur.camera import draw_camera
    >>> draw_camera(0) == draw_camera(0)
    True
    """
    rng = check_random_state(random_state)
    noise = _either(0.0, 0.25, np.exp(rng.uniform(*np.log([0.001, 0.03]))), rng)
    return Camera(
        scale_before=_either(1.0, 0.5, rng.uniform(0.5, 1), rng),
        exposure=rng.uniform(-0.5, 0.5),
        highlights=_either(1.0, 0.5, 4 ** rng.random_sample(), rng),
        noise=noise,
        mosaic=_either(True, 0.5, False, rng),
        contrast=rng.uniform(1, 1.6),
        denoise=_either(0.0, 0.5, noise * rng.uniform(0.5, 1.5), rng),
        sharpening=_either(0.0, 0.6, rng.uniform(0.2, 1.5), rng),
        sharpening_radius=rng.uniform(0.6, 1.6),
        scale_after=_either(1.0, 0.5, rng.uniform(0.4, 1), rng),
        resampling=RESAMPLINGS[rng.randint(len(RESAMPLINGS))],
        jpeg_quality=_either(None, 0.2, int(rng.randint(55, 99)), rng),
    )


def _either(value, probability, other, rng):
    return value if rng.random_sample() < probability else other


def _check_number(name, value, number_type, bounds):
    low, high = bounds
    if not isinstance(value, number_type) or not low <= value <= high:
        number = "a number" if number_type is Real else "None or an integer"
        msg = f"{name} must be {number} from {low:g} to {high:g}, got {value!r}"
        raise ValueError(msg)
