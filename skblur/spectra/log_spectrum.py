"""LogSpectrumTransformer: the log power spectrum of patches, normalised to [0, 1]."""

from numbers import Integral, Real
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval, StrOptions

from ..feature_names import NamedFeaturesOutMixin
from ..images.rows import PixelRowsTransformer, row_chunks
from ..threads import for_each, one_blas_thread
from .labels import plane_labels
from .levels import normalised, to_level, unfold
from .tapered_power import tapered_power
from .tapers import make_tapers

__all__ = ["LogSpectrumTransformer"]


class LogSpectrumTransformer(NamedFeaturesOutMixin, PixelRowsTransformer):
    """Log power spectrum of flattened patches, in [0, 1], zero frequency centred.

    Convolution with a PSF is a product in the spectrum and a sum in its logarithm: the
    blur shows as a pattern (a bell, parallel stripes, rings) added to the scene. Use it
    as the first step of anything that is to learn a blur from a patch.

    The patch is freed of its mean, multiplied by tapers, and the power of its Fourier
    transform is averaged over them and put on a logarithmic scale,

    ``s = log((P + f) / f) / max(log((P + f) / f))``,

    where `f` is the power that rounding to 8 bits leaves at every frequency,
    ``1 / (12 * 255^2)`` for tapers of unit energy. So 0 is the noise floor, 1 the
    strongest frequency of the patch, which is taken to be at least `f`. Without a taper
    the edges of the patch, which do not wrap, write a cross over the pattern.

    Parameters
    ----------
    image_shape : tuple of (int, int), default=None
        Rows and columns of the patches that the flattened samples hold. None takes them
        for squares, so 1024 values for 32 x 32; a number of values that is no square is
        taken for one row.

    taper : {"multitaper", "hann"} or None, default="multitaper"
        ``"multitaper"`` averages the power over `n_tapers` x `n_tapers` separable Slepian
        sequences: little leakage and little variance, at the price of resolution.
        ``"hann"`` is one separable Hann window.

    bandwidth : float, default=2.5
        Half bandwidth of the Slepian sequences, in frequency bins of the patch.

    n_tapers : int, default=3
        Slepian sequences along each axis; above ``2 * bandwidth - 1`` they leak.

    Attributes
    ----------
    tapers_ : tuple of two ndarray, (n, rows) and (n, columns)
        The tapers along each axis, of unit energy; the power is averaged over all
        pairs.

    image_shape_ : tuple of (int, int)
        The shape in use.

    n_features_in_ : int
        Number of values of a sample.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    StackedRBMClassifier : Takes what this gives.

    Notes
    -----
    Columns are called by their frequency in cycles per pixel, ``fx`` to the right and
    ``fy`` upward: ``logspectrum_fx-0.25_fy0.12``. Each has the same power as its
    opposite; the highest one of an even side, 0.5, has either sign.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, section III-A (there without a taper).

    Thomson, "Spectrum estimation and harmonic analysis", Proceedings of the IEEE 70(9),
    1982.

    Examples
    --------
    >>> from skblur import LogSpectrumTransformer
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y = make_blur_patches(load_sharp_photos(), 6, random_state=0)
    >>> S = LogSpectrumTransformer().fit_transform(X)
    >>> S.shape, S.dtype, float(S.max())
    ((6, 1024), dtype('float32'), 1.0)
    """

    _parameter_constraints: dict = {
        "image_shape": ["array-like", None],
        "taper": [StrOptions({"multitaper", "hann"}), None],
        "bandwidth": [Interval(Real, 0, None, closed="neither")],
        "n_tapers": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        image_shape: tuple[int, int] | None = None,
        *,
        taper: Literal["multitaper", "hann"] | None = "multitaper",
        bandwidth: float = 2.5,
        n_tapers: int = 3,
    ) -> None:
        self.image_shape = image_shape
        self.taper = taper
        self.bandwidth = bandwidth
        self.n_tapers = n_tapers

    def _prepare(self, n_samples):
        del n_samples
        self.tapers_ = tuple(
            make_tapers(self.taper, side, self.bandwidth, self.n_tapers)
            for side in self.image_shape_
        )

    def _labels_out(self):
        return plane_labels(self.image_shape_)

    def transform(self, X: ArrayLike) -> NDArray[np.floating]:
        """Spectra of the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches: floats of full scale 1, or integers of uint8 or uint16.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In [0, 1] and the dtype of `X`, float32 or float64; zero for a patch
            without any structure.

        Warns
        -----
        PixelRangeWarning
            If `X` is far outside [0, 1].
        """
        X = self._check_rows(X)
        rows, columns = self.image_shape_
        spectra = np.empty((len(X), rows, columns), X.dtype)

        def fill(part):
            power = tapered_power(X[part].reshape(-1, rows, columns), *self.tapers_)
            unfold(normalised(to_level(power)), out=spectra[part])

        n_tapers = len(self.tapers_[0]) * len(self.tapers_[1])
        parts = list(row_chunks(len(X), n_tapers * X[:1].nbytes))
        # The products are too small for threads of BLAS, which take parts each instead.
        with one_blas_thread as n_threads:
            for_each(fill, parts, n_threads)
        return spectra.reshape(X.shape)
