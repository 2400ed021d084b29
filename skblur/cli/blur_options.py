"""Options that name a blur: in words, or by one for each type that has parameters."""

import argparse
import sys

from ..blurs.naming import FreePSFError, parse_blur, short_form
from ..blurs.types import blur_type, parametric_types
from .command_error import CommandError, about
from .values import number

# In pixels: the PSF of a larger one is larger than most pictures, and than most memories.
LARGEST = 1000
# What stands for the standard input.
INPUT = "-"


def add_blur(parser, required):
    """Add ``--blur`` and its short forms; the group, of which one may be given."""
    group = parser.add_argument_group("the blur")
    blurs = group.add_mutually_exclusive_group(required=required)
    shortest = short_form(parametric_types()[0])
    blurs.add_argument(
        "--blur",
        type=_blur,
        metavar="TEXT",
        help="a line as 'skblur estimate' prints it, also by --json, or in short type and "
        f"parameters, as '{shortest}', in quotes; - reads it from the standard input",
    )
    for kind in parametric_types():
        meanings = [f"{p.meaning} ({p.unit})" for p in kind.parameters]
        blurs.add_argument(
            f"--{kind.name}",
            dest="blur",
            nargs=len(kind.parameters),
            action=ShortForm,
            const=kind,
            metavar=tuple(p.name.upper() for p in kind.parameters),
            help=f"short for --blur '{short_form(kind)}': {'; '.join(meanings)}",
        )
    return blurs


class ShortForm(argparse.Action):
    """Reads the parameters of a type of blur, each in its range."""

    def __call__(self, parser, options, values, option_string=None):
        """Set the target ``(type, size, angle)``; an error of usage if it is none."""
        try:
            target = _in_range(self.const, values)
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from error
        setattr(options, self.dest, target)


def given_target(options):
    """The blur as ``(type, size, angle)``, or None if none was given.

    Raises
    ------
    CommandError
        If it is to be read from the standard input, and there is none.
    """
    if options.blur != INPUT:
        return options.blur
    with about("standard input"):
        if sys.stdin is None:
            raise OSError("it is closed")
        try:
            return _blur(sys.stdin.read())
        except argparse.ArgumentTypeError as error:
            raise CommandError(error, "standard input") from error


def _blur(text):
    """The target of a blur in words."""
    if text == INPUT:
        return text
    try:
        target = parse_blur(text)
    except FreePSFError as error:
        instead = "'skblur estimate --psf FILE' writes it, 'skblur deblur --psf-file FILE'"
        raise argparse.ArgumentTypeError(f"{error}: {instead} takes it") from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    kind = blur_type(target[0])
    return _in_range(kind, [repr(value) for value in kind.arguments(target)])


def _in_range(kind, texts):
    """The target of parameters, read from texts."""
    values = {}
    for parameter, text in zip(kind.parameters, texts, strict=True):
        try:
            values[parameter.name] = _reader(parameter)(text)
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentTypeError(f"{parameter.name} {error}") from error
    return kind.target(**values)


def _reader(parameter):
    """Reads a parameter: a size that is one, or any angle."""
    if parameter.period:
        return number(-360, 360, unit=parameter.unit)
    return number(0, LARGEST, above=True, unit=parameter.unit)
