"""deblur: a blurred picture and its PSF to the sharp picture."""

import warnings
from functools import partial
from numbers import Real

import numpy as np

from ..deconvolution.methods import METHODS
from ..deconvolution.noise import ROUNDING
from ..deconvolution.observation import SATURATION, observe
from ..estimation.blur_estimate import BlurEstimate
from ..estimation.estimate_blur import estimate_blur
from ..images.channels import Picture
from ..images.light import from_light, to_light
from ..mapping.blur_map import BlurMap
from .regions import regions_of, restore_regions

__all__ = ["deblur", "deblur_methods"]

# What is taken for noise at least where the PSF is only an estimate.
MODEL_NOISE = 0.01
# With less noise than this, single precision would not know the difference.
LEAST_NOISE = 1e-5


def deblur_methods():
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


def deblur(image, psf=None, *, method="epll", noise=None, gamma=1.0, channel_axis=None):
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
        `check_psf`. Or what `estimate_blur` found, which None asks for; if that is no
        blur or undecided, the picture comes back unchanged, with a warning. With a
        `BlurMap` each region is restored by its own PSF, and the seams are smooth.

    method : {"wiener", "richardson_lucy", "tv", "epll"}, default="epll"
        ``"wiener"``: linear, for a natural power spectrum; fast and faithful, for
        measurements. ``"richardson_lucy"``: keeps light positive, for stars and
        fluorescence. ``"tv"``: sharp edges at little cost, for large pictures and
        previews. ``"epll"``: a Gaussian mixture of natural patches; the best pictures.

    noise : float, default=None
        Standard deviation of the noise as a fraction of full scale. None measures it in
        every channel, at the frequencies that the blur has emptied. With an estimate or a
        map in place of a PSF at least 0.01 is taken: no real blur is exactly of its type,
        and what differs rings like noise that was not counted.

    gamma : float, default=1.0
        Power of the tone curve, as of `skblur.camera.Camera`: blur adds up light, and the
        values of a photograph are not light. 2.4 (sRGB) restores a photograph that a
        camera blurred in linear light; 1.0 one whose values were blurred, or which is
        linear, as in microscopy and astronomy.

    channel_axis : int or None, default=None
        Axis of the colours of a colour image, which are restored one by one; an alpha
        channel (the last of two or four) is kept as it is. None is a grey image.

    Returns
    -------
    ndarray
        In the shape, dtype and range of `image`.

    Raises
    ------
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, the PSF is not
        valid, the noise is negative, or there is no such method.

    Warns
    -----
    UserWarning
        If no blur was found, or none for sure.

    See Also
    --------
    estimate_blur : Finds the PSF.
    DeblurTransformer : The same for the rows of a matrix, in a pipeline.

    Notes
    -----
    Computed in single precision. A blur is not undone where its transfer function is
    close to zero: what is seen there in the restored picture is the prior's guess.

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
    picture = Picture.read(image, channel_axis)
    _check_options(method, noise, gamma)
    planes = picture.planes.astype(np.float32)
    if psf is None:
        psf = estimate_blur(image, channel_axis=channel_axis)
    if isinstance(psf, BlurEstimate) and psf.blur_type in ("none", "undecided"):
        msg = f"the picture was left unchanged; its blur: {psf}"
        warnings.warn(msg, UserWarning, stacklevel=2)
        return picture.image.copy()
    regions = regions_of(psf, picture.luma)
    if noise is not None:
        # Rounding is noise too, whether it was counted or not.
        noise = max(noise, ROUNDING if picture.image.dtype == np.uint8 else LEAST_NOISE)
    restore = partial(
        _restore,
        method=METHODS[method],
        noise=noise,
        # What is only an estimate is trusted less.
        least_noise=MODEL_NOISE if isinstance(psf, BlurEstimate | BlurMap) else 0.0,
        # A picture of two values has no brighter one to be clipped.
        saturation=np.inf if picture.image.dtype == bool else SATURATION,
    )
    light = to_light(planes, gamma)
    restored = np.stack([restore_regions(plane, regions, restore) for plane in light])
    return picture.rebuild(from_light(restored, gamma))


def _restore(channel, psf, where, *, method, noise, **settings):
    """A float32 channel in [0, 1], restored where the mask is; not clipped."""
    observation = observe(channel, psf, noise, where=where, **settings)
    return observation.crop(method(observation))


def _check_options(method, noise, gamma):
    if method not in METHODS:
        raise ValueError(f"method must be one of {deblur_methods()}, got {method!r}")
    if noise is not None and not (isinstance(noise, Real) and 0 <= noise < np.inf):
        msg = f"noise must be None or a number of at least 0, got {noise!r}"
        raise ValueError(msg)
    if not (isinstance(gamma, Real) and 1 <= gamma <= 5):
        raise ValueError(f"gamma must be a number from 1 to 5, got {gamma!r}")
