"""estimate_blur: the blur of one photograph."""

from typing import Literal

from numpy.typing import ArrayLike

from ..models.pretrained import shipped_model
from ..pipeline.pipeline import BlurTypeThenParamPipeline
from .base import BasePhotoEstimator, ImagesEstimator
from .blur_estimate import BlurEstimate
from .patch_estimator import PatchBlurEstimator
from .photo_estimator import PhotoBlurEstimator, check_free_psf

__all__ = ["estimate_blur"]


def estimate_blur(
    image: ArrayLike,
    *,
    channel_axis: int | None = None,
    free_psf: bool | Literal["auto"] | None = None,
    model: PhotoBlurEstimator
    | PatchBlurEstimator
    | BlurTypeThenParamPipeline
    | None = None,
) -> BlurEstimate:
    """Name the blur of a photograph and estimate its parameters.

    The power of the photograph's windows is averaged into one spectrum, at full size and
    at half of it; a network names the blur by both, and a network and a GRNN give its
    parameters. Wide blurs are looked for in smaller copies of the photograph, and one of
    more than 1024 pixels a side is named by a copy that has no more. For motion
    and defocus, whose spectra have zeros, the parameters are then fitted to the spectrum
    by ``skblur.estimation.refinement.refine``.

    Parameters
    ----------
    image : array-like of shape (H, W), or with a channel axis
        bool, uint8, uint16, or floats in [0, 1].

    channel_axis : int or None, default=None
        Axis of the colours of a colour image, which is reduced to luma; an alpha channel
        is ignored. None is a grey image.

    free_psf : bool or "auto", default=None
        Whether to look for a PSF of no simple form, too, and take it if it explains the
        photograph better, which takes a second: ``found.psf`` is the path of a shaken
        camera then, its length and angle those of its extent. ``"auto"`` does where the
        spectrum of a motion is not that of a straight one, where another blur may be a
        motion, and where it is not sure that the photograph is sharp; False never does,
        for mere sorting. None is what the model's parameter says, ``"auto"`` of the one
        that is shipped. A model of patches has none.

    model : estimator, default=None
        A fitted `PhotoBlurEstimator`, `PatchBlurEstimator` or `BlurTypeThenParamPipeline`
        to use in place of ``load_pretrained("photo")``. A pipeline is taken for one of
        square patches, whose votes are counted by `PatchBlurEstimator`.

    Returns
    -------
    BlurEstimate
        Its ``blur_type`` is ``"undecided"``, with a reason, if the picture has no room
        for four windows of 64 x 64 pixels, as 79 x 79 has not, has almost no structure or
        only two levels or is mere noise, or if even the likeliest type has a probability
        below 0.4, or a higher one if the picture has fewer pixels than 256 x 256: 0.62 at
        128 x 128, 0.84 at 80 x 80.

    Raises
    ------
    TypeError
        If the image is a path, or `model` no estimator of whole photographs.
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, or, with a model
        of patches, is smaller than a patch; if `free_psf` is none of its values.

    See Also
    --------
    PhotoBlurEstimator : The estimator behind it, to be trained and tuned.
    estimate_psf : The free PSF alone.

    Notes
    -----
    It is the blur of the whole photograph; of one whose parts are blurred differently it
    is that of the sharpest large part, for that is what sorts photographs: a sharp subject
    before a defocused ground is ``"none"``. How much of the picture has which blur say
    ``found.shares`` and ``found.mostly``.

    Examples
    --------
    >>> from skimage.data import clock
    >>> from skblur import estimate_blur
    >>> estimate_blur(clock()).blur_type
    'motion'
    """
    check_asked(free_psf, model)
    model = shipped_model("photo") if model is None else model
    if isinstance(model, BlurTypeThenParamPipeline):
        model = PatchBlurEstimator.of(model)
    if isinstance(model, PatchBlurEstimator):
        return model.estimate(image, channel_axis=channel_axis)
    if free_psf is None:
        # One's own model may be of any class.
        free_psf = getattr(model, "free_psf", "auto")
    return model.estimate(image, channel_axis=channel_axis, free_psf=free_psf)


def check_asked(free_psf, model):
    """Fail on what would be wrong for every photograph."""
    if free_psf is not None:
        check_free_psf(free_psf)
    if model is None or isinstance(model, BlurTypeThenParamPipeline | BasePhotoEstimator):
        return
    # One's own may be of any class; what else takes images makes maps of them.
    if isinstance(model, ImagesEstimator) or not hasattr(model, "estimate"):
        msg = (
            "model must be a fitted estimator of whole photographs (PhotoBlurEstimator, "
            "PatchBlurEstimator or BlurTypeThenParamPipeline) or None, got a "
            f"{type(model).__name__}"
        )
        raise TypeError(msg)
