"""``skblur estimate``: name the blur of photographs."""

import json
import os
from dataclasses import replace

from .command_error import CommandError, about, complain
from .megapixels import add_max_megapixels
from .output_of_each import OutputOfEach
from .outputs import check_two, try_output
from .stopping import standing
from .streams import check_heard, one_line, say

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
    add_max_megapixels(parser)
    parser.set_defaults(run=run)


def run(options):
    """Answer every picture; 0 if all could be answered."""
    check_heard()
    pictures = list(_pictures(options.files, options.max_megapixels))
    outputs = _outputs(options, several=len(pictures) > 1)
    model = _given_model(options.model)
    status, answered = 0, 0
    for name, read in pictures:
        with standing(
            lambda name=name, answered=answered: (
                f"at {name}; {answered} of {len(pictures)} pictures answered"
            )
        ):
            try:
                status |= _answer(name, read, outputs, model, options)
                answered += 1
            except CommandError as failure:
                status = complain(failure)
    return status


def _answer(name, read, outputs, model, options):
    """Say what is found out about a picture; 0 if all that was asked for is written."""
    from ..estimation.estimate_blur import estimate_blur

    places = [(output.write, output.place(name)) for output in outputs]
    with about(name):
        image, channel_axis = read()
        found = estimate_blur(
            image,
            channel_axis=channel_axis,
            free_psf=False if options.no_free_psf else "auto",
            model=model,
        )
        if options.no_shares:
            found = replace(found, picture=None)
        line = one_line(f"{name}: {found}")
        if options.json:
            line = json.dumps({"file": name} | found.to_dict(), allow_nan=False)
    # What has been found is said, whatever becomes of the files.
    status = 0
    for write, path in places:
        status |= try_output(write, path, options.force, found, image, channel_axis)
    say(line)
    return status


def _outputs(options, several):
    """Where figures and PSFs go, checked before any work."""
    settings = {"several": several, "force": options.force}
    outputs = []
    if options.plot is not None:
        from ..plotting.figure import check_figure

        outputs.append(
            OutputOfEach(options.plot, ".png", check_figure, _write_plot, **settings)
        )
    if options.psf is not None:
        from ..images.psf_files import check_psf_format

        outputs.append(
            OutputOfEach(options.psf, ".npy", check_psf_format, _write_psf, **settings)
        )
    for output in outputs:
        output.check()
    if len(outputs) == 2 and not outputs[0].in_folder:
        with about(options.psf):
            check_two(options.plot, options.psf)
    return outputs


def _write_plot(path, found, image, channel_axis):
    from ..plotting.figure import save_figure

    save_figure(found.plot(image, channel_axis=channel_axis), path)


def _write_psf(path, found, image, channel_axis):
    from ..images.psf_files import write_psf

    write_psf(path, found.psf)


def _given_model(path):
    """The model of a file, if it is one for whole pictures; None if there is no file."""
    from ..estimation.patch_estimator import PatchBlurEstimator
    from ..estimation.photo_estimator import PhotoBlurEstimator
    from ..models.model_files import load_model
    from ..pipeline.pipeline import BlurTypeThenParamPipeline

    if path is None:
        return None
    kinds = (PhotoBlurEstimator, PatchBlurEstimator, BlurTypeThenParamPipeline)
    with about(path):
        model = load_model(path)
        if not isinstance(model, kinds):
            known = ", ".join(kind.__name__ for kind in kinds)
            msg = f"it holds a {type(model).__name__}; expected is one of {known}"
            raise ValueError(msg)
    return model


def _pictures(names, max_megapixels):
    """Name of each picture, and a function that reads it."""
    from ..files.folders import image_paths
    from ..images.reading import read_image

    def reader(path):
        return lambda: read_image(path, max_megapixels=max_megapixels)

    if not names:
        from skimage.data import clock

        yield "clock.png", lambda: (clock(), None)
    for name in names:
        if not os.path.isdir(name):
            yield name, reader(name)
            continue
        try:
            paths = image_paths(name)
        except OSError:
            # Said when it is the folder's turn.
            yield name, lambda name=name: image_paths(name)
            continue
        for path in paths:
            yield str(path), reader(path)
