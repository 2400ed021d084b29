"""``skblur blur``: blur a photograph by a known PSF."""

from .blur_options import add_blur, given_target
from .command_error import about
from .gamma import add_gamma, light_of
from .megapixels import add_max_megapixels
from .outputs import add_output, check_output, write_output
from .stopping import standing

NOTES = """\
Beyond the frame the picture is taken for mirrored. Of all else that a camera
does there is skblur.camera in Python."""
EXAMPLES = (
    'skblur blur photo.jpg -o moved.png --blur "motion 12 30"',
    "skblur blur photo.jpg -o soft.png --gaussian 2.5",
    "skblur blur photo.jpg -o defocused.jpg --defocus 4 --gamma 2.4",
    "skblur estimate photo.jpg | skblur blur photo.jpg -o twice.png --blur -",
)


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "blur",
        usage="%(prog)s FILE -o FILE --blur TEXT [options]",
        help="blur a photograph by a known PSF",
        description="Blur a photograph.",
        notes=NOTES,
        examples=EXAMPLES,
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
    target = given_target(options)
    with standing(lambda: f"at {options.file}; nothing written"):
        with about(options.file):
            image, channel_axis, metadata = read_with_metadata(
                options.file, max_megapixels=options.max_megapixels
            )
            blurred = _blurred(image, channel_axis, target, light_of(options, metadata))
        write_output(write_image, options.output, options.force, blurred, metadata)
    return 0


def _blurred(image, channel_axis, target, gamma):
    import numpy as np

    from ..blurs.convolution import blur_batch
    from ..images.channels import Picture
    from ..images.light import from_light, to_light

    picture = Picture.read(image, channel_axis)
    gamma = 1.0 if gamma is None else gamma
    light = np.ascontiguousarray(to_light(picture.planes, gamma))
    targets = np.tile(target, (len(light), 1))
    blurred = from_light(blur_batch(light, targets, "reflect"), gamma)
    return np.ascontiguousarray(picture.rebuild(blurred))
