"""``skblur deblur``: restore a photograph."""

from .blur_options import add_blur, given_target
from .complaint import complain
from .gamma import add_gamma
from .outputs import ProgressBar, add_output, check_output


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "deblur",
        help="restore a blurred photograph",
        epilog="Without a blur it is estimated. Where there is none, or none is found that "
        "explains the photograph, nothing is written, and the exit status is 1. EXIF data "
        "and colour profile are kept.",
    )
    parser.add_argument("file", metavar="FILE", help="a picture")
    add_output(parser, "picture to write")
    parser.add_argument(
        "--method",
        default="auto",
        help="wiener, richardson_lucy, tv, epll, or auto: epll for a blur of values, tv "
        "for one of light [auto]",
    )
    parser.add_argument(
        "--noise", type=float, metavar="STD", help="of the noise, full scale 1 [found]"
    )
    add_gamma(parser, "told from the picture")
    parser.add_argument(
        "--psf", metavar="FILE", help="write the PSF that was used, as .npy or .png"
    )
    kinds = add_blur(parser, required=False)
    kinds.add_argument("--psf-file", metavar="FILE", help="a PSF: .npy, or a picture of it")
    parser.set_defaults(run=run)


def run(options):
    """Restore the picture, write it, and say what was done."""
    from ..images.psf_files import write_psf
    from ..images.reading import read_with_metadata
    from ..images.writing import write_image
    from ..restoration.deblur import restore

    try:
        check_output(options.output, options.force)
        if options.psf:
            check_output(options.psf, options.force)
        image, channel_axis, metadata = read_with_metadata(options.file)
        done = restore(
            image,
            _given_psf(options),
            method=options.method,
            noise=options.noise,
            gamma=options.gamma,
            channel_axis=channel_axis,
            report=ProgressBar(),
        )
        if done.reason:
            return complain(f"nothing written: {done.reason}", options.file)
        write_image(options.output, done.image, metadata)
        if options.psf:
            write_psf(options.psf, getattr(done.psf, "psf", done.psf))
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        return complain(error, options.file)
    print(f"{options.file}: {_said(done, options)}")
    return 0


def _given_psf(options):
    """The PSF that was asked for, or None if it is to be estimated."""
    from ..blurs.targets import target_psf
    from ..images.psf_files import read_psf

    if options.psf_file:
        return read_psf(options.psf_file)
    target = given_target(options)
    return None if target is None else target_psf(target)


def _said(done, options):
    """What was found, and what was done."""
    from ..estimation.blur_estimate import BlurEstimate

    given = not isinstance(done.psf, BlurEstimate)
    found = "the given blur" if given else str(done.psf)
    light = (
        "values" if done.plan.gamma == 1 else f"linear light (gamma {done.plan.gamma:g})"
    )
    noise = done.plan.least_noise if options.noise is None else options.noise
    done_by = f"restored by {done.plan.method} in {light}, noise {noise:.4f}"
    return "; ".join([found, done_by, *_where(done)])


def _where(done):
    """How many PSFs there were, and how much was left alone, if it was not all by one."""
    regions = done.plan.regions
    if regions[0].weight is None:
        return []
    height, width = done.image.shape[:2]
    share = sum(float(region.weight.sum()) for region in regions) / (height * width)
    psfs = "1 PSF" if len(regions) == 1 else f"{len(regions)} PSFs"
    said = [f"{psfs}, for the blur is not the same everywhere"]
    if share < 0.995:
        said.append(f"{100 * (1 - share):.0f} % of the picture left alone")
    return said
