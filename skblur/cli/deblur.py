"""``skblur deblur``: restore photographs."""

from argparse import ArgumentTypeError, Namespace
from typing import Any, NamedTuple

from .blur_options import add_blur, given_target
from .command_error import about
from .each_picture import Answer, LeftAloneError, work_on_each
from .gamma import add_gamma
from .given_pictures import add_pictures, are_several, given_pictures
from .jobs import add_jobs
from .megapixels import add_max_megapixels
from .output_of_each import OutputOfEach
from .outputs import add_output, check_two, try_output, write_output
from .streams import one_line
from .values import number


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "deblur",
        help="restore blurred photographs",
        epilog="Without a blur it is estimated. Where there is none, or none is found that "
        "explains a photograph, or it cannot be read, nothing is written of it, the others "
        "are restored all the same, and the exit status is 1. EXIF data and colour profile "
        "are kept.",
    )
    add_pictures(parser)
    add_output(
        parser,
        "picture to write; with several pictures a folder, made if there is none, in which "
        "they have the names and formats that they have in theirs",
        name="PLACE",
    )
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
        "--psf",
        metavar="PLACE",
        help="write the PSF that was used, as .npy or .png; with several pictures a folder "
        "of .npy",
    )
    add_jobs(parser)
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
    """Restore every picture, write it, and say what was done."""
    pictures, _, status = given_pictures(options, [options.output])
    if not pictures:
        return status
    outputs = _outputs(options, are_several(pictures, options))
    restoring = _Restoring(_given_psf(options), options)
    return status | work_on_each(pictures, outputs, restoring, options.jobs, "restored")


def _outputs(options, several):
    """Where pictures and PSFs go; fails before the work if they cannot be written."""
    from ..images.psf_files import check_psf_format
    from ..images.writing import check_format

    settings = {"several": several, "force": options.force}
    outputs = [OutputOfEach(options.output, "", check_format, **settings)]
    if options.psf is not None:
        outputs.append(OutputOfEach(options.psf, ".npy", check_psf_format, **settings))
    for output in outputs:
        output.check()
    if len(outputs) == 2 and not any(output.in_folder for output in outputs):
        with about(options.psf):
            check_two(options.psf, options.output)
    return outputs


class _Restoring(NamedTuple):
    """What is done with each picture."""

    psf: Any
    options: Namespace

    def __call__(self, name, places, report):
        from ..images.psf_files import write_psf
        from ..images.reading import read_with_metadata
        from ..images.writing import write_image

        options = self.options
        image, channel_axis, metadata = read_with_metadata(
            name, max_megapixels=options.max_megapixels
        )
        done = _restored(name, image, self.psf, channel_axis, options, report)
        path, *psf_paths = places
        write_output(write_image, path, options.force, done.image, metadata)
        psf = getattr(done.psf, "psf", done.psf)
        failures = [try_output(write_psf, p, options.force, psf) for p in psf_paths]
        return Answer([one_line(f"{name}: {_said(done, options)}")], *failures)


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


def _restored(name, image, psf, channel_axis, options, report):
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
        raise LeftAloneError(f"nothing written: {done.reason}", name)
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
