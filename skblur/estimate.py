"""BlurEstimate: what has been found out about the blur of one photograph."""

from dataclasses import dataclass, field

import numpy as np

from .targets import BLUR_TYPES, target_psf, type_code

__all__ = ["BlurEstimate"]


@dataclass(frozen=True)
class BlurEstimate:
    """Type, parameters and confidence of a photograph's blur.

    Parameters
    ----------
    blur_type : {"none", "gaussian", "motion", "defocus", "undecided"}
        Name of the blur.

    probabilities : dict of str to float
        Of the types that the model knows; they sum to 1.

    sigma, length, angle, radius : float or None
        Parameters in pixels and degrees; None where they do not apply. The angle is in
        [0, 180), from the +x axis, counter-clockwise as seen on screen.

    std : dict of str to float
        Standard deviation of each parameter that applies.

    reason : str, default=""
        Why the blur type is undecided, if it is.

    Examples
    --------
    >>> from skblur import BlurEstimate
    >>> print(BlurEstimate("motion", {"motion": 0.97}, length=14.2, angle=2))
    motion, length 14.2 px, angle 2.0 deg (confidence 0.97)
    """

    blur_type: str
    probabilities: dict
    sigma: float | None = None
    length: float | None = None
    angle: float | None = None
    radius: float | None = None
    std: dict = field(default_factory=dict)
    reason: str = ""

    @property
    def confidence(self):
        """Probability of the blur type; 0.0 if it is undecided."""
        return float(self.probabilities.get(self.blur_type, 0.0))

    @property
    def psf(self):
        """PSF as a square array of sum 1; a unit impulse without a blur to speak of."""
        if self.blur_type not in BLUR_TYPES:
            return np.ones((1, 1))
        size = next(
            (s for s in (self.sigma, self.length, self.radius) if s is not None), 0.0
        )
        return target_psf((type_code(self.blur_type), size, self.angle or 0.0))

    def to_dict(self):
        """Everything but the PSF, in types that JSON knows.

        Returns
        -------
        dict
            ``blur_type``, ``confidence``, the parameters that apply, ``std``,
            ``probabilities``, and ``reason`` if there is one.
        """
        found = {"blur_type": self.blur_type, "confidence": self.confidence}
        found |= self._parameters()
        found |= {"std": dict(self.std), "probabilities": dict(self.probabilities)}
        return found | ({"reason": self.reason} if self.reason else {})

    def plot(self, image, *, channel_axis=None, figure=None):
        """Photograph, its spectrum beside that of the PSF, PSF and probabilities.

        Parameters
        ----------
        image : array-like of shape (H, W), or with a channel axis
            The photograph, which is not kept with what was found about it.

        channel_axis : int or None, default=None
            Axis of the colours of a colour image. None is a grey image.

        figure : matplotlib Figure, default=None
            Where to draw; None is a new one.

        Returns
        -------
        matplotlib Figure
            ``figure.savefig("estimate.png")`` writes it.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        from .plotting import plot_estimate

        return plot_estimate(self, image, channel_axis=channel_axis, figure=figure)

    def _parameters(self):
        names = ("sigma", "length", "angle", "radius")
        return {n: getattr(self, n) for n in names if getattr(self, n) is not None}

    def __str__(self):
        if self.blur_type == "undecided":
            return f"undecided ({self.reason})" if self.reason else "undecided"
        unit = {"angle": "deg"}
        parts = [self.blur_type]
        parts += [f"{n} {v:.1f} {unit.get(n, 'px')}" for n, v in self._parameters().items()]
        return f"{', '.join(parts)} (confidence {self.confidence:.2f})"
