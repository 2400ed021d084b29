"""``skblur train``: train a model on a folder of sharp photographs."""

import errno
import os
import shutil
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

from .command_error import CommandError, about, complain
from .megapixels import add_max_megapixels
from .outputs import add_output, check_output
from .stopping import standing
from .streams import ErrorOutput, one_line, say
from .values import jobs, whole

# From fewer on, some kind of noise, camera or type would have none.
LEAST_PATCHES, LEAST_PHOTOS = 200, 40


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "train",
        help="train a model on a folder of sharp photographs",
        epilog="The shipped models are what this makes of 3500 photographs of Caltech-101 "
        "with the default seed: patch32 with --patches 600000, photo with --photos 70000, "
        "window64 with --windows 100000.",
    )
    parser.add_argument(
        "folder", metavar="FOLDER", help="sharp photographs, also in subfolders"
    )
    add_output(parser, "model to write")
    samples = parser.add_mutually_exclusive_group()
    samples.add_argument(
        "--patches",
        type=whole(LEAST_PATCHES),
        default=36000,
        metavar="N",
        help="train a model of patches on so many [36000]",
    )
    samples.add_argument(
        "--photos",
        type=whole(LEAST_PHOTOS),
        metavar="N",
        help="train a model of whole photographs on so many, taken by simulated cameras",
    )
    samples.add_argument(
        "--windows",
        type=whole(LEAST_PHOTOS),
        metavar="N",
        help="train a model of single windows on so many, as 'skblur map' uses it",
    )
    parser.add_argument(
        "--jobs",
        type=jobs,
        default=1,
        metavar="N",
        help="threads that take them, -1 for one per processor [1]",
    )
    parser.add_argument(
        "--seed",
        type=whole(0, 2**32 - 1),
        default=0,
        metavar="N",
        help="of all random numbers [0]",
    )
    add_max_megapixels(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options):
    """Train, write the model, say how long it took."""
    with about(options.output):
        check_output(options.output, options.force)
    start = time.perf_counter()
    photos, status = _read(options)
    with standing(lambda: f"after training for {_seconds(start)} s; no model written"):
        # Progress is printed, and no reader who has left may end the training.
        with about(options.folder), redirect_stdout(ErrorOutput()):
            model = _train(photos, options)
        seconds = _seconds(start)
        _save(model, options.output, options.force)
    n_samples = options.photos or options.windows or options.patches
    of = "photos" if options.photos else "windows" if options.windows else "patches"
    said = f"{n_samples} {of} of {len(photos)} photographs, {seconds} s"
    say(one_line(f"{options.output}: {said}"))
    return status


def _seconds(start):
    return round(time.perf_counter() - start)


def _read(options):
    """All photographs that can be read, and the exit status: 1 if not all could."""
    from ..files.folders import image_paths
    from ..images.reading import read_image, read_luma8

    folder, status = options.folder, 0
    with about(folder):
        if not os.path.isdir(folder):
            raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", folder)
        paths = image_paths(folder)
    limit = {"max_megapixels": options.max_megapixels}
    of_patches = options.photos is None and options.windows is None
    photos = []
    for path in paths:
        with standing(
            lambda path=path: f"at {path}; {len(photos)} of {len(paths)} photographs read"
        ):
            try:
                with about(path):
                    if of_patches:
                        photos.append(read_luma8(path, **limit))
                    else:
                        photos.append(read_image(path, **limit)[0])
            except CommandError as failure:
                status = complain(failure)
    if not photos:
        raise CommandError("none of its pictures can be read", folder)
    return photos, status


def _train(photos, options):
    settings = {"random_state": options.seed, "verbose": not options.quiet}
    if options.photos is None and options.windows is None:
        from ..training.patches import train_patch_model

        return train_patch_model(photos, options.patches, **settings)
    settings["n_jobs"] = options.jobs
    if options.windows is not None:
        from ..training.windows import train_window_model

        return train_window_model(photos, options.windows, **settings)
    from ..training.photos import train_photo_model

    return train_photo_model(photos, options.photos, **settings)


def _save(model, path, force):
    """Write the model; what took hours is not lost because of what has come meanwhile."""
    from ..models.model_files import save_model

    try:
        check_output(path, force)
        save_model(model, path)
    except OSError as error:
        refuge = Path(tempfile.mkdtemp(prefix="skblur-"), "model.npz")
        try:
            with about(path):
                save_model(model, refuge)
        except CommandError:
            shutil.rmtree(refuge.parent, ignore_errors=True)
            raise
        reason = f"{error.strerror or error}; the model is in {refuge}"
        raise CommandError(reason, path) from error
