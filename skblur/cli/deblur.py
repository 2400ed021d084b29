"""``skblur deblur``: restore a photograph."""

from argparse import ArgumentTypeError

from .blur_options import add_blur, given_target
from .command_error import CommandError, about
from .gamma import add_gamma
from .megapixels import add_max_megapixels
from .outputs import add_output, check_output, check_two, try_output, write_output
from .progress import ProgressBar
from .stopping import standing
from .streams import one_line, say
from .values import number


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
        type=method,
        default="auto",
        help="wiener, richardson_lucy, tv, epll, or auto: epll for a blur of values, tv "
        "for one of light [auto]",
    )
    parser.add_argument(
        "--noise",
        type=number(0, 1),
        metavar="STD",
        help="of the noise, full scale 1 [found]",
    )
    add_gamma(parser, "told from the picture")
    parser.add_argument(
        "--psf", metavar="FILE", help="write the PSF that was used, as .npy or .png"
    )
    add_max_megapixels(parser)
    kinds = add_blur(parser, required=False)
    kinds.add_argument("--psf-file", metavar="FILE", help="a PSF: .npy, or a picture of it")
    parser.set_defaults(run=run)


def method(text):
    """Name of a method, or "auto"."""
    if text != "auto":
        from ..restoration.deblur import deblur_methods

        if text not in deblur_methods():
            known = ", ".join(("auto", *deblur_methods()))
            raise ArgumentTypeError(f"must be one of {known}, got {text!r}")
    return text


def run(options):
    """Restore the picture, write it, and say what was done."""
    from ..images.psf_files import write_psf
    from ..images.reading import read_with_metadata
    from ..images.writing import write_image

    _check(options)
    psf = _given_psf(options)
    with standing(lambda: f"at {options.file}; nothing written"):
        with about(options.file), ProgressBar() as report:
            image, channel_axis, metadata = read_with_metadata(
                options.file, max_megapixels=options.max_megapixels
            )
            done = _restored(image, psf, channel_axis, options, report)
        write_output(write_image, options.output, options.force, done.image, metadata)
    status = 0
    if options.psf:
        psf = getattr(done.psf, "psf", done.psf)
        status = try_output(write_psf, options.psf, options.force, psf)
    say(one_line(f"{options.file}: {_said(done, options)}"))
    return status


def _check(options):
    """Fail before the work if what is to be written cannot be."""
    from ..images.psf_files import check_psf_format
    from ..images.writing import check_format

    with about(options.output):
        check_output(options.output, options.force)
        check_format(options.output)
    if options.psf is not None:
        with about(options.psf):
            check_output(options.psf, options.force)
            check_psf_format(options.psf)
            check_two(options.psf, options.output)


def _given_psf(options):
    """The PSF that was asked for, or None if it is to be estimated."""
    from ..blurs.psf import check_psf
    from ..blurs.targets import target_psf
    from ..images.psf_files import read_psf

    if options.psf_file is not None:
        with about(options.psf_file):
            return check_psf(read_psf(options.psf_file))
    target = given_target(options)
    return None if target is None else target_psf(target)


def _restored(image, psf, channel_axis, options, report):
    from ..restoration.deblur import restore

    done = restore(
        image,
        psf,
        method=options.method,
        noise=options.noise,
        gamma=options.gamma,
        channel_axis=channel_axis,
        report=report,
    )
    if done.reason:
        raise CommandError(f"nothing written: {done.reason}", options.file)
    return done


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
