"""The option for the largest pictures that are read."""

from ..images.limits import MAX_MEGAPIXELS
from .values import number


def add_max_megapixels(parser):
    """Add ``--max-megapixels``."""
    parser.add_argument(
        "--max-megapixels",
        type=number(0, above=True, unit="megapixels"),
        default=MAX_MEGAPIXELS,
        metavar="N",
        help="refuse pictures of more than N megapixels, which may fill the memory "
        f"[{MAX_MEGAPIXELS}]",
    )
