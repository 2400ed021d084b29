"""``skblur train``: train a patch model on a folder of sharp photographs."""

from .complaint import complain


def add_parser(subparsers):
    """Add the subcommand to the parser of ``skblur``."""
    parser = subparsers.add_parser(
        "train",
        help="train a patch model on a folder of sharp photographs",
        epilog="The shipped model is what this makes of 3500 photographs of Caltech-101 "
        "with the default seed.",
    )
    parser.add_argument(
        "folder", metavar="FOLDER", help="sharp photographs, also in subfolders"
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="model to write"
    )
    parser.add_argument("--force", action="store_true", help="overwrite an existing model")
    parser.add_argument(
        "--patches", type=int, default=36000, metavar="N", help="training patches [36000]"
    )
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers [0]")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options):
    """Train, say how long it took, write the model."""
    import time
    from pathlib import Path

    from ..files import image_paths, read_luma8
    from ..persistence import save_model
    from ..training import train_patch_model

    if Path(options.output).exists() and not options.force:
        return complain(f"{options.output} exists; --force overwrites it")
    try:
        photos = [read_luma8(path) for path in image_paths(options.folder)]
        start = time.perf_counter()
        model = train_patch_model(
            photos, options.patches, random_state=options.seed, verbose=not options.quiet
        )
        seconds = time.perf_counter() - start
        save_model(model, options.output)
    except (OSError, ValueError) as error:
        return complain(error)
    made_of = f"{options.patches} patches of {len(photos)} photographs"
    print(f"{options.output}: {made_of}, {seconds:.0f} s")
    return 0
