"""``skblur map``: the blur at every pixel of a photograph."""

from pathlib import Path

from .complaint import complain
from .outputs import ProgressBar, add_output, check_output


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
        "--stride", type=int, default=16, metavar="N", help="from window to window [16]"
    )
    parser.set_defaults(run=run)


def window(text):
    """A number of pixels, or "auto"."""
    return text if text == "auto" else int(text)


def run(options):
    """Map the picture, write the figure or the arrays, print the summary."""
    from ..images.reading import read_image
    from ..mapping.blur_map import blur_map

    try:
        check_output(options.output, options.force)
        image, channel_axis = read_image(options.file)
        found = blur_map(
            image,
            channel_axis=channel_axis,
            window=options.window,
            stride=options.stride,
            report=ProgressBar(),
        )
        if Path(options.output).suffix == ".npz":
            found.save(options.output)
        else:
            figure = found.plot(image, channel_axis=channel_axis)
            figure.savefig(options.output, dpi=110)
    except (OSError, ValueError, SyntaxError, MemoryError, ImportError) as error:
        return complain(error, options.file)
    for name, entry in found.summary().items():
        numbers = [
            f"{key} {value:.1f}" for key, value in entry.items() if key != "fraction"
        ]
        words = ", ".join([f"{100 * entry['fraction']:.0f} %", *numbers])
        print(f"{name}: {words}")
    return 0
