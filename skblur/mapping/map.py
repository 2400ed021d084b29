"""BlurMap: the blur at every pixel of one photograph."""

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import gen_batches

from ..blurs.none import NONE
from ..blurs.types import UNDECIDED, UNDECIDED_NAME, blur_type, blur_types
from ..files.archives import write_npz
from ..grnn.angles import decode_angle
from ..images.channels import as_luma
from .smoothing import at_pixels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BlurMap"]

# Pixels that are written out at a time.
BAND_PIXELS = 2**16
# What is surer of nothing than this is undecided.
MIN_CONFIDENCE = 0.3


class BlurMap:
    """Type, size, angle and probabilities of the blur at every pixel.

    Made by `skblur.blur_map`. It is kept at the resolution it was found at, and written
    out to the pixels of the photograph when one of the arrays is asked for; keep what you
    use more than once.

    Parameters
    ----------
    shape : tuple of (int, int)
        Rows and columns of the photograph.

    probabilities : ndarray of shape (rows, columns, 4)
        Of all types in the order of their codes: none, gaussian, motion and defocus, and
        what else is registered; on a grid.

    parameters : dict of int to ndarray of shape (rows, columns, 3)
        By the code of a type: size in pixels, and cosine and sine of twice the angle.

    first : float
        Pixel of the grid's first point, down and across.

    stride : float
        Pixels from one point to the next.

    Attributes
    ----------
    shape : tuple of (int, int)
        Rows and columns of the photograph.

    Examples
    --------
    >>> import numpy as np
    >>> from skblur import BlurMap
    >>> sharp = np.zeros((2, 3, 4), np.float32)
    >>> sharp[..., 0] = 1
    >>> found = BlurMap((32, 48), sharp, {}, first=8, stride=16)
    >>> found.type_code.shape, found.summary()["none"]["fraction"]
    ((32, 48), 1.0)
    """

    def __init__(
        self,
        shape: tuple[int, int],
        probabilities: NDArray[np.floating],
        parameters: Mapping[int, NDArray[np.floating]],
        *,
        first: float,
        stride: float,
    ) -> None:
        self.shape = tuple(shape)
        self._p, self._parameters = probabilities, parameters
        self._first, self._stride = first, stride
        # Those that there are while it is made; others may be registered later.
        self._kinds = blur_types()

    def __repr__(self) -> str:
        parts = [
            f"{name} {100 * found['fraction']:.0f} %"
            for name, found in self.summary().items()
            if found["fraction"] >= 0.005
        ]
        return f"BlurMap({self.shape[0]} x {self.shape[1]}: {', '.join(parts)})"

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """Array (H, W, 4), float32, in the order of the codes; wider with further types."""
        found = np.empty((*self.shape, self._p.shape[-1]), np.float32)
        for rows in self._bands():
            p = self._at_pixels(self._p, rows)
            np.divide(p, p.sum(axis=-1, keepdims=True), out=found[rows])
        return found

    @property
    def type_code(self) -> NDArray[np.int8]:
        """Array (H, W), int8: -1 undecided, 0 none, 1 gaussian, 2 motion, 3 defocus."""
        codes = np.empty(self.shape, np.int8)
        for rows in self._bands():
            codes[rows] = self._types(self._at_pixels(self._p, rows))
        return codes

    @property
    def size(self) -> NDArray[np.float32]:
        """Array (H, W), float32: sigma, length or radius in pixels; 0 without a blur."""
        size = np.zeros(self.shape, np.float32)
        for rows in self._bands():
            codes = self._types(self._at_pixels(self._p, rows))
            for code, found in self._parameters.items():
                there = codes == code
                if there.any():
                    size[rows][there] = self._at_pixels(found[..., 0], rows)[there]
        return size

    @property
    def angle(self) -> NDArray[np.float32]:
        """Array (H, W), float32: degrees in [0, 180) where there is motion, else 0."""
        angle = np.zeros(self.shape, np.float32)
        for rows in self._bands():
            codes = self._types(self._at_pixels(self._p, rows))
            for code, found in self._parameters.items():
                there = codes == code
                turn = blur_type(code).angle
                if turn is not None and there.any():
                    point = self._at_pixels(found[..., 1:], rows)[there]
                    angle[rows][there] = decode_angle(point, turn.period)
        return angle

    def summary(self, scale: float = 1.0) -> dict[str, dict[str, float]]:
        """How much of the picture has which blur, and how much of it.

        Parameters
        ----------
        scale : float, default=1.0
            What sizes are multiplied by: of the map of a smaller copy, the pixels of the
            photograph to one of the copy.

        Returns
        -------
        dict of str to dict
            By the name of the type, ``"undecided"`` included: ``fraction`` of the
            picture, and where there is any, of its surer half the median ``sigma``,
            ``length`` or ``radius``, and for motion the mean ``angle``.
        """
        codes = self._types(self._p)
        found = {UNDECIDED_NAME: {"fraction": float((codes == UNDECIDED).mean())}}
        for column, kind in enumerate(self._kinds):
            there = codes == kind.code
            found[kind.name] = entry = {"fraction": float(there.mean())}
            if there.any() and kind.code in self._parameters:
                # The surer half of it: parameters are roughest where the type is.
                p = self._p[..., column]
                there &= p >= np.median(p[there])
                of_type = self._parameters[kind.code][there]
                if kind.size is not None:
                    entry[kind.size.name] = float(scale * np.median(of_type[:, 0]))
                if kind.angle is not None:
                    point = of_type[:, 1:].mean(axis=0, keepdims=True)
                    entry[kind.angle.name] = float(
                        decode_angle(point, kind.angle.period)[0]
                    )
        return found

    def shares(self, odds: float = 1.0) -> dict[str, float]:
        """The area that is to be expected of each blur, as a share of the picture.

        Parameters
        ----------
        odds : float, default=1.0
            What the odds of being sharp are multiplied by before.

        Returns
        -------
        dict of str to float
            By the name of the type, mean probabilities where it is decided, and of
            ``"undecided"`` the rest; they sum to 1.
        """
        decided = self._types(self._p) != UNDECIDED
        p = self._p[decided]
        p[:, NONE.code] *= odds
        p /= p.sum(axis=-1, keepdims=True)
        sums = p.sum(axis=0, dtype=np.float64) / decided.size
        shares = {UNDECIDED_NAME: float(1 - decided.mean())}
        names = (kind.name for kind in self._kinds)
        return shares | {name: float(s) for name, s in zip(names, sums, strict=True)}

    def save(self, path: str | PathLike[str]) -> None:
        """Write the arrays to an ``.npz`` file.

        Parameters
        ----------
        path : str or path-like
            Where to; written aside and moved into place.
        """
        write_npz(
            path,
            type_code=self.type_code,
            size=self.size,
            angle=self.angle,
            probabilities=self.probabilities,
            type_names=np.array([kind.name for kind in self._kinds]),
        )

    def plot(
        self,
        image: ArrayLike | None = None,
        *,
        channel_axis: int | None = None,
        figure: "Figure | None" = None,
    ) -> "Figure":
        """The map over the photograph: type as hue, size as strength, and a key to both.

        The photograph is drawn in light greys, on axes of its pixels whose label is
        ``"map"``; those of the key have the label ``"key"``. Over the photograph lies the
        colour of the type, the stronger the larger the blur. What is sharp is left white,
        what is undecided is hatched, and short lines go in the direction of a motion. Of
        several types, the widest region of each bears its name if there is room.

        The key has a row for each type that occurs: its share of the picture, its
        parameters as of `summary`, and its colours by size in pixels. They end at 1.2 times
        the largest size that the paper knows, or in a picture of wider blurs at a size that
        2 % of the type exceed; what is larger has the last colour.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis, default=None
            The photograph. None draws the map alone.

        channel_axis : int or None, default=None
            Axis of the colours of a colour image.

        figure : matplotlib Figure, default=None
            Where to draw; None is a new one, of a shape that suits the photograph.

        Returns
        -------
        matplotlib Figure
            ``figure.savefig("map.png")`` writes it.

        Raises
        ------
        ValueError
            If the image has another shape than the map, or is none.
        ImportError
            If matplotlib is missing.
        """
        from ..plotting.map import plot_map

        luma = None
        if image is not None:
            luma = as_luma(image, channel_axis)
            check_covers(self, luma)
        return plot_map(self, luma, figure=figure)

    def _bands(self):
        """Rows of the picture, so many at a time that their values stay small."""
        return gen_batches(self.shape[0], max(BAND_PIXELS // self.shape[1], 1))

    def _at_pixels(self, values, rows):
        return at_pixels(values, self._first, self._stride, self.shape, rows)

    def _types(self, p):
        """Codes of the likeliest types, -1 where none is likely enough."""
        known = np.array([kind.code for kind in self._kinds], np.int8)
        codes = known[p.argmax(axis=-1)]
        codes[p.max(axis=-1) < MIN_CONFIDENCE * p.sum(axis=-1)] = UNDECIDED
        return codes


def check_covers(found, luma):
    """Refuse a `BlurMap` that is not of the picture with this luma.

    Raises
    ------
    ValueError
        If their shapes differ.
    """
    if found.shape != luma.shape:
        msg = f"the map must have the shape of the image, {luma.shape}, got {found.shape}"
        raise ValueError(msg)
