"""The option for the number of processes."""

from .values import jobs


def add_jobs(parser):
    """Add ``--jobs`` to a parser, or a group of it."""
    parser.add_argument(
        "--jobs",
        type=jobs,
        default=1,
        metavar="N",
        help="number of processes, -1 for one per processor [1]",
    )
