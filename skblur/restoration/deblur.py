"""deblur: a blurred picture and its PSF to the sharp picture."""

import warnings
from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..deconvolution.methods import METHODS
from ..deconvolution.noise import ROUNDING
from ..deconvolution.observation import SATURATION
from ..estimation.blur_estimate import BlurEstimate
from ..estimation.explaining import explain
from ..images.channels import Picture
from ..images.jpeg_grid import has_jpeg_grid
from ..images.light import from_light, to_light
from ..mapping.map import BlurMap
from ..models.pretrained import shipped_model
from ..threads import one_blas_thread
from .ground import keep_ground, structure_weight
from .plan import Plan, adapt, plan_restoration, why_not, why_worse
from .planes import restore_planes
from .regions import soften

__all__ = ["deblur", "deblur_methods"]

# With less noise than this, single precision would not know the difference.
LEAST_NOISE = 1e-5


def deblur_methods() -> tuple[str, ...]:
    """Names of the methods of `deblur`, from the fastest to the best.

    Returns
    -------
    tuple of str
        Values that `deblur` takes as `method`.

    Examples
    --------
    >>> from skblur import deblur_methods
    >>> deblur_methods()
    ('wiener', 'richardson_lucy', 'tv', 'epll')
    """
    return tuple(METHODS)


def deblur(
    image: ArrayLike,
    psf: ArrayLike | BlurEstimate | BlurMap | None = None,
    *,
    method: str = "auto",
    noise: float | None = None,
    gamma: float | None = None,
    channel_axis: int | None = None,
    report: Callable[[float], object] | None = None,
) -> NDArray[Any]:
    """Restore a blurred picture.

    The outside of the frame is taken as unknown, not as a repetition of the picture:
    the sharp picture is solved for as far as the PSF reaches, and cropped. So the border
    does not ring. Saturated pixels only say that the scene was at least as bright.

    Parameters
    ----------
    image : array-like of shape (H, W), or with a channel axis
        bool, uint8, uint16, or floats in [0, 1].

    psf : array-like of shape (rows, columns), BlurEstimate or BlurMap, default=None
        Point spread function, centred on its middle pixel, of odd sides; see
        `check_psf`. Or what `estimate_blur` found. With a `BlurMap` each region is restored
        by its own PSF, and the seams are smooth. None looks for what explains the picture
        best, ideal shapes and free PSFs, in values and in light; if it is sharp, or nothing
        explains it, it comes back unchanged, with a warning.

    method : {"auto", "wiener", "richardson_lucy", "tv", "epll"}, default="auto"
        ``"auto"``: ``"epll"`` for a blur of the picture's values, ``"tv"`` for one of
        linear light, where ``"epll"`` makes too much of small errors. ``"wiener"``:
        linear, for a natural power spectrum; fast and faithful, for measurements.
        ``"richardson_lucy"``: keeps light positive, for stars and fluorescence. ``"tv"``:
        sharp edges at little cost, for large pictures and previews. ``"epll"``: a Gaussian
        mixture of natural patches; the best pictures where the PSF is right.

    noise : float, default=None
        Standard deviation of the noise as a fraction of full scale. None finds it: what
        the blur has emptied says how much there is at least, and what the PSF cannot
        explain counts as noise too (see Notes). With an estimate or a map in place of a
        PSF at least 0.01 is taken; of what a camera took (`gamma`) ``"wiener"`` and
        ``"richardson_lucy"`` take 0.02, and 0.03 for a free PSF.

    gamma : float, default=None
        Power of the tone curve, as of `skblur.camera.Camera`: blur adds up light, and the
        values of a photograph are not light. 2.4 (sRGB) restores a photograph that a
        camera blurred in linear light; 1.0 one whose values were blurred, or which is
        linear, as in microscopy and astronomy. None tells it from the picture, which is
        less sure: for photographs from a camera give 2.4. Blur wipes the blocks of JPEG
        out, so what bears them was blurred before, most likely in a camera: free PSFs of
        it, which fit themselves to either light, are taken to be of 2.4.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image. An alpha channel (the last of two or four)
        is kept as it is. None is a grey image.

    report : callable, default=None
        Called with the share of the restoration that is done, from 0 to 1: a large
        picture is restored in tiles.

    Returns
    -------
    ndarray
        In the shape, dtype and range of `image`.

    Raises
    ------
    TypeError
        If the image is a path.
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, the PSF is not
        valid, the noise is negative, or there is no such method.

    Warns
    -----
    UserWarning
        If no blur was found, or none for sure: without a PSF a picture of less than 80 x 80
        pixels is left unchanged.

    See Also
    --------
    estimate_blur : Finds the PSF.
    DeblurTransformer : The same for the rows of a matrix, in a pipeline.

    Notes
    -----
    Computed in single precision. A blur is not undone where its transfer function is
    close to zero: what is seen there in the restored picture is the prior's guess.

    Noise and light are told by pixels that are held out: the picture is restored from the
    others, blurred again, and what that predicts compared with what was held out. The
    noise and the light that predict best are taken.

    An estimate of what a camera took is doubted, unless `noise` is given: it gets wrong a
    part of the contrast that it smears. So ``"tv"`` and ``"epll"`` believe pixels the less,
    the more contrast there is around them, and lights do not ring.

    An estimate is of the whole picture. ``"tv"`` and ``"epll"`` ask large windows of a
    large picture for PSFs of their own, for a camera that turned and for depth, and leave
    alone those in which no PSF predicts better than no blur.

    Where an estimate stands for the PSF, and nothing but smooth ground is seen as far as it
    reaches, the picture stays as it was: what a restoration shows there is rings.

    Of a colour picture ``"tv"`` and ``"epll"`` restore the luma; the colours, in which eyes
    see less detail and photographs have more noise, are restored by ``"tv"`` as what they
    differ from it.

    References
    ----------
    .. [1] D. Zoran and Y. Weiss, "From learning models of natural image patches to whole
       image restoration", ICCV 2011.
    .. [2] M. Almeida and M. Figueiredo, "Deconvolving images with unknown boundaries
       using the alternating direction method of multipliers", IEEE Transactions on Image
       Processing 22(8), 2013.
    .. [3] D. Biggs and M. Andrews, "Acceleration of iterative image restoration
       algorithms", Applied Optics 36(8), 1997.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.ndimage import convolve
    >>> from skimage.data import camera
    >>> from skblur import deblur, motion_psf
    >>> sharp, psf = camera()[100:260, 150:350] / 255, motion_psf(9, 30)
    >>> blurred = convolve(sharp, psf)
    >>> restored = deblur(blurred, psf, method="tv")
    >>> bool(np.std(restored - sharp) < 0.5 * np.std(blurred - sharp))
    True
    """
    options = {"method": method, "noise": noise, "gamma": gamma}
    done = restore(image, psf, channel_axis=channel_axis, report=report, **options)
    if done.reason:
        msg = f"the picture was left unchanged: {done.reason}"
        warnings.warn(msg, UserWarning, stacklevel=2)
    return done.image


class Restoration(NamedTuple):
    """What was made of a picture, by what, and why it was left alone if it was."""

    image: np.ndarray
    psf: object  # BlurEstimate, BlurMap or array
    plan: Plan | None
    reason: str
    noises: list[float]  # of each tile of what was restored by the plan's method


@one_blas_thread
def restore(image, psf, *, method, noise, gamma, channel_axis, report):
    """As `deblur`, a `Restoration`."""
    picture = Picture.read(image, channel_axis)
    _check_options(method, noise, gamma)
    luma = picture.luma.astype(np.float32, copy=False)
    # Whoever gives the light knows where the picture comes from; an array is believed.
    estimated = psf is None or isinstance(psf, BlurEstimate | BlurMap)
    of_camera = estimated and gamma is None and has_jpeg_grid(luma)
    found = [(psf, gamma)]
    if psf is None:
        told = explain(shipped_model("photo"), luma, gamma, of_camera=of_camera)
        found = [(each.estimate, each.gamma) for each in told]
    options = {"of_camera": of_camera, "noise": noise, "method": method}
    psf, plan, reason = _first_planned(found, luma, **options)
    if reason:
        return Restoration(picture.image.copy(), psf, None, reason, [])
    weight = None
    if isinstance(psf, BlurEstimate):
        plan = adapt(plan, luma)
        if not plan.regions:
            reason = f"no PSF explains any part of it: {psf}"
            return Restoration(picture.image.copy(), psf, None, reason, [])
        weight = structure_weight(luma, psf.psf, plan.gamma)
    noises = []
    settings = _settings(picture.image.dtype, noise, plan) | {"noises": noises}
    shape = picture.n_planes, *luma.shape
    # Of a large picture each plane is a part of all memory.
    del luma
    restored = _restored_planes(picture, shape, plan, settings, weight, report)
    return Restoration(picture.rebuild(restored), psf, plan, "", noises)


def _restored_planes(picture, shape, plan, settings, weight, report):
    """The planes of a picture restored as planned, one after the other."""

    def seen(i):
        return picture.plane(i).astype(np.float32, copy=False)

    def light_of(i):
        return to_light(seen(i), plan.gamma)

    planes = restore_planes(light_of, shape, plan.regions, plan.method, settings, report)
    for i, plane in enumerate(planes):
        plane[:] = from_light(plane, plan.gamma)
        if plan.softness:
            soften(plane, plan.softness, plan.regions)
        if weight is not None:
            keep_ground(plane, seen(i), weight)
        yield plane


def _first_planned(found, luma, **options):
    """Of what was found, best first, the first that restores; or why the best does not."""
    refused = []
    for psf, gamma in found:
        reason = why_not(psf)
        if not reason:
            plan = plan_restoration(psf, luma, gamma=gamma, **options)
            reason = why_worse(psf, luma, plan)
        if not reason:
            return psf, plan, ""
        refused.append((psf, None, reason))
    return refused[0]


def _settings(dtype, noise, plan):
    """Those of `observe` for a picture of this dtype."""
    if noise is not None:
        # Rounding is noise too, whether it was counted or not.
        noise = max(noise, ROUNDING if dtype == np.uint8 else LEAST_NOISE)
    # A picture of two values has no brighter one to be clipped.
    saturation = np.inf if dtype.kind == "b" else SATURATION
    return {
        "noise": noise,
        "least_noise": plan.least_noise,
        "saturation": saturation,
        "doubt": plan.doubt,
    }


def _check_options(method, noise, gamma):
    if method not in METHODS and method != "auto":
        msg = f"method must be 'auto' or one of {deblur_methods()}, got {method!r}"
        raise ValueError(msg)
    if noise is not None and not (isinstance(noise, Real) and 0 <= noise < np.inf):
        msg = f"noise must be None or a number of at least 0, got {noise!r}"
        raise ValueError(msg)
    if gamma is not None and not (isinstance(gamma, Real) and 1 <= gamma <= 5):
        raise ValueError(f"gamma must be None or a number from 1 to 5, got {gamma!r}")
