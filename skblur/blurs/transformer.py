"""PSFBlurTransformer: blur as a step of a scikit-learn pipeline."""

from collections.abc import Mapping
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from ..images.channels import round_to_bits
from ..images.rows import PixelRowsTransformer
from .blur_type import Range
from .convolution import PAD_MODES, blur_batch
from .targets import draw_targets
from .types import parametric_types

__all__ = ["PSFBlurTransformer"]


class PSFBlurTransformer(OneToOneFeatureMixin, PixelRowsTransformer):
    """Blur flattened images with a known or a randomly drawn PSF.

    Use it to make training data out of sharp patches, to augment, or to test how
    another step of a pipeline bears blur. The parameters that were used are kept, so
    that the output comes with its targets.

    Parameters
    ----------
    kind : {"gaussian", "motion", "defocus", "mixed", "none"}, default="gaussian"
        Type of the blur. ``"mixed"`` gives the rows all blurs in a random order, equally
        many of each; ``"none"`` leaves them sharp (noise and rounding apply).

    size : float, (low, high) or dict, default=2.0
        Sigma, length or radius in pixels, at least 0. A range is drawn from uniformly,
        for every sample anew. A dict gives each type of a mixture its own, such as
        ``{"gaussian": (1, 5), "motion": (5, 20), "defocus": (2, 10)}``.

    angle : float or (low, high), default=0.0
        Direction of motion in degrees from the +x axis, counter-clockwise as seen on
        screen (rows grow downward).

    image_shape : tuple of (int, int), default=None
        Rows and columns of the images that the flattened samples hold. None takes them
        for squares, so 1024 values for 32 x 32; a number of values that is no square is
        taken for one row.

    mode : {"reflect", "mirror", "nearest", "constant", "wrap"}, default="reflect"
        What lies beyond the border, by the names of `scipy.ndimage`: ``d c b a | a b c
        d | d c b a`` for reflect. ``"constant"`` is zero.

    noise : float, default=0.0
        Standard deviation of the Gaussian noise added after the blur, as a fraction of
        full scale.

    quantize : bool, default=False
        Clip to [0, 1] and round to 8 bits at the end, as a camera does.

    random_state : int, RandomState instance or None, default=None
        Draws the parameters and the noise. With an int every call of `transform` draws
        the same.

    Attributes
    ----------
    targets_ : ndarray of shape (n_samples, 3)
        Rows ``(type, size, angle)`` of the samples that went last through `transform`
        (through `fit` before the first). Types: 0 none, 1 gaussian, 2 motion, 3
        defocus; the angle is in [0, 180), and 0 where it does not apply.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a sample.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    skblur.datasets.make_blur_patches : Patches from inside blurred photographs, where
        the blur sees the surroundings and no boundary mode is needed.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, eq. 1-4.

    Examples
    --------
    >>> import numpy as np
    >>> from skblur import PSFBlurTransformer
    >>> X = np.random.default_rng(0).random((4, 1024), dtype=np.float32)
    >>> blur = PSFBlurTransformer("motion", size=(5, 20), angle=(0, 180), random_state=0)
    >>> blur.fit_transform(X).shape
    (4, 1024)
    >>> blur.targets_.round(1)
    array([[  2. ,  13.2,  76.3],
           [  2. ,  15.7, 116.3],
           [  2. ,  14. ,  78.8],
           [  2. ,  13.2, 160.5]])
    """

    _parameter_constraints: dict = {
        "kind": [str],
        "size": [Interval(Real, 0, None, closed="left"), "array-like", dict],
        "angle": [Interval(Real, None, None, closed="neither"), "array-like"],
        "image_shape": ["array-like", None],
        "mode": [StrOptions(set(PAD_MODES))],
        "noise": [Interval(Real, 0, None, closed="left")],
        "quantize": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        kind: str = "gaussian",
        *,
        size: float | Range | Mapping[str, float | Range] = 2.0,
        angle: float | Range = 0.0,
        image_shape: tuple[int, int] | None = None,
        mode: str = "reflect",
        noise: float = 0.0,
        quantize: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.kind = kind
        self.size = size
        self.angle = angle
        self.image_shape = image_shape
        self.mode = mode
        self.noise = noise
        self.quantize = quantize
        self.random_state = random_state

    def _prepare(self, n_samples):
        self.targets_ = self._draw_targets(n_samples, check_random_state(self.random_state))

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Blur every row, add noise, round.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened images: floats of full scale 1, or integers of uint8 or uint16.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In the dtype of `X`, float32 or float64; `X` is not changed.

        Warns
        -----
        PixelRangeWarning
            If `X` is far outside [0, 1].
        """
        X = self._check_rows(X)
        rng = check_random_state(self.random_state)
        targets = self._draw_targets(len(X), rng)
        if not np.array_equal(targets, self.targets_):
            self.targets_ = targets
        images = X.reshape(len(X), *self.image_shape_)
        blurred = blur_batch(images, targets, self.mode).reshape(X.shape)
        if self.noise:
            blurred += (self.noise * rng.standard_normal(X.shape)).astype(X.dtype)
        return round_to_bits(blurred.clip(0, 1), 8) if self.quantize else blurred

    def _draw_targets(self, n_samples, rng):
        kinds = (self.kind,)
        if self.kind == "mixed":
            kinds = tuple(each.name for each in parametric_types())
        targets = draw_targets(kinds, self.size, self.angle, n_samples, rng)
        return rng.permutation(targets) if self.kind == "mixed" else targets
