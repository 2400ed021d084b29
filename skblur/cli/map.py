"""``skblur map``: the blur at every pixel of a photograph."""

from argparse import ArgumentTypeError
from pathlib import Path

from .command_error import about
from .megapixels import add_max_megapixels
from .outputs import add_output, check_output, try_output
from .progress import ProgressBar
from .stopping import standing
from .streams import say
from .values import whole


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "map",
        help="draw where in a photograph is which blur",
        epilog="Prints which part of the picture has which blur.",
    )
    parser.add_argument("file", metavar="FILE", help="a picture")
    add_output(parser, "figure to draw (.png, .pdf, ...), or the arrays themselves (.npz)")
    parser.add_argument(
        "--window",
        type=window,
        default="auto",
        metavar="N",
        help="auto, or 64, 128, 256, ... pixels [auto]",
    )
    parser.add_argument(
        "--stride",
        type=whole(1, 64),
        default=16,
        metavar="N",
        help="from window to window [16]",
    )
    add_max_megapixels(parser)
    parser.set_defaults(run=run)


def window(text):
    """A number of pixels, or "auto"."""
    if text == "auto":
        return text
    sides = {str(64 * 2**n): 64 * 2**n for n in range(16)}
    if text not in sides:
        raise ArgumentTypeError(f"must be auto, 64, 128, 256 and so on, got {text!r}")
    return sides[text]


def run(options):
    """Map the picture, write the figure or the arrays, print the summary."""
    from ..images.reading import read_image
    from ..mapping.blur_map import blur_map

    _check(options)
    with standing(lambda: f"at {options.file}; nothing written"):
        with about(options.file), ProgressBar() as report:
            image, channel_axis = read_image(
                options.file, max_megapixels=options.max_megapixels
            )
            found = blur_map(
                image,
                channel_axis=channel_axis,
                window=options.window,
                stride=options.stride,
                report=report,
            )
        things = found, image, channel_axis
        status = try_output(_write, options.output, options.force, *things)
    for line in _summary(found):
        say(line)
    return status


def _check(options):
    from ..plotting.figure import check_figure

    with about(options.output):
        check_output(options.output, options.force)
        if not _is_of_arrays(options.output):
            check_figure(options.output)


def _write(path, found, image, channel_axis):
    from ..plotting.figure import save_figure

    if _is_of_arrays(path):
        found.save(path)
    else:
        save_figure(found.plot(image, channel_axis=channel_axis), path)


def _is_of_arrays(path):
    return Path(path).suffix.lower() == ".npz"


def _summary(found):
    """A line for each type."""
    for name, entry in found.summary().items():
        numbers = [
            f"{key} {value:.1f}" for key, value in entry.items() if key != "fraction"
        ]
        words = ", ".join([f"{100 * entry['fraction']:.0f} %", *numbers])
        yield f"{name}: {words}"
