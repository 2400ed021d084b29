"""``skblur map``: the blur at every pixel of photographs."""

from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import NamedTuple

from ..blurs.naming import format_parameters
from ..blurs.types import UNDECIDED_NAME, blur_type
from ..images.image_file_error import one_line
from .each_picture import Answer, work_on_each
from .given_pictures import add_pictures, are_several, given_pictures
from .jobs import add_jobs
from .megapixels import add_max_megapixels
from .output_of_each import OutputOfEach
from .outputs import add_output, try_output
from .values import whole

NOTES = """\
Prints how much of a picture has which blur, with sizes in px and angles in
deg. A picture that cannot be mapped gets a message on the error output, the
others are mapped all the same, and the exit status is 1."""
EXAMPLES = (
    "skblur map photo.jpg -o map.png",
    "skblur map photo.jpg -o fine.pdf --window 128 --stride 8",
    "skblur map photo.jpg -o map.npz",
    "skblur map . -o maps",
)


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "map",
        usage="%(prog)s FILE ... -o PLACE [options]",
        help="draw where in photographs is which blur",
        description="Draw where in photographs is which blur.",
        notes=NOTES,
        examples=EXAMPLES,
    )
    add_pictures(parser)
    add_output(
        parser,
        "figure to draw (.png, .pdf, ...), or the arrays themselves (.npz); with several "
        "pictures a folder of figures, made if there is none",
        name="PLACE",
    )
    parser.add_argument(
        "--window",
        type=window,
        default="auto",
        metavar="PX",
        help="side of the windows that are judged: auto, or 64, 128, 256, ... px [auto]",
    )
    parser.add_argument(
        "--stride",
        type=whole(1, 64, unit="px"),
        default=16,
        metavar="PX",
        help="px from window to window, 1 to 64 [16]",
    )
    add_jobs(parser)
    add_max_megapixels(parser)
    parser.set_defaults(run=run)


def window(text):
    """A number of pixels, or "auto"."""
    if text == "auto":
        return text
    sides = {str(64 * 2**n): 64 * 2**n for n in range(16)}
    if text not in sides:
        raise ArgumentTypeError(f"must be auto, 64, 128, 256 px and so on, got {text!r}")
    return sides[text]


def run(options):
    """Map every picture, write figures or arrays, print summaries."""
    pictures, _, status = given_pictures(options, [options.output])
    if not pictures:
        return status
    settings = {"several": are_several(pictures, options), "force": options.force}
    output = OutputOfEach(options.output, ".png", _check_format, **settings)
    output.check()
    mapping = _Mapping(options, named=output.in_folder)
    return status | work_on_each(pictures, [output], mapping, options.jobs, "mapped")


class _Mapping(NamedTuple):
    """What is done with each picture."""

    options: Namespace
    named: bool

    def __call__(self, name, places, report):
        from ..images.reading import read_image
        from ..mapping.blur_map import blur_map

        options = self.options
        image, channel_axis = read_image(name, max_megapixels=options.max_megapixels)
        found = blur_map(
            image,
            channel_axis=channel_axis,
            window=options.window,
            stride=options.stride,
            report=report,
        )
        things = found, image, channel_axis
        failure = try_output(_write, *places, options.force, *things)
        lines = list(_summary(found, least=0.005 if self.named else 0))
        if self.named:
            lines = [one_line(f"{name}: {'; '.join(lines)}")]
        return Answer(lines, failure)


def _check_format(path):
    from ..plotting.figure import check_figure

    if not _is_of_arrays(path):
        check_figure(path)


def _write(path, found, image, channel_axis):
    from ..plotting.figure import save_figure

    if _is_of_arrays(path):
        found.save(path)
    else:
        save_figure(found.plot(image, channel_axis=channel_axis), path)


def _is_of_arrays(path):
    return Path(path).suffix.lower() == ".npz"


def _summary(found, least):
    """A line for each type of so large a share."""
    for name, entry in found.summary().items():
        if entry["fraction"] < least:
            continue
        words = [f"{100 * entry['fraction']:.0f} %"]
        if name != UNDECIDED_NAME:
            words += format_parameters(blur_type(name), entry)
        yield f"{name}: {', '.join(words)}"
