"""``skblur --print-completion``: a script by which a shell completes the command."""

import argparse

from .command_error import about
from .streams import say

SHELLS = "bash", "zsh", "tcsh"
# What stands in help for the name of a file, and of a folder.
FILES = {"FILE", "PLACE", "REPORT", "MODEL"}
FOLDERS = {"DIR", "FOLDER"}


class CompletionAction(argparse.Action):
    """Print the script and end; what makes it is imported when it is asked for."""

    def __init__(self, option_strings, dest, **settings):
        super().__init__(option_strings, argparse.SUPPRESS, choices=SHELLS, **settings)

    def __call__(self, parser, namespace, values, option_string=None):
        """Print and end."""
        with about(option_string):
            say(_script(parser, values))
        parser.exit()


def _script(parser, shell):
    try:
        import shtab
    except ImportError as error:
        reason = "it needs shtab: pip install 'skblur[completion]'"
        raise ImportError(reason) from error
    for each in all_actions(parser):
        if each.metavar in FILES:
            each.complete = shtab.FILE
        elif each.metavar in FOLDERS:
            each.complete = shtab.DIRECTORY
    return shtab.complete(parser, shell)


def all_actions(parser):
    """The arguments and options of a parser, and of those of its subcommands."""
    for each in parser._actions:
        if isinstance(each.choices, dict):
            for subcommand in each.choices.values():
                yield from all_actions(subcommand)
        else:
            yield each
