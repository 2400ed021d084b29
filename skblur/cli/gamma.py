"""The option for the light in which a blur is."""

from .values import number


def add_gamma(parser, otherwise):
    """Add ``--gamma``; `otherwise` says what it is of what no camera took."""
    parser.add_argument(
        "--gamma",
        type=number(1, 5),
        metavar="POWER",
        help="power of the tone curve, in whose linear light the blur is, 1 to 5: 2.4 "
        "(sRGB) for what a camera blurs, 1 for the picture's values [2.4 if the EXIF data "
        f"say how it was exposed, otherwise {otherwise}]",
    )


def light_of(options, metadata):
    """The power that was asked for, or that of a camera if it took the picture, or None."""
    from ..images.exif import says_exposure
    from ..images.light import OF_CAMERAS

    if options.gamma is None and says_exposure(metadata.get("exif")):
        return OF_CAMERAS
    return options.gamma
