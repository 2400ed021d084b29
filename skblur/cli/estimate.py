"""``skblur estimate``: name the blur of photographs."""

import json
from dataclasses import replace
from pathlib import Path

from .complaint import complain
from .outputs import check_output

EPILOG = """\
Prints a line per picture. A picture that cannot be answered gets a message on the error
output, the others are answered all the same, and the exit status is 1.
"""


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "estimate", help="name the blur of photographs and its parameters", epilog=EPILOG
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="pictures or folders of pictures; without any, the motion-blurred clock that "
        "scikit-image carries",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per picture")
    parser.add_argument(
        "--plot",
        metavar="PNG",
        help="draw photograph, spectrum, PSF and probabilities; with several pictures a "
        "folder of figures of their names",
    )
    parser.add_argument(
        "--psf",
        metavar="FILE",
        help="write the PSF, as .npy or .png; with several pictures a folder of .npy",
    )
    parser.add_argument(
        "--no-free-psf",
        action="store_true",
        help="look for no PSF of no simple form, which takes a second: for mere sorting",
    )
    parser.add_argument(
        "--no-shares",
        action="store_true",
        help="say nothing of parts that have another blur, which takes a tenth of a second",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite existing figures and PSFs"
    )
    parser.add_argument("--model", metavar="FILE", help="a model made by 'skblur train'")
    parser.set_defaults(run=run)


def run(options):
    """Answer every picture; 0 if all could be answered."""
    from ..estimation.estimate_blur import estimate_blur
    from ..images.psf_files import write_psf
    from ..models.model_files import load_model

    try:
        model = load_model(options.model) if options.model else None
    except (OSError, ValueError) as error:
        return complain(error, options.model)
    status = 0
    pictures = list(_pictures(options.files))
    for name, read in pictures:
        try:
            image, channel_axis = read()
            found = estimate_blur(
                image,
                channel_axis=channel_axis,
                free_psf=False if options.no_free_psf else "auto",
                model=model,
            )
            if options.no_shares:
                found = replace(found, picture=None)
            place = name, len(pictures), options.force
            if options.plot:
                path = _output_path(options.plot, ".png", *place)
                found.plot(image, channel_axis=channel_axis).savefig(path, dpi=110)
            if options.psf:
                write_psf(_output_path(options.psf, ".npy", *place), found.psf)
        except (OSError, ValueError, SyntaxError, MemoryError, ImportError) as error:
            status = complain(error, name)
            continue
        line = (
            json.dumps({"file": name} | found.to_dict())
            if options.json
            else f"{name}: {found}"
        )
        print(line, flush=True)
    return status


def _output_path(given, suffix, name, n_pictures, force):
    """Where the figure or PSF of a picture goes; its folder is made."""
    path = Path(given)
    if n_pictures > 1 or path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path = path / f"{Path(name).name}{suffix}"
    check_output(path, force)
    return path


def _pictures(names):
    """Name of each picture, and a function that reads it."""
    from ..files.folders import image_paths
    from ..images.reading import read_image

    if not names:
        from skimage.data import clock

        yield "clock.png", lambda: (clock(), None)
    for name in names:
        if not Path(name).is_dir():
            yield name, lambda name=name: read_image(name)
            continue
        try:
            paths = image_paths(name)
        except FileNotFoundError:
            yield name, lambda name=name: image_paths(name)
            continue
        for path in paths:
            yield str(path), lambda path=path: read_image(path)
