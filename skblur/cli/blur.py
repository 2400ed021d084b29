"""``skblur blur``: blur a photograph by a known PSF."""

from .blurs import add_blur, given_target
from .complaint import complain
from .outputs import add_output, check_output


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "blur",
        help="blur a photograph by a known PSF",
        epilog="Beyond the frame the picture is taken for mirrored. For a blur as a camera "
        "has it, see skblur.camera.",
    )
    parser.add_argument("file", metavar="FILE", help="a picture")
    add_output(parser, "picture to write")
    add_blur(parser, required=True)
    parser.set_defaults(run=run)


def run(options):
    """Blur the picture and write it."""
    import numpy as np

    from ..convolution import blur_batch
    from ..files import read_with_metadata, write_image
    from ..images import as_dtype, as_float

    try:
        check_output(options.output, options.force)
        image, channel_axis, metadata = read_with_metadata(options.file)
        target = given_target(options)
        floats = as_float(image)
        planes = floats[None] if channel_axis is None else np.moveaxis(floats, -1, 0)
        targets = np.tile(np.array(target, float), (len(planes), 1))
        blurred = blur_batch(np.ascontiguousarray(planes), targets, "reflect").clip(0, 1)
        blurred = blurred[0] if channel_axis is None else np.moveaxis(blurred, 0, -1)
        write_image(
            options.output, np.ascontiguousarray(as_dtype(blurred, image.dtype)), metadata
        )
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        return complain(error, options.file)
    return 0
