"""BlurEstimate: what has been found out about the blur of one photograph."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..blurs.naming import FREE, format_blur
from ..blurs.targets import target_psf
from ..blurs.types import UNDECIDED_NAME, blur_type

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BlurEstimate"]

# Of a photograph's parts those are named that make up such a share of it.
LARGE = 0.3
# The blur of the whole has such a share at least, or parts say nothing of each other.
LEAST_OWN = 0.02


@dataclass(frozen=True)
class BlurEstimate:
    """Type, parameters and confidence of a photograph's blur.

    Parameters
    ----------
    blur_type : {"none", "gaussian", "motion", "defocus", "undecided"}
        Name of the blur.

    probabilities : dict of str to float
        Of the types that the model knows; they sum to 1.

    parameters : dict of str to float, default={}
        Those of the type, by name: sigma, length, radius in pixels; the angle in degrees,
        in [0, 180), from the +x axis, counter-clockwise as seen on screen.

    std : dict of str to float, default={}
        Standard deviation of each parameter.

    reason : str, default=""
        Why the blur type is undecided, if it is.

    misfit : float, default=None
        How far the photograph's spectrum is from that of the type and its parameters:
        root mean square of log power. Of ideal blurs about 0.2, through a camera 0.4; from
        0.6 on they do not explain it. None where nothing was fitted.

    free_psf : ndarray of shape (side, side), default=None
        A PSF of no simple form, where there is one that explains the photograph better
        than that of the type and its parameters.

    picture : ndarray of shape (H, W), default=None
        Luma, float32 in [0, 1], of the photograph or of a smaller copy: what `parts` and
        `shares` are made of when they are asked for.

    scale : float, default=1.0
        Pixels of the photograph to a pixel of ``picture``.

    Notes
    -----
    `blur_type` is that of the sharpest large part, which is what sorts photographs: one of
    a sharp subject before a defocused ground is sharp. What else there is say `shares`,
    `parts` and `mostly`.

    Examples
    --------
    >>> from skblur import BlurEstimate
    >>> print(BlurEstimate("motion", {"motion": 0.97}, {"length": 14.2, "angle": 2}))
    motion, length 14.2 px, angle 2.0 deg (confidence 0.97)
    """

    blur_type: str
    probabilities: dict[str, float]
    parameters: dict[str, float] = field(default_factory=dict)
    std: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    misfit: float | None = None
    free_psf: NDArray[np.floating] | None = field(default=None, compare=False, repr=False)
    picture: NDArray[np.floating] | None = field(default=None, compare=False, repr=False)
    scale: float = field(default=1.0, compare=False, repr=False)

    @property
    def sigma(self) -> float | None:
        """Standard deviation of a Gaussian in pixels; None for any other blur."""
        return self.parameters.get("sigma")

    @property
    def length(self) -> float | None:
        """Length of a motion in pixels; None for any other blur."""
        return self.parameters.get("length")

    @property
    def angle(self) -> float | None:
        """Direction of a motion in degrees; None for any other blur."""
        return self.parameters.get("angle")

    @property
    def radius(self) -> float | None:
        """Radius of a defocus in pixels; None for any other blur."""
        return self.parameters.get("radius")

    @property
    def confidence(self) -> float:
        """Probability of the blur type; 0.0 if it is undecided."""
        return float(self.probabilities.get(self.blur_type, 0.0))

    @property
    def parts(self) -> dict[str, dict[str, float]]:
        """What the parts of the photograph have, by the name of the blur.

        The `BlurMap.summary` of a coarse `blur_map`: the ``fraction`` of the picture,
        ``"undecided"`` included, and the median size and mean angle where there is any, in
        pixels of the photograph and degrees. Empty of an estimate without a picture. Made
        when first asked for, which takes a tenth of a second.
        """
        return {name: dict(part) for name, part in self._of_parts[0].items()}

    @property
    def shares(self) -> dict[str, float]:
        """How much of the picture has which blur, ``"undecided"`` included: 0 to 1.

        The areas that are to be expected, which sum to 1; where the map is not sure, each
        type has its part. Empty of an estimate without a picture.
        """
        return dict(self._of_parts[1])

    @cached_property
    def _of_parts(self):
        if self.picture is None:
            return {}, {}
        # Maps are made of estimates, so an estimate can know of them only when asked.
        from ..mapping.parts import parts_of

        return parts_of(self.picture, self, self.scale)

    @property
    def mostly(self) -> str:
        """Name of the blur that most of the picture has, whatever its sharpest part."""
        shares = self.shares
        return max(shares, key=shares.get, default=self.blur_type)

    @property
    def psf(self) -> NDArray[np.floating]:
        """PSF as a square array of sum 1; a unit impulse without a blur to speak of."""
        if self.free_psf is not None:
            return self.free_psf.copy()
        if self.blur_type == UNDECIDED_NAME:
            return np.ones((1, 1))
        return target_psf(blur_type(self.blur_type).target(**self.parameters))

    def to_dict(self) -> dict[str, Any]:
        """Everything but the PSF, in types that JSON knows.

        Returns
        -------
        dict
            ``blur_type``, ``confidence``, the parameters that apply, ``std``,
            ``probabilities``, and ``shares``, ``misfit`` and ``reason`` if there are any;
            ``free_psf`` is True if type and parameters are not what makes the PSF.
        """
        found = {"blur_type": self.blur_type, "confidence": self.confidence}
        found |= self.parameters
        found |= {"std": dict(self.std), "probabilities": dict(self.probabilities)}
        if shares := self.shares:
            found["shares"] = shares
        if self.misfit is not None:
            found["misfit"] = self.misfit
        if self.free_psf is not None:
            found["free_psf"] = True
        return found | ({"reason": self.reason} if self.reason else {})

    def plot(
        self,
        image: ArrayLike,
        *,
        channel_axis: int | None = None,
        figure: "Figure | None" = None,
    ) -> "Figure":
        """The photograph, its spectrum beside that of the fit, PSF and probabilities.

        About the photograph there are up to four panels, those that have something to say;
        their axes bear the labels ``"spectrum"``, ``"profile"``, ``"psf"`` and
        ``"probability"``, that of the photograph is ``"photograph"``.

        - *spectrum*: the power of the photograph's windows at each frequency, to the right
          and upward, bright where there is much. Its halves are each other's image; over
          the right one lie the zeros of the fit, of a motion or a defocus. A Gaussian has
          none, and a PSF of no simple form has points rather than lines of them: there the
          lines are where the fit leaves a tenth of the contrast (MTF 10 %).
        - *spectrum along 30 deg*, of a motion, or else *spectrum in all directions*: means
          along that line, or over rings, in decibels over the power of rounding to 8 bits.
          Measured, and fitted: what the windows would show of a scene whose power falls
          like a power of the frequency, behind the PSF and under noise.
        - *PSF*: dark where there is much light, of a PSF of no simple form by its square
          root, for faint parts to show; with the parameters and their standard deviations.
        - *probability*: of each type, in its colour.

        Of a photograph of less than 64 x 64 pixels there is no spectrum, of an undecided
        blur no fit and no PSF, and if nothing was asked for its type no probability. For a
        wide blur the spectrum is that of a smaller copy, and ends at lower frequencies.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            The photograph, which is not kept with what was found about it.

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        figure : matplotlib Figure, default=None
            Where to draw; None is a new one, of a shape that suits the photograph.

        Returns
        -------
        matplotlib Figure
            ``figure.savefig("estimate.png")`` writes it.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        from ..plotting.estimate import plot_estimate

        return plot_estimate(self, image, channel_axis=channel_axis, figure=figure)

    def __str__(self) -> str:
        if self.blur_type == UNDECIDED_NAME:
            return f"undecided ({self.reason})" if self.reason else "undecided"
        named = format_blur(blur_type(self.blur_type), self.parameters)
        found = [f"{named} (confidence {self.confidence:.2f})"]
        if self.free_psf is not None:
            found.append(FREE)
        return "; ".join([*found, *self._said_of_parts()])

    def _said_of_parts(self):
        """Of each large part that has another blur, how large it is and what it has.

        Where no part has the blur of the whole, windows do not see what the whole shows.
        """
        if self.parts.get(self.blur_type, {}).get("fraction", 0.0) < LEAST_OWN:
            return
        for name, part in self.parts.items():
            if name in (self.blur_type, UNDECIDED_NAME) or part["fraction"] < LARGE:
                continue
            size = blur_type(name).size
            words = [f"{100 * part['fraction']:.0f} % of the picture {name}"]
            if size is not None and size.name in part:
                words.append(f"{size.name} about {part[size.name]:.0f} {size.unit}")
            yield ", ".join(words)

    def __getstate__(self):
        # What is stored or sent has been asked for, and the picture stays behind.
        return self.__dict__ | {"_of_parts": self._of_parts, "picture": None}
