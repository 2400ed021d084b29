"""Entry point of the command ``skblur``."""

from collections.abc import Sequence

from .command_error import CommandError, about, complain
from .completion import SHELLS, CompletionAction
from .parser import Parser
from .stopping import said_of, stopped_by_signals
from .streams import UnheardError, flush_streams, keep_places
from .versions import VersionAction


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``skblur`` with the given arguments and return the exit status."""
    keep_places()
    try:
        with stopped_by_signals():
            return _heard(arguments)
    except CommandError as failure:
        return complain(failure)
    except UnheardError as unheard:
        return complain(unheard) if str(unheard) else 1
    except KeyboardInterrupt as stop:
        words, status = said_of(stop)
        complain(words)
        return status


def _heard(arguments):
    """Run, and see to it that all that was said was heard; help is said, too."""
    try:
        options = _parser().parse_args(arguments)
        with about(None):
            return options.run(options)
    finally:
        flush_streams()


def _parser():
    # What takes a second to import can be stopped, too.
    from . import blur, deblur, estimate, map, train

    parser = Parser(
        prog="skblur",
        description="Which blur is in a picture, and how much.",
        notes="Each command has help of its own, with examples: skblur estimate --help.",
        examples=(
            "skblur estimate photo.jpg",
            "skblur map photo.jpg -o map.png",
            "skblur deblur photo.jpg -o restored.png",
        ),
    )
    parser.add_argument(
        "--version",
        action=VersionAction,
        help="print the versions that a report of a mistake needs",
    )
    parser.add_argument(
        "--print-completion",
        action=CompletionAction,
        metavar="SHELL",
        help=f"print what makes a shell ({', '.join(SHELLS)}) complete the command",
    )
    subparsers = parser.add_subparsers(
        required=True, metavar="COMMAND", title="commands", prog=parser.prog
    )
    for subcommand in (estimate, map, deblur, blur, train):
        subcommand.add_parser(subparsers)
    parser.usage = f"%(prog)s {{{','.join(subparsers.choices)}}} ..."
    return parser
