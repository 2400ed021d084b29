"""``skblur blur``: blur a photograph by a known PSF."""

from .blur_options import add_blur, given_target
from .complaint import complain
from .gamma import add_gamma
from .outputs import add_output, check_output


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "blur",
        help="blur a photograph by a known PSF",
        epilog="Beyond the frame the picture is taken for mirrored. For all else that a "
        "camera does, see skblur.camera.",
    )
    parser.add_argument("file", metavar="FILE", help="a picture")
    add_output(parser, "picture to write")
    add_gamma(parser, "1")
    add_blur(parser, required=True)
    parser.set_defaults(run=run)


def run(options):
    """Blur the picture and write it."""
    import numpy as np

    from ..blurs.convolution import blur_batch
    from ..images.channels import Picture
    from ..images.light import from_light, to_light
    from ..images.reading import read_with_metadata
    from ..images.writing import write_image

    try:
        check_output(options.output, options.force)
        image, channel_axis, metadata = read_with_metadata(options.file)
        picture = Picture.read(image, channel_axis)
        gamma = 1.0 if options.gamma is None else options.gamma
        light = np.ascontiguousarray(to_light(picture.planes, gamma))
        targets = np.tile(given_target(options), (len(light), 1))
        blurred = from_light(blur_batch(light, targets, "reflect"), gamma)
        blurred = picture.rebuild(blurred)
        write_image(options.output, np.ascontiguousarray(blurred), metadata)
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        return complain(error, options.file)
    return 0
