"""``skblur deblur``: restore photographs."""

from argparse import ArgumentTypeError, Namespace
from typing import Any, NamedTuple

from ..images.image_file_error import one_line
from .blur_options import add_blur, given_target
from .command_error import CommandError, about
from .each_picture import Answer, LeftAloneError, work_on_each
from .gamma import add_gamma, light_of
from .given_pictures import add_pictures, are_several, given_pictures
from .jobs import add_jobs
from .megapixels import add_max_megapixels
from .output_of_each import OutputOfEach
from .outputs import add_output, check_two, try_output, write_output
from .values import number

NOTES = """\
Without a blur it is estimated; one that is given is believed, everywhere in
the picture. Where there is none, or none is found that explains a photograph,
or it cannot be read, nothing is written of it, the others are restored all
the same, and the exit status is 1. EXIF data and colour profile are kept."""
EXAMPLES = (
    "skblur deblur photo.jpg -o restored.png",
    "skblur deblur photo.jpg -o light.png --method tv --gamma 2.4",
    'skblur deblur photo.jpg -o straight.png --blur "motion 12 30"',
    "skblur estimate photo.jpg | skblur deblur photo.jpg -o again.png --blur -",
    "skblur deblur . -o restored",
)


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "deblur",
        usage="%(prog)s FILE ... -o PLACE [options]",
        help="restore blurred photographs",
        description="Restore blurred photographs.",
        notes=NOTES,
        examples=EXAMPLES,
    )
    add_pictures(parser)
    add_output(
        parser,
        "picture to write; with several pictures a folder, made if there is none, which "
        "gets files of the same names and formats",
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
        help="standard deviation of the noise as a share of full scale, 0 to 1 [found]",
    )
    add_gamma(parser, "told from the picture")
    parser.add_argument(
        "--psf",
        metavar="PLACE",
        help="write the point spread function (PSF) that was used, as .npy or .png; with "
        "several pictures a folder of .npy",
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
        from ..restoration.deblur import restore

        options = self.options
        image, channel_axis, metadata = read_with_metadata(
            name, max_megapixels=options.max_megapixels
        )
        done = restore(
            image,
            self.psf,
            method=options.method,
            noise=options.noise,
            gamma=light_of(options, metadata),
            channel_axis=channel_axis,
            report=report,
        )
        if done.reason:
            raise LeftAloneError(f"nothing written: {done.reason}", name)
        path, *psf_paths = places
        write_output(write_image, path, options.force, done.image, metadata)
        psf = getattr(done.psf, "psf", done.psf)
        failures = [try_output(write_psf, p, options.force, psf) for p in psf_paths]
        return Answer([one_line(f"{name}: {_said(done)}")], *failures)


def _given_psf(options):
    """The PSF that was asked for, or None if it is to be estimated."""
    from ..blurs.psf import check_psf
    from ..blurs.targets import target_psf
    from ..images.psf_files import read_psf

    if options.psf_file is not None:
        with about(options.psf_file):
            return check_psf(read_psf(options.psf_file))
    target = given_target(options)
    if target is None:
        return None
    psf = target_psf(target)
    if psf.size == 1:
        raise CommandError("nothing written: the given blur is none")
    return psf


def _said(done):
    """What was found, and what was done."""
    from ..estimation.blur_estimate import BlurEstimate

    given = not isinstance(done.psf, BlurEstimate)
    found = "the given blur" if given else str(done.psf)
    light = (
        "values" if done.plan.gamma == 1 else f"linear light (gamma {done.plan.gamma:g})"
    )
    # It is measured in every tile and colour.
    ends = min(done.noises), max(done.noises)
    noise = " to ".join(dict.fromkeys(f"{end:.4f}" for end in ends))
    done_by = f"restored by {done.plan.method} in {light}, noise {noise} of full scale"
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
