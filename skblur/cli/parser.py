"""The parsers of the command: what they say of a mistake, and how they show help."""

import argparse
import sys
from textwrap import indent

from .streams import tell


class Parser(argparse.ArgumentParser):
    """On a mistake says the short usage, what is wrong, and where more is said.

    Parameters
    ----------
    examples : sequence of str, default=()
        Commands that help ends with.

    notes : str, default=""
        What help says before them, with its own line breaks.

    **settings
        Those of `argparse.ArgumentParser`.
    """

    def __init__(self, *, examples=(), notes="", **settings):
        lines = indent("\n".join(examples), "  ")
        epilog = "\n\n".join(filter(None, [notes, lines and f"examples:\n{lines}"]))
        settings["formatter_class"] = argparse.RawDescriptionHelpFormatter
        super().__init__(epilog=epilog, **settings)

    def parse_known_args(self, args=None, namespace=None):
        """Parse them all: the parser that does not know one says so, with its own usage.

        Pictures may stand anywhere between the options, not only together.
        """
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            names = _names_in(unknown) if hasattr(found, "files") else None
            if names is None:
                self.error(f"unrecognized arguments: {' '.join(unknown)}")
            found.files = [*found.files, *names]
        return found, []

    def error(self, message):
        """End with the exit status 2."""
        self.print_usage(sys.stderr)
        tell(f"{self.prog}: error: {message}; see {self.prog} --help")
        self.exit(2)


def _names_in(words):
    """The words but for a ``--``, behind which all are names; None if one is an option."""
    end = words.index("--") if "--" in words else len(words)
    before, behind = words[:end], words[end + 1 :]
    return None if any(word.startswith("-") for word in before) else [*before, *behind]
