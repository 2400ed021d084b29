"""The types of blur that the package knows, by code and by name."""

from numbers import Integral, Real

from .blur_type import BlurType
from .defocus import DEFOCUS
from .gaussian import GAUSSIAN
from .motion import MOTION
from .none import NONE

__all__ = ["blur_type", "blur_types", "register_blur_type", "unregister_blur_type"]

UNDECIDED = -1
UNDECIDED_NAME = "undecided"

OWN = NONE, GAUSSIAN, MOTION, DEFOCUS
_BY_CODE = {each.code: each for each in OWN}


def blur_types() -> tuple[BlurType, ...]:
    """All types of blur, in the order of their codes.

    Returns
    -------
    tuple of BlurType
        none, gaussian, motion and defocus, and what has been registered.

    Examples
    --------
    >>> from skblur import blur_types
    >>> [each.name for each in blur_types()]
    ['none', 'gaussian', 'motion', 'defocus']
    """
    return tuple(_BY_CODE[code] for code in sorted(_BY_CODE))


def blur_type(key: str | float | BlurType) -> BlurType:
    """A type of blur by its name or its code.

    Parameters
    ----------
    key : str, int or BlurType
        Such as ``"motion"`` or 2; a type stands for itself.

    Returns
    -------
    BlurType
        The type.

    Raises
    ------
    ValueError
        If there is no such type.

    Examples
    --------
    >>> from skblur.blurs.types import blur_type
    >>> blur_type(3).name, blur_type("defocus").code
    ('defocus', 3)
    """
    for each in blur_types():
        if key is each or (isinstance(key, str) and key == each.name):
            return each
        if isinstance(key, Real) and key == each.code:
            return each
    known = [each.name if isinstance(key, str) else each.code for each in blur_types()]
    raise ValueError(f"the blur type must be one of {known}, got {key!r}")


def register_blur_type(new: BlurType) -> None:
    """Make a type of blur known to the package, until it is unregistered.

    Parameters
    ----------
    new : BlurType
        Its code and its name must not be taken.

    Raises
    ------
    ValueError
        If the code is no integer from 0 up, or code or name are taken.

    Examples
    --------
    >>> import numpy as np
    >>> from skblur import BlurType, blur_types, register_blur_type, unregister_blur_type
    >>> ghost = BlurType(code=4, name="ghost", meaning="a double exposure",
    ...                  psf=lambda: np.array([[0, 0, 0], [1, 0, 1], [0, 0, 0]]) / 2)
    >>> register_blur_type(ghost)
    >>> blur_types()[-1].name
    'ghost'
    >>> unregister_blur_type(ghost)
    """
    if not isinstance(new.code, Integral) or new.code < 0:
        raise ValueError(f"the code must be an integer of at least 0, got {new.code!r}")
    taken = any(new.code == each.code or new.name == each.name for each in blur_types())
    if taken or new.name == UNDECIDED_NAME:
        msg = f"code and name must not be taken, got {new.code} and {new.name!r}"
        raise ValueError(msg)
    _BY_CODE[int(new.code)] = new


def unregister_blur_type(old: str | float | BlurType) -> None:
    """Forget a type that was registered.

    Parameters
    ----------
    old : str, int or BlurType
        One that `register_blur_type` was given, its name or its code.

    Raises
    ------
    ValueError
        If there is no such type, or if it is one that the package brings.

    Examples
    --------
    See `register_blur_type`.
    """
    old = blur_type(old)
    if old in OWN:
        raise ValueError(f"{old.name!r} is a type of the package itself: it stays known")
    del _BY_CODE[old.code]


def type_name(code):
    """Name of a type's code; -1 is ``"undecided"``."""
    return UNDECIDED_NAME if code == UNDECIDED else blur_type(code).name


def answer_names():
    """Names that an answer may have: those of all types, and ``"undecided"``."""
    return [*(each.name for each in blur_types()), UNDECIDED_NAME]


def parametric_types():
    """The types that have parameters: all but none."""
    return tuple(each for each in blur_types() if each.parameters)


def sizes_of_types(kind):
    """Ranges of size by the name of the type: ``"paper"``, ``"photo"`` or ``"trained"``."""
    sized = [each for each in parametric_types() if each.size is not None]
    return {each.name: getattr(each.size, kind) for each in sized}
