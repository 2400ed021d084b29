"""``skblur train``: train a model on a folder of sharp photographs."""

from .complaint import complain
from .outputs import add_output, check_output


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
        type=int,
        default=36000,
        metavar="N",
        help="train a model of patches on so many [36000]",
    )
    samples.add_argument(
        "--photos",
        type=int,
        metavar="N",
        help="train a model of whole photographs on so many, taken by simulated cameras",
    )
    samples.add_argument(
        "--windows",
        type=int,
        metavar="N",
        help="train a model of single windows on so many, as 'skblur map' uses it",
    )
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="threads that take them [1]"
    )
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers [0]")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options):
    """Train, say how long it took, write the model."""
    import time

    from ..files.folders import image_paths
    from ..models.model_files import save_model

    try:
        check_output(options.output, options.force)
        paths = image_paths(options.folder)
        start = time.perf_counter()
        model = _train(paths, options)
        seconds = time.perf_counter() - start
        save_model(model, options.output)
    except (OSError, ValueError) as error:
        return complain(error)
    n_samples = options.photos or options.windows or options.patches
    of = "photos" if options.photos else "windows" if options.windows else "patches"
    print(
        f"{options.output}: {n_samples} {of} of {len(paths)} photographs, {seconds:.0f} s"
    )
    return 0


def _train(paths, options):
    from ..images.reading import read_image, read_luma8

    settings = {"random_state": options.seed, "verbose": not options.quiet}
    if options.photos is None and options.windows is None:
        from ..training.patches import train_patch_model

        photos = [read_luma8(path) for path in paths]
        return train_patch_model(photos, options.patches, **settings)
    photos = [read_image(path)[0] for path in paths]
    settings["n_jobs"] = options.jobs
    if options.windows is not None:
        from ..training.windows import train_window_model

        return train_window_model(photos, options.windows, **settings)
    from ..training.photos import train_photo_model

    return train_photo_model(photos, options.photos, **settings)
