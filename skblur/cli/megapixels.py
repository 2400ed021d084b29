"""The option for the largest pictures that are read."""

from ..images.limits import MAX_MEGAPIXELS
from .values import number


def add_max_megapixels(parser):
    """Add ``--max-megapixels``."""
    parser.add_argument(
        "--max-megapixels",
        type=number(0, above=True),
        default=MAX_MEGAPIXELS,
        metavar="N",
        help=f"refuse larger pictures, which may fill the memory [{MAX_MEGAPIXELS}]",
    )
