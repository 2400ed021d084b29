"""``skblur train``: train a model on a folder of sharp photographs."""

import shutil
import tempfile
import time
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

from ..images.image_file_error import one_line
from ..training.least import LEAST_PATCHES, LEAST_PHOTOS
from .command_error import CommandError, about
from .megapixels import add_max_megapixels
from .outputs import add_output, check_output
from .sharp_folder import read_sharp
from .stopping import standing
from .streams import ErrorOutput, say, tell
from .trained_blurs import add_trained_blurs, trained_blurs
from .values import jobs, whole

NOTES = """\
The shipped models were made so of 3500 photographs of Caltech-101 with
--compact: patch32 with --patches 600000, window64 with --windows 100000, and
photo, whose photographs were drawn in parts, as with --photos 194000."""
EXAMPLES = (
    "skblur train . -o model.npz --report",
    "skblur train . -o camera.npz --photos 20000 --checkpoints kept --jobs -1",
    "skblur train . -o long.npz --type motion=3:60 --without defocus",
)


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "train",
        usage="%(prog)s FOLDER -o FILE [options]",
        help="train a model on a folder of sharp photographs",
        description="Train a model on a folder of sharp photographs.",
        notes=NOTES,
        examples=EXAMPLES,
    )
    parser.add_argument(
        "folder", metavar="FOLDER", help="sharp photographs, also in subfolders"
    )
    add_output(parser, "model to write")
    _add_samples(parser)
    add_trained_blurs(parser)
    _add_doings(parser)
    parser.add_argument(
        "--jobs",
        type=jobs,
        default=1,
        metavar="N",
        help="number of threads that take the photographs, -1 for one per processor [1]",
    )
    parser.add_argument(
        "--seed",
        type=whole(0, 2**32 - 1),
        default=0,
        metavar="N",
        help="seed of all random numbers [0]",
    )
    add_max_megapixels(parser)
    parser.add_argument("--quiet", action="store_true", help="say nothing of the progress")
    parser.set_defaults(run=partial(run, parser))


def _add_samples(parser):
    """What the model is of, and how many of them."""
    samples = parser.add_mutually_exclusive_group()
    samples.add_argument(
        "--patches",
        type=whole(LEAST_PATCHES),
        default=36000,
        metavar="N",
        help="train a model of patches on so many, of 16 kB of memory each [36000]",
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
        "--at-once",
        type=whole(LEAST_PATCHES),
        metavar="N",
        help="with --patches so many in memory at a time: more are learned in turns, which "
        "is a little worse [all]",
    )


def _add_doings(parser):
    """What is done besides."""
    parser.add_argument(
        "--report",
        action="store_true",
        help="set every tenth photograph aside (of 20 at least), and say at the end how "
        "good the model is on blurred versions of these",
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="MODEL",
        help="go on from a model of the same kind, a file or 'patch32', 'photo' or "
        "'window64': networks start from its weights, but for the one that names blurs of "
        "photographs and windows, which is trained anew, as GRNNs are",
    )
    parser.add_argument(
        "--checkpoints",
        metavar="DIR",
        help="keep in this folder what has been drawn and fitted: the same command goes on "
        "where it was stopped and gives the same model; removed when that is written",
    )
    parser.add_argument(
        "--compact",
        action="store_true",
        help="round the weights in the file: a third of the size",
    )


def run(parser, options):
    """Train, write the model, say how long it took and how good it is."""
    settings = trained_blurs(parser, options)
    with about(options.output):
        check_output(options.output, options.force)
    start = time.perf_counter()
    of = "photos" if options.photos else "windows" if options.windows else "patches"
    if options.at_once is not None and of != "patches":
        raise CommandError("--at-once is for a model of patches: leave it out")
    limit = options.max_megapixels
    if options.start is not None:
        settings["start"] = _model_of(options.start)
    photos, status = read_sharp(options.folder, limit, in_colour=of != "patches")
    n_read, held = len(photos), []
    if options.report:
        from ..training.report import set_aside

        photos, held = set_aside(photos)
    with standing(lambda: f"after training for {_seconds(start)} s; {_left(options)}"):
        # Progress is printed, and no reader who has left may end the training.
        with about(options.folder), redirect_stdout(ErrorOutput()):
            model = _train(of, photos, options, settings)
        seconds = _seconds(start)
        _save(model, options)
    said = f"{getattr(options, of)} {of} of {n_read} photographs, {seconds} s"
    say(one_line(f"{options.output}: {said}"))
    if options.report:
        with standing(lambda: f"before the report; the model is in {options.output}"):
            _report(model, held, of, options, settings)
    return status


def _model_of(name):
    """A model in a file, or one that is shipped."""
    from ..models.model_files import load_model
    from ..models.pretrained import PRETRAINED, load_pretrained

    with about(name):
        return load_pretrained(name) if name in PRETRAINED else load_model(name)


def _seconds(start):
    return round(time.perf_counter() - start)


def _left(options):
    """What is left of a training that was stopped."""
    kept = options.checkpoints
    return f"no model written; {kept} keeps what was done" if kept else "no model written"


def _train(of, photos, options, settings):
    settings = {
        "checkpoints": options.checkpoints,
        "random_state": options.seed,
        "verbose": not options.quiet,
        **settings,
    }
    n_samples = getattr(options, of)
    if of == "patches":
        from ..training.patches import train_patch_model

        return train_patch_model(photos, n_samples, at_once=options.at_once, **settings)
    settings["n_jobs"] = options.jobs
    if of == "windows":
        from ..training.windows import train_window_model

        return train_window_model(photos, n_samples, **settings)
    from ..training.photos import train_photo_model

    return train_photo_model(photos, n_samples, **settings)


def _report(model, held, of, options, settings):
    """Say how good the model is on photographs that it was not trained on."""
    from ..training.report import ENOUGH, report_on

    if not held:
        say(f"no report: fewer than {ENOUGH} photographs, too few to set some aside")
        return
    if not options.quiet:
        tell(f"judging it on {len(held)} photographs that were set aside")
    with about(options.folder):
        found = report_on(
            model,
            held,
            of,
            kinds=settings["kinds"],
            size=settings["size"],
            n_jobs=options.jobs,
            random_state=options.seed,
        )
    for line in found.lines():
        say(line)


def _save(model, options):
    """Write the model; what took hours is not lost because of what has come meanwhile."""
    from ..models import model_files

    save, path = model_files.save_model, options.output
    if options.compact:
        save = partial(save, compact=True)
    try:
        check_output(path, options.force)
        save(model, path)
    except OSError as error:
        refuge = Path(tempfile.mkdtemp(prefix="skblur-"), "model.npz")
        try:
            with about(path):
                save(model, refuge)
        except CommandError:
            shutil.rmtree(refuge.parent, ignore_errors=True)
            raise
        reason = f"{error.strerror or error}; the model is in {refuge}"
        raise CommandError(reason, path) from error
    if options.checkpoints:
        from ..training.checkpoints import discard

        with about(options.checkpoints):
            discard(options.checkpoints)
