"""What could not be done, and which file it is about."""

import os
import sys
from contextlib import contextmanager
from traceback import extract_tb

from ..images.image_file_error import one_line
from .streams import UnheardError, tell

# What files, values and small machines bring about. All else is a mistake of skblur.
EXPECTED = (OSError, ValueError, MemoryError, ImportError)


class CommandError(Exception):
    """Why something could not be done; the name of the file that it is about, or None."""

    def __init__(self, reason, about=None):
        super().__init__(reason)
        self.about = about

    def __str__(self):
        reason = super().__str__()
        return reason if self.about is None else f"{self.about or repr('')}: {reason}"


@contextmanager
def about(path):
    """What goes wrong in the block is a `CommandError` that names the file.

    So is a mistake of ours, with its place: of a thousand pictures the others are to be
    answered. Python's development mode (``python -X dev``) shows its traceback instead.
    """
    try:
        yield
    except (CommandError, UnheardError):
        raise
    except Exception as error:
        if sys.flags.dev_mode and not isinstance(error, EXPECTED):
            raise
        raise CommandError(_reason(error, path), path) from error


def complain(failure):
    """Say it on the error output; the exit status 1."""
    tell(f"skblur: {failure}")
    return 1


def _reason(error, path):
    if isinstance(error, OSError) and error.strerror:
        other = error.filename not in (None, path) and str(error.filename) != str(path)
        return f"{error.strerror}: {error.filename}" if other else error.strerror
    text = " ".join(str(error).split())
    if path:
        # Some errors begin with the name of their file, which is said anyway.
        text = text.removeprefix(f"{one_line(os.path.basename(path))} ")
    if isinstance(error, MemoryError):
        return f"not enough memory: {text}" if text else "not enough memory"
    kind = type(error).__name__
    if isinstance(error, EXPECTED):
        return text or kind
    place = extract_tb(error.__traceback__)[-1]
    return f"a mistake of skblur: {kind}: {text} ({place.filename}, line {place.lineno})"
