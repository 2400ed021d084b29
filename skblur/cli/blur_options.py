"""Options that name a blur: one for each type that has parameters."""

import argparse

from ..blurs.types import parametric_types
from .values import number

UNITS = {"px": "pixels", "deg": "degrees"}
# In pixels: the PSF of a larger one is larger than most pictures, and than most memories.
LARGEST = 1000


def add_blur(parser, required):
    """Add ``--gaussian``, ``--motion`` and so on; the group, of which one may be given."""
    kinds = parser.add_mutually_exclusive_group(required=required)
    for kind in parametric_types():
        meanings = [f"{p.meaning} in {UNITS[p.unit]}" for p in kind.parameters]
        kinds.add_argument(
            f"--{kind.name}",
            nargs=len(kind.parameters),
            action=BlurAction,
            metavar=tuple(p.name.upper() for p in kind.parameters),
            help="; ".join(meanings),
        )
    return kinds


class BlurAction(argparse.Action):
    """Reads the parameters of a type of blur, each in its range."""

    def __call__(self, parser, options, values, option_string=None):
        """Set the numbers; an error of usage if one is none."""
        kind = next(k for k in parametric_types() if k.name == self.dest)
        numbers = []
        for parameter, text in zip(kind.parameters, values, strict=True):
            try:
                numbers.append(_reader(parameter)(text))
            except argparse.ArgumentTypeError as error:
                raise argparse.ArgumentError(self, f"{parameter.name} {error}") from error
        setattr(options, self.dest, numbers)


def given_target(options):
    """The blur as ``(type, size, angle)``, or None if none was given."""
    for kind in parametric_types():
        values = getattr(options, kind.name)
        if values is not None:
            names = [p.name for p in kind.parameters]
            return kind.target(**dict(zip(names, values, strict=True)))
    return None


def _reader(parameter):
    """Reads a parameter: a size that is one, or any angle."""
    return number(-360, 360) if parameter.period else number(0, LARGEST, above=True)
