"""Colours of figures: the same one for a type of blur wherever it is drawn."""

from ..blurs.types import UNDECIDED_NAME, blur_type

__all__ = []

UNDECIDED_COLOUR = (0.75, 0.75, 0.75)
# What is undecided is hatched as well: a dark part of a photograph is grey, too.
UNDECIDED_HATCH = "////"
# Of what was measured, and of outlines.
INK = (0.15, 0.15, 0.15)
# Lines of a lighter colour than this do not show on white.
MOST_LUMINANCE = 0.8


def colour_of(name):
    """Red, green and blue of a type's areas, by its name."""
    return UNDECIDED_COLOUR if name == UNDECIDED_NAME else blur_type(name).colour


def line_colour_of(name):
    """The colour of a type's lines: dark where its own would not show on white."""
    red, green, blue = colour = colour_of(name)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return INK if luminance > MOST_LUMINANCE else colour


def face_of(name):
    """How an area of a type is filled and outlined, as settings of a matplotlib patch."""
    hatch = UNDECIDED_HATCH if name == UNDECIDED_NAME else None
    return {"facecolor": colour_of(name), "edgecolor": INK, "hatch": hatch}
