"""``skblur estimate``: name the blur of photographs."""

import json
from contextlib import nullcontext

from ..images.image_file_error import one_line
from .cluster import add_scheduler, on_cluster
from .command_error import CommandError, about, complain
from .given_pictures import add_pictures, are_several, given_pictures
from .jobs import add_jobs, import_everywhere
from .megapixels import add_max_megapixels
from .output_of_each import OutputOfEach
from .outputs import check_output, check_two, write_output
from .progress import ProgressBar
from .sorting import Sorter
from .stopping import standing
from .streams import check_heard, say
from .tally import Tally
from .values import number

NOTES = """\
Prints a line per picture, or writes a report and prints how many have which
blur. Sizes are in px, angles in deg from the x axis, counter-clockwise. A
line is what --blur of 'skblur deblur' and 'skblur blur' takes. A byte of a
file's name that is not UTF-8, as 0xe9, is written \\udce9. A picture that
cannot be answered gets a message on the error output, the others are answered
all the same, and the exit status is 1."""
EXAMPLES = (
    "skblur estimate photo.jpg",
    "skblur estimate photo.jpg --json",
    "skblur estimate photo.jpg --plot found.png --psf psf.npy",
    "skblur estimate . -o report.csv --sort-into sorted",
    "skblur estimate photo.jpg | skblur deblur photo.jpg -o restored.png --blur -",
)

# What processes work with.
WORK = "skblur.estimation.estimate_many"


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "estimate",
        usage="%(prog)s [FILE ...] [options]",
        help="name the blur of photographs and its parameters",
        description="Name the blur of photographs and its parameters.",
        notes=NOTES,
        examples=EXAMPLES,
    )
    add_pictures(parser, "the motion-blurred clock that scikit-image carries")
    _add_report(parser)
    _add_written(parser)
    _add_asked(parser)
    parser.add_argument(
        "--force",
        action="store_true",
        help="overwrite existing reports, figures, PSFs and sorted pictures",
    )
    parser.add_argument("--model", metavar="FILE", help="a model made by 'skblur train'")
    add_max_megapixels(parser)
    parser.set_defaults(run=run)


def _add_written(parser):
    """What is printed or written of each picture."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object per picture, with all digits, in px and deg",
    )
    parser.add_argument(
        "--plot",
        metavar="FILE",
        help="draw photograph, spectrum, PSF and probabilities; with several pictures a "
        "folder of figures of their names",
    )
    parser.add_argument(
        "--psf",
        metavar="FILE",
        help="write the point spread function (PSF), as .npy or .png; with several "
        "pictures a folder of .npy",
    )


def _add_asked(parser):
    """What is asked about each picture."""
    parser.add_argument(
        "--no-free-psf",
        action="store_true",
        help="do not look for a PSF of no simple form, which takes a second a picture: for "
        "mere sorting",
    )
    parser.add_argument(
        "--no-shares",
        action="store_true",
        help="say nothing of parts that have another blur, which takes a tenth of a second "
        "a picture",
    )
    parser.add_argument(
        "--min-confidence",
        type=number(0, 1),
        metavar="P",
        help="call undecided what has less confidence than this, 0 to 1 [0.4]",
    )


def _add_report(parser):
    report = parser.add_argument_group("reports of many pictures")
    report.add_argument(
        "-o",
        "--output",
        metavar="REPORT",
        help="write a table (.csv, .jsonl or .parquet) row by row, in place of lines",
    )
    report.add_argument(
        "--resume",
        action="store_true",
        help="go on with a report: what is in it is not looked at again, unless the file "
        "has changed",
    )
    where = report.add_mutually_exclusive_group()
    add_jobs(where)
    add_scheduler(where)
    report.add_argument(
        "--as-completed",
        action="store_true",
        help="answer as pictures are done, not in their order",
    )
    report.add_argument(
        "--sort-into",
        metavar="DIR",
        help="link each picture into the folder in DIR that is named after its blur, and "
        "take it out of those of other blurs; with --resume those of the report, too",
    )
    report.add_argument(
        "--copy", action="store_true", help="with --sort-into copy them, do not link them"
    )


def run(options):
    """Answer every picture; 0 if all could be answered."""
    check_heard()
    _check_sense(options)
    written = options.plot, options.psf, options.sort_into
    pictures, others, status = given_pictures(options, written)
    outputs = _outputs(options, are_several(pictures, options))
    sorter = _sorter(options)
    model = _model(options)
    with on_cluster(options.scheduler), _report(options) as report:
        kept = []
        if report is not None:
            kept = [each for each in pictures if each.name in report.done]
            pictures = [each for each in pictures if each.name not in report.done]
            if sorter is not None:
                status |= _sort_kept(kept, report.done, sorter)
        tally = Tally()
        for given, outcome in _answers(pictures, model, options):
            tally.add(outcome)
            status |= _answer(given, outcome, report, outputs, sorter, options)
    if report is not None:
        for line in tally.lines(len(kept), others):
            say(line)
    return status


def _check_sense(options):
    """Refuse options that would do nothing."""
    for asked, needed, name in (
        (options.resume, options.output, "--resume goes on with a report: name it by -o"),
        (options.copy, options.sort_into, "--copy copies into a folder: --sort-into DIR"),
        (options.sort_into, options.files, "--sort-into sorts pictures: name some"),
    ):
        if asked and not needed:
            raise CommandError(name)
    if options.json and options.output:
        raise CommandError("--json prints lines, and -o writes a report: leave one out")


def _answers(pictures, model, options):
    """Each picture and what has been found; where it is stopped is said."""
    n_started = options.jobs if len(pictures) > 1 else 1
    estimate_many = import_everywhere(WORK, n_started).estimate_many
    sources = [each.source for each in pictures]
    found = estimate_many(
        sources,
        n_jobs=None if options.scheduler else options.jobs,
        ordered=not options.as_completed,
        shares=not options.no_shares,
        free_psf=False if options.no_free_psf else None,
        model=model,
        max_megapixels=options.max_megapixels,
    )
    by_name = {each.name: each for each in pictures}
    answered = 0

    def where():
        said = f"{answered} of {len(pictures)} pictures answered"
        if options.as_completed:
            return f"with {said}"
        return f"at {pictures[min(answered, len(pictures) - 1)].name}; {said}"

    # Lines that are printed on the same terminal show well enough how far it is.
    bar = ProgressBar(len(pictures)) if options.output else nullcontext()
    with standing(where), bar as progress:
        for name, outcome in found:
            if progress and isinstance(outcome, Exception):
                progress.clear()
            yield by_name.get(name) or pictures[name], outcome
            answered += 1
            if progress:
                progress(answered / len(pictures))


def _answer(given, outcome, report, outputs, sorter, options):
    """Say or write what has been found of a picture; 0 if all could be done."""
    status = 0
    try:
        with about(given.name):
            if isinstance(outcome, Exception):
                raise outcome
            line = one_line(f"{given.name}: {outcome}")
            if options.json:
                from ..estimation.report import report_record

                line = json.dumps(report_record(given.name, outcome), allow_nan=False)
    except CommandError as failure:
        status, line = complain(failure), None
    # What has been found is said, whatever becomes of the files.
    if line is not None:
        status |= _write(given, outcome, outputs, sorter, options)
    if report is not None:
        # Last: what has a row is not looked at again.
        with about(options.output):
            report.add(given.name, outcome)
    elif line is not None:
        say(line)
    return status


def _write(given, found, outputs, sorter, options):
    """Figures, PSFs and sorted pictures; 0 if all could be written."""
    status = 0
    for output, write in outputs:
        try:
            things = found, given.source, options.max_megapixels
            write_output(write, output.place(given), options.force, *things)
        except CommandError as failure:
            status = complain(failure)
    return status | _sort(given, found.blur_type, sorter)


def _sort_kept(kept, blur_types, sorter):
    """Sort the pictures that a report had already; 0 if all could be sorted."""
    status = 0
    with (
        standing(lambda: "while pictures of the report were sorted"),
        ProgressBar(len(kept)) as bar,
    ):
        for i, given in enumerate(kept, 1):
            status |= _sort(given, blur_types[given.name], sorter, bar)
            bar(i / len(kept))
    return status


def _sort(given, blur_type, sorter, bar=None):
    """Put a picture into the folder of its blur; 0 if it is there, or need not be."""
    if sorter is None:
        return 0
    try:
        with about(given.name):
            sorter.put(given.name, given.within, blur_type)
    except CommandError as failure:
        if bar is not None:
            bar.clear()
        return complain(failure)
    return 0


def _report(options):
    """The report, opened; nothing if there is none."""
    if options.output is None:
        return nullcontext()
    from .reports import files_of, open_report

    with about(options.output):
        for path in files_of(options.output):
            check_output(path, options.force or options.resume)
        return open_report(options.output, options.resume)


def _sorter(options):
    if options.sort_into is None:
        return None
    sorter = Sorter(options.sort_into, copy=options.copy, force=options.force)
    with about(options.sort_into):
        sorter.check()
    return sorter


def _model(options):
    """The model that is asked for, as sure as is asked for; None is the shipped one."""
    model = _given_model(options.model)
    if options.min_confidence is None:
        return model
    from ..models.pretrained import load_pretrained

    model = load_pretrained("photo") if model is None else model
    with about(options.model or "--min-confidence"):
        return model.set_params(min_confidence=options.min_confidence)


def _outputs(options, several):
    """Where figures and PSFs go and what writes them, checked before any work."""
    settings = {"several": several, "force": options.force}
    outputs = []
    if options.plot is not None:
        from ..plotting.figure import check_figure

        figures = OutputOfEach(options.plot, ".png", check_figure, **settings)
        outputs.append((figures, _write_plot))
    if options.psf is not None:
        from ..images.psf_files import check_psf_format

        psfs = OutputOfEach(options.psf, ".npy", check_psf_format, **settings)
        outputs.append((psfs, _write_psf))
    for output, _ in outputs:
        output.check()
    if len(outputs) == 2 and not any(output.in_folder for output, _ in outputs):
        with about(options.psf):
            check_two(options.plot, options.psf)
    return outputs


def _write_plot(path, found, source, max_megapixels):
    from ..images.reading import read_image
    from ..plotting.figure import save_figure

    image, channel_axis = source, None
    if isinstance(source, str):
        image, channel_axis = read_image(source, max_megapixels=max_megapixels)
    save_figure(found.plot(image, channel_axis=channel_axis), path)


def _write_psf(path, found, source, max_megapixels):
    from ..images.psf_files import write_psf

    del source, max_megapixels
    write_psf(path, found.psf)


def _given_model(path):
    """The model of a file, if it is one for whole pictures; None if there is no file."""
    if path is None:
        return None
    from ..estimation.patch_estimator import PatchBlurEstimator
    from ..estimation.photo_estimator import PhotoBlurEstimator
    from ..models.model_files import load_model
    from ..pipeline.pipeline import BlurTypeThenParamPipeline

    kinds = (PhotoBlurEstimator, PatchBlurEstimator, BlurTypeThenParamPipeline)
    with about(path):
        model = load_model(path)
        if not isinstance(model, kinds):
            known = ", ".join(kind.__name__ for kind in kinds)
            msg = f"it holds a {type(model).__name__}; expected is one of {known}"
            raise ValueError(msg)
    return model
