"""BlurType: all that the package has to know of a type of blur."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["BlurType", "Parameter"]

# The columns of a target after the type's: what there is of parameters.
COLUMNS = ("size", "angle")
SYMMETRIES = ("round", "point")

Range = tuple[float, float]
# A number, or what to draw it from.
Drawn = float | Range


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number that says how much of a blur there is, or in which direction.

    Parameters
    ----------
    name : str
        What it is called, such as ``"sigma"``; a keyword of the PSF.

    unit : str
        ``"px"`` or ``"deg"``, as it is printed.

    meaning : str
        What it is, in a few words, for help and figures.

    column : {"size", "angle"}, default="size"
        The column of a target ``(type, size, angle)`` that it stands in.

    period : float, default=None
        After how much it repeats: 180 for the direction of a line. None never does.

    paper, photo, trained : (low, high), default=None
        What the paper draws from, what photographs show, and what the shipped models are
        trained on. None is ``(0, period)``.

    least : float, default=0.0
        From which value on it shows in a photograph as a blur.

    Examples
    --------
    >>> from skblur.blurs.blur_type import Parameter
    >>> turn = Parameter(name="angle", unit="deg", meaning="direction", column="angle",
    ...                  period=180.0)
    >>> float(turn.error(179, 1)), turn.paper
    (2.0, (0.0, 180.0))
    """

    name: str
    unit: str
    meaning: str
    column: Literal["size", "angle"] = "size"
    period: float | None = None
    paper: Range | None = None
    photo: Range | None = None
    trained: Range | None = None
    least: float = 0.0

    def __post_init__(self) -> None:
        if self.column not in COLUMNS:
            msg = f"column must be one of {COLUMNS}, got {self.column!r}"
            raise ValueError(msg)
        for field in ("paper", "photo", "trained"):
            if getattr(self, field) is None:
                if self.period is None:
                    msg = (
                        f"{field} must be a range (low, high): {self.name!r} has no period"
                    )
                    raise ValueError(msg)
                object.__setattr__(self, field, (0.0, float(self.period)))

    @property
    def index(self) -> int:
        """Column of the parameter in a target ``(type, size, angle)``."""
        return 1 + COLUMNS.index(self.column)

    def wrap(self, value: Any) -> Any:
        """The value, brought into its period if it has one.

        Parameters
        ----------
        value : float or ndarray
            Any numbers.

        Returns
        -------
        float or ndarray
            In ``[0, period)``.
        """
        return value if self.period is None else value % self.period

    def error(self, found: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
        """Smallest absolute difference of two values.

        Parameters
        ----------
        found, true : float or ndarray
            Values.

        Returns
        -------
        ndarray
            At least 0; at most half of the period if there is one.
        """
        difference = np.subtract(np.asarray(found, float), np.asarray(true, float))
        if self.period is not None:
            half = self.period / 2
            difference = (difference + half) % self.period - half
        return np.abs(difference)

    def credit(self, found: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
        """How right a value is, from 0 to 1: what `skblur.metrics.blur_score` counts.

        Parameters
        ----------
        found, true : ndarray
            Values.

        Returns
        -------
        ndarray
            ``1 - error / true``, or with a period ``1 - error / (period / 2)``; never
            below 0.
        """
        error = self.error(found, true)
        if self.period is not None:
            return 1 - error / (self.period / 2)
        # Where the true value is zero there is nothing that could be wrong.
        relative = np.divide(error, true, out=np.zeros_like(error), where=true > 0)
        return np.maximum(1 - relative, 0)


@dataclass(frozen=True, kw_only=True)
class BlurType:
    """A type of blur: its name, its parameters and its PSF, in one place.

    Everything else follows from it: targets, training sets, errors, scores, the regressor
    of its parameters, options of the command, figures. `skblur.register_blur_type` makes
    one known to the package.

    Parameters
    ----------
    code : int
        Number of the type in a target, from 0 up.

    name : str
        A word: ``"motion"``.

    meaning : str
        What makes such a blur, in a few words.

    psf : callable
        PSF, a square array of odd side and sum 1, of the parameters in their order.

    parameters : tuple of Parameter, default=()
        At most one of each column.

    symmetry : {"round", "point"}, default="point"
        ``"round"`` PSFs look the same after a quarter turn and in a mirror; any other is at
        least its own image after half a turn.

    has_zeros : bool, default=False
        Whether the OTF has zeros, by which the parameters can be fitted to a spectrum.

    separable : bool, default=False
        Whether the PSF is a product of a column and a row.

    lens_otf : callable, default=None
        OTF of the blur before it is sampled: of the frequencies down and across in cycles
        per pixel (arrays), and the parameters. Needed with ``has_zeros``.

    indistinct : callable, default=None
        Of the parameters, the value of the last one that has the same sampled PSF as all
        values around it, and how far these reach on either side; None where there is none.

    drawn_psf : callable, default=None
        A PSF as the world makes it rather than the ideal one, of the parameters and of
        ``random_state``.

    colour : (float, float, float), default=(0.5, 0.5, 0.5)
        Red, green and blue in maps, from 0 to 1.

    Examples
    --------
    >>> from skblur.blurs.types import blur_type
    >>> motion = blur_type("motion")
    >>> motion.code, [parameter.name for parameter in motion.parameters]
    (2, ['length', 'angle'])
    >>> motion.psf(3, 0).shape
    (3, 3)
    """

    code: int
    name: str
    meaning: str
    psf: Callable[..., NDArray[np.floating]]
    parameters: tuple[Parameter, ...] = ()
    symmetry: Literal["round", "point"] = "point"
    has_zeros: bool = False
    separable: bool = False
    lens_otf: Callable[..., NDArray[np.floating]] | None = None
    indistinct: Callable[..., tuple[float, float] | None] | None = None
    drawn_psf: Callable[..., NDArray[np.floating]] | None = None
    colour: tuple[float, float, float] = (0.5, 0.5, 0.5)

    def __post_init__(self) -> None:
        if self.symmetry not in SYMMETRIES:
            msg = f"symmetry must be one of {SYMMETRIES}, got {self.symmetry!r}"
            raise ValueError(msg)
        if self.has_zeros and self.lens_otf is None:
            raise ValueError("lens_otf must be given for a type that has zeros")
        if len({parameter.column for parameter in self.parameters}) < len(self.parameters):
            raise ValueError("parameters must stand in columns of their own")

    @property
    def size(self) -> Parameter | None:
        """The parameter in the column of sizes, or None."""
        return self._in_column("size")

    @property
    def angle(self) -> Parameter | None:
        """The parameter in the column of angles, or None."""
        return self._in_column("angle")

    def _in_column(self, column):
        return next((p for p in self.parameters if p.column == column), None)

    def arguments(self, target: Sequence[float] | NDArray[np.floating]) -> list[float]:
        """The parameters out of a target, in the order in which `psf` takes them.

        Parameters
        ----------
        target : sequence of float
            ``(type, size, angle)``.

        Returns
        -------
        list of float
            One for each parameter.
        """
        return [target[parameter.index] for parameter in self.parameters]

    def named(self, target: Sequence[float] | NDArray[np.floating]) -> dict[str, float]:
        """The parameters out of a target, by name.

        Parameters
        ----------
        target : sequence of float
            ``(type, size, angle)``.

        Returns
        -------
        dict of str to float
            One for each parameter.
        """
        return {p.name: float(target[p.index]) for p in self.parameters}

    def target(self, **parameters: float) -> tuple[float, ...]:
        """The target ``(type, size, angle)`` of parameters by name.

        Parameters
        ----------
        **parameters : float
            One for each parameter.

        Returns
        -------
        tuple of float
            0 where nothing applies.

        Raises
        ------
        ValueError
            If one is missing.
        """
        missing = [p.name for p in self.parameters if p.name not in parameters]
        if missing:
            msg = f"a blur of type {self.name} must have its {' and '.join(missing)}, got "
            raise ValueError(f"{msg}{list(parameters) or 'no parameters'}")
        row = [float(self.code), 0.0, 0.0]
        for parameter in self.parameters:
            row[parameter.index] = float(parameters[parameter.name])
        return tuple(row)
