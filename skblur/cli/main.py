"""Entry point of the command ``skblur``."""

import argparse
import sys
from collections.abc import Sequence

from .. import __version__
from . import blur, deblur, estimate, map, train

SUBCOMMANDS = (estimate, map, deblur, blur, train)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``skblur`` with the given arguments and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="skblur", description="Which blur is in a picture, and how much."
    )
    parser.add_argument("--version", action="version", version=f"skblur {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for subcommand in SUBCOMMANDS:
        subcommand.add_parser(subparsers)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except BrokenPipeError:
        # Whoever read the output has heard enough, such as ``head``.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
