"""Options that name the blurs that a model is to know."""

from argparse import ArgumentTypeError

from ..blurs.types import parametric_types
from ..training.blurs import check_range
from .blur_options import LARGEST


def add_trained_blurs(parser):
    """Add ``--type`` and ``--without``."""
    parser.add_argument(
        "--type",
        dest="ranges",
        action="append",
        default=[],
        type=_range,
        metavar="NAME=LOW:HIGH",
        help="train on this range of sigma, length or radius in px, as 'motion=3:60'; may "
        "be repeated, types that are not named keep their ranges",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=[kind.name for kind in parametric_types()],
        help="leave a type of blur out; may be repeated",
    )


def trained_blurs(parser, options):
    """The types and their ranges, as keywords of a training; an error of usage if none."""
    kinds = [k.name for k in parametric_types() if k.name not in options.without]
    if not kinds:
        parser.error("argument --without: one type must be left")
    both = sorted({name for name, _ in options.ranges} - set(kinds))
    if both:
        parser.error(f"argument --type: {both[0]} is left out by --without")
    return {"kinds": kinds, "size": dict(options.ranges)}


def _range(text):
    """Name and range of a type, as ``motion=3:60``."""
    name, _, span = text.partition("=")
    try:
        low, high = map(float, span.split(":"))
    except ValueError:
        msg = f"must be NAME=LOW:HIGH such as motion=3:60, got {text!r}"
        raise ArgumentTypeError(msg) from None
    try:
        low, high = check_range(name, low, high)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if high > LARGEST:
        raise ArgumentTypeError(f"HIGH must be at most {LARGEST} px, got {high:g}")
    return name, (low, high)
