"""Options that name a blur."""

from ..targets import DEFOCUS, GAUSSIAN, MOTION


def add_blur(parser, required):
    """Add ``--gaussian``, ``--motion`` and ``--defocus``, of which one is given."""
    kinds = parser.add_mutually_exclusive_group(required=required)
    kinds.add_argument("--gaussian", type=float, metavar="SIGMA", help="pixels")
    kinds.add_argument(
        "--motion",
        type=float,
        nargs=2,
        metavar=("LENGTH", "ANGLE"),
        help="pixels; degrees from the x axis, counter-clockwise",
    )
    kinds.add_argument("--defocus", type=float, metavar="RADIUS", help="pixels")


def given_target(options):
    """The blur as ``(type, size, angle)``, or None if none was given."""
    if options.gaussian is not None:
        return GAUSSIAN, options.gaussian, 0.0
    if options.motion is not None:
        return MOTION, *options.motion
    return None if options.defocus is None else (DEFOCUS, options.defocus, 0.0)
