"""The standard streams: answers on one, all else on the other, whatever they are."""

import os
import sys
from contextlib import contextmanager, suppress

from ..images.image_file_error import one_line


class UnheardError(Exception):
    """The standard output takes no more: nothing can be answered."""


def say(line):
    """Write a line to the standard output, at once.

    Raises
    ------
    UnheardError
        If it cannot be written.
    """
    check_heard()
    with _heard():
        sys.stdout.write(_encodable(line, sys.stdout) + "\n")
        sys.stdout.flush()


def check_heard():
    """Raise `UnheardError` if there is no standard output."""
    if sys.stdout is None:
        raise UnheardError("standard output: it is closed")


def flush_streams():
    """Write what is left for both; when Python exits it would be too late to say why.

    Raises
    ------
    UnheardError
        If it cannot be written to the standard output.
    """
    draw("")
    if sys.stdout is not None:
        with _heard():
            sys.stdout.flush()


def tell(line):
    """Write a line to the error output; if it cannot be, there is nobody to tell."""
    draw(one_line(line) + "\n")


def draw(text):
    """Write a text to the error output as it is."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(_encodable(text, sys.stderr))
            sys.stderr.flush()
        except (OSError, ValueError):
            _let_go(sys.stderr)


class ErrorOutput:
    """A stream in place of the standard output: what is printed there is no answer."""

    def write(self, text):
        """Write a text to the error output."""
        draw(text)
        return len(text)

    def flush(self):
        """Nothing is kept."""


def is_watched():
    """Whether the error output is a terminal on which a line can be drawn over.

    In a file, and on a dumb terminal, a bar is a hundred lines.
    """
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    return is_terminal and os.environ.get("TERM") != "dumb"


def keep_places():
    """Open what is closed of the three streams, to nowhere.

    Otherwise a file of ours gets the number of one, and what libraries print there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _encodable(text, stream):
    """The text with escapes for what the stream has no characters for."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


@contextmanager
def _heard():
    """What cannot be written in the block is `UnheardError`."""
    try:
        yield
    except (OSError, ValueError) as error:
        _let_go(sys.stdout)
        # Whoever read the output has heard enough, such as ``head``.
        enough = isinstance(error, BrokenPipeError)
        reason = getattr(error, "strerror", None) or error
        raise UnheardError("" if enough else f"standard output: {reason}") from error


def _let_go(stream):
    """What could not be written goes nowhere, or it fails once more when Python exits."""
    # A stream that is no file has no number.
    with suppress(OSError, ValueError, AttributeError):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
