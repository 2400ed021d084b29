"""LogSpectrumTransformer: the log power spectrum of patches, normalised to [0, 1]."""

from functools import lru_cache
from numbers import Integral, Real

import numpy as np
from scipy.signal.windows import dpss, hann
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils._param_validation import Interval, StrOptions

from .chunks import row_chunks
from .image_rows import ImageRowsTransformer
from .images import ROUNDING_NOISE

__all__ = ["LogSpectrumTransformer"]


class LogSpectrumTransformer(OneToOneFeatureMixin, ImageRowsTransformer):
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

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns, if all are strings.

    See Also
    --------
    StackedRBMClassifier : Takes what this gives.

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

    def __init__(self, image_shape=None, *, taper="multitaper", bandwidth=2.5, n_tapers=3):
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

    def transform(self, X):
        """Spectra of the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches, full scale 1.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In [0, 1] and the dtype of `X`, float32 or float64; zero for a patch
            without any structure.
        """
        X = self._check_rows(X)
        rows, columns = self.image_shape_
        spectra = np.empty((len(X), rows, columns), X.dtype)
        n_tapers = len(self.tapers_[0]) * len(self.tapers_[1])
        for part in row_chunks(len(X), n_tapers * X[:1].nbytes):
            power = tapered_power(X[part].reshape(-1, rows, columns), *self.tapers_)
            unfold(normalised(to_level(power)), out=spectra[part])
        return spectra.reshape(X.shape)


def tapered_power(images, down, across):
    """Power of images (n, H, W), less their means, averaged over all pairs of tapers.

    Tapers are even or odd about the middle. About the middle, too, a Fourier transform is
    a cosine and a sine transform, so each of them needs of an image only what is even or
    what is odd along the axis: half of the values for half of the frequencies. With EE to
    OO the four transforms of the four parts, the power at frequencies (u, v) and (u, -v)
    is ``q + r`` and ``q - r``,

    ``q = EE^2 + EO^2 + OE^2 + OO^2``,  ``r = 2 (EO OE - EE OO)``.

    Returns
    -------
    ndarray of shape (2, n, H // 2 + 1, W // 2 + 1)
        At frequencies (u, v), then at (u, -v), for u and v from 0 up.
    """
    images = images - images.mean(axis=(1, 2), keepdims=True)
    to_rows, to_columns = (
        _transforms(tapers.tobytes(), tapers.shape[1], images.dtype)
        for tapers in (down, across)
    )
    ee, eo, oe, oo = (
        _transform_both(part, to_row, to_column)
        for half, to_row in zip(_halves(images.swapaxes(0, 1), 0), to_rows, strict=True)
        for part, to_column in zip(_halves(half, 2), to_columns, strict=True)
    )
    # In place, each part into its square, once the products are taken.
    r = eo * oe
    r -= ee * oo
    q = np.multiply(eo, eo, out=eo)
    for part in (ee, oe, oo):
        q += np.multiply(part, part, out=part)
    rows, columns = (side // 2 + 1 for side in images.shape[1:])
    shape = len(down), rows, len(images), len(across), columns
    q, r = (_sum_over_tapers(part.reshape(shape)) for part in (q, r))
    r *= 2
    power = np.stack([q + r, q - r])
    power /= len(down) * len(across)
    # Rounding may leave a difference just below zero.
    return np.maximum(power, 0, out=power)


def _sum_over_tapers(values):
    """Sums (n, U, V) of values (n_down, U, n, n_across, V): long adds, not many short."""
    by_column = sum(values[1:], start=values[0])
    n_across = by_column.shape[2]
    total = sum((by_column[:, :, i] for i in range(1, n_across)), start=by_column[:, :, 0])
    return total.swapaxes(0, 1)


def _halves(images, axis):
    """What is even and what is odd about the middle of an axis, from the edge inwards."""
    side = images.shape[axis]
    images = np.moveaxis(images, axis, 0)
    near, far = images[: side // 2], images[: -(side // 2) - 1 : -1]
    even, odd = near + far, near - far
    if side % 2:
        even = np.concatenate([even, images[side // 2][None]])
    return np.moveaxis(even, 0, axis), np.moveaxis(odd, 0, axis)


@lru_cache(maxsize=32)
def _transforms(taper_bytes, side, dtype):
    """Matrices (n_tapers * n_frequencies, n) for the even and the odd half of an axis.

    An even taper passes what is even on to the cosine, an odd one to the sine. The sign
    is chosen such that `tapered_power` need not tell them apart.
    """
    tapers = np.frombuffer(taper_bytes).reshape(-1, side)
    places = np.arange(side) - (side - 1) / 2
    angles = 2 * np.pi / side * np.outer(np.arange(side // 2 + 1), places)
    is_even = ((tapers * tapers[:, ::-1]).sum(axis=1) > 0)[:, None, None]
    even = np.where(is_even, np.cos(angles), np.sin(angles)) * tapers[:, None]
    odd = np.where(is_even, np.sin(angles), -np.cos(angles)) * tapers[:, None]
    return [
        half[..., :n].reshape(len(tapers) * len(angles), n).astype(dtype)
        for half, n in ((even, (side + 1) // 2), (odd, side // 2))
    ]


def _transform_both(part, down, across):
    """Transforms (n_down * n_images, n_across) of a part (rows, n_images, columns)."""
    n_rows, n_images, n_columns = part.shape
    partial = down @ part.reshape(n_rows, n_images * n_columns)
    return partial.reshape(len(down) * n_images, n_columns) @ across.T


def to_level(power):
    """``log(1 + power / rounding noise)``, in the place of the power."""
    power *= power.dtype.type(1 / ROUNDING_NOISE)
    power += 1
    return np.log(power, out=power)


def normalised(level):
    """Levels (2, n, U, V), each picture's divided by its largest, in place.

    A picture that stays below the noise floor is not blown up to full scale.
    """
    level /= np.maximum(level.max(axis=(0, 2, 3)), np.log(2))[:, None, None]
    return level


def unfold(half_planes, out):
    """Whole planes (n, H, W), zero frequency centred, of what `tapered_power` gives."""
    same, mirrored = half_planes
    height, width = out.shape[1:]
    row, column = height // 2, width // 2
    # Of an even side the highest frequency is there once, with a negative sign.
    up, right = row + height % 2, column + width % 2
    out[:, row:, column:] = same[:, :up, :right]
    out[:, row:, column::-1] = mirrored[:, :up]
    out[:, row::-1, column:] = mirrored[:, :, :right]
    out[:, row::-1, column::-1] = same
    return out


def make_tapers(taper, side, bandwidth=None, n_tapers=None):
    """Tapers (n, side) of unit energy; a single pixel is left alone."""
    if taper is None or side == 1:
        tapers = np.ones((1, side))
    elif taper == "hann":
        tapers = hann(side + 2, sym=True)[None, 1:-1]
    else:
        # On very short sides fewer sequences exist, of a smaller bandwidth.
        bandwidth, n_tapers = min(bandwidth, (side - 1) / 2), min(n_tapers, side - 1)
        tapers = dpss(side, bandwidth, n_tapers)
    return tapers / np.sqrt((tapers**2).sum(axis=1, keepdims=True))
