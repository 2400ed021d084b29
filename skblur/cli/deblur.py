"""``skblur deblur``: restore a photograph."""

from .blur_options import add_blur, given_target
from .complaint import complain
from .outputs import add_output, check_output


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "deblur",
        help="restore a blurred photograph",
        epilog="Without a blur it is estimated; where none is found nothing "
        "is written, and the exit status is 1. EXIF data and colour profile are kept.",
    )
    parser.add_argument("file", metavar="FILE", help="a picture")
    add_output(parser, "picture to write")
    parser.add_argument(
        "--method",
        default="epll",
        help="wiener, richardson_lucy, tv (quick) or epll (best) [epll]",
    )
    parser.add_argument(
        "--noise", type=float, metavar="STD", help="of the noise, full scale 1 [measured]"
    )
    parser.add_argument(
        "--gamma",
        type=float,
        default=2.4,
        metavar="POWER",
        help="of the tone curve, in whose linear light the blur was; 1 if it was done to "
        "the picture's values [2.4, sRGB]",
    )
    add_blur(parser, required=False)
    parser.set_defaults(run=run)


def run(options):
    """Restore the picture and write it."""
    from ..blurs.targets import target_psf
    from ..estimation.estimate_blur import estimate_blur
    from ..images.files import read_with_metadata, write_image
    from ..restoration.deblur import deblur

    try:
        check_output(options.output, options.force)
        image, channel_axis, metadata = read_with_metadata(options.file)
        target = given_target(options)
        if target is None:
            found = estimate_blur(image, channel_axis=channel_axis)
            print(f"{options.file}: {found}")
            if found.blur_type in ("none", "undecided"):
                return complain("no blur to undo, nothing written", options.file)
        else:
            found = target_psf(target)
        restored = deblur(
            image,
            found,
            method=options.method,
            noise=options.noise,
            gamma=options.gamma,
            channel_axis=channel_axis,
        )
        write_image(options.output, restored, metadata)
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        return complain(error, options.file)
    return 0
