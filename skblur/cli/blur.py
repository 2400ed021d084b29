"""``skblur blur``: blur a photograph by a known PSF."""

from .blur_options import add_blur, given_target
from .command_error import about
from .gamma import add_gamma
from .megapixels import add_max_megapixels
from .outputs import add_output, check_output, write_output
from .stopping import standing


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
    add_max_megapixels(parser)
    add_blur(parser, required=True)
    parser.set_defaults(run=run)


def run(options):
    """Blur the picture and write it."""
    from ..images.reading import read_with_metadata
    from ..images.writing import check_format, write_image

    with about(options.output):
        check_output(options.output, options.force)
        check_format(options.output)
    with standing(lambda: f"at {options.file}; nothing written"):
        with about(options.file):
            image, channel_axis, metadata = read_with_metadata(
                options.file, max_megapixels=options.max_megapixels
            )
            blurred = _blurred(image, channel_axis, options)
        write_output(write_image, options.output, options.force, blurred, metadata)
    return 0


def _blurred(image, channel_axis, options):
    import numpy as np

    from ..blurs.convolution import blur_batch
    from ..images.channels import Picture
    from ..images.light import from_light, to_light

    picture = Picture.read(image, channel_axis)
    gamma = 1.0 if options.gamma is None else options.gamma
    light = np.ascontiguousarray(to_light(picture.planes, gamma))
    targets = np.tile(given_target(options), (len(light), 1))
    blurred = from_light(blur_batch(light, targets, "reflect"), gamma)
    return np.ascontiguousarray(picture.rebuild(blurred))
