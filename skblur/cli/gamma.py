"""The option for the light in which a blur is."""

from .values import number


def add_gamma(parser, otherwise):
    """Add ``--gamma``; `otherwise` says what it is if it is not given."""
    parser.add_argument(
        "--gamma",
        type=number(1, 5),
        metavar="POWER",
        help="power of the tone curve, in whose linear light the blur is, 1 to 5: 2.4 "
        f"(sRGB) for what a camera blurs, 1 for the picture's values [{otherwise}]",
    )
