"""ImageFileError: a file is no picture, a damaged one, or one that cannot be read whole."""

import os
import struct
from contextlib import contextmanager
from errno import EINVAL, EOVERFLOW
from pathlib import Path
from unicodedata import category

__all__ = ["ImageFileError"]

# Of what a decoder says, which may quote the file.
LONGEST_REASON = 200

# Controls, halves of characters, and what ends a line or a paragraph.
NOT_SHOWN = {"Cc", "Cs", "Zl", "Zp"}

# What file systems say to a decoder that a damaged file has sent to an impossible place.
DECODERS_FAULTS = (None, EINVAL, EOVERFLOW)


class ImageFileError(ValueError):
    """A file does not hold a picture that can be read without loss.

    It is no picture, is damaged, has more pixels than are allowed, or holds something that
    would be lost, such as further pages or bits; the message says which. `read_image`
    raises it, and no other error but those of the file system.

    Examples
    --------
    >>> import os, tempfile
    >>> from skblur import ImageFileError, read_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "photo.png")
    ...     with open(path, "w") as file:
    ...         _ = file.write("no picture")
    ...     try:
    ...         read_image(path)
    ...     except ImageFileError as error:
    ...         print(str(error).split(":")[0])
    photo.png cannot be read
    """


# What decoders stumble over in a damaged file, and say nothing of use about.
STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    struct.error,
)


class RefusedError(Exception):
    """What is wrong with a picture, as the end of a sentence that its file begins."""


@contextmanager
def errors_of(path):
    """Whatever goes wrong within becomes an `ImageFileError` about this file.

    Decoders of damaged files raise almost anything. Errors of the file system stay.
    """
    name = Path(os.fsdecode(path)).name
    try:
        yield
    except RefusedError as refused:
        raise ImageFileError(one_line(f"{name} {refused}")) from refused.__cause__
    except MemoryError as error:
        raise ImageFileError(one_line(f"{name} takes more memory than there is")) from error
    except OSError as error:
        if error.errno not in DECODERS_FAULTS:
            raise
        raise ImageFileError(_said(name, error)) from error
    except Exception as error:
        raise ImageFileError(_said(name, error)) from error


def one_line(text):
    """The text with escapes for all that does not stand on a line, as in names of files."""
    return "".join(
        c.encode("unicode_escape").decode() if category(c) in NOT_SHOWN else c for c in text
    )


def _said(name, error):
    """What a decoder says, if it is of use."""
    reason = one_line(" ".join(str(error).split()))
    if len(reason) > LONGEST_REASON:
        reason = f"{reason[:LONGEST_REASON]}..."
    if isinstance(error, STUMBLES) or not reason or getattr(error, "errno", None):
        reason = "it is damaged"
    elif type(error).__name__ == "DecompressionBombError":
        reason = "Pillow reads no more than twice PIL.Image.MAX_IMAGE_PIXELS of this format"
    return one_line(f"{name} cannot be read: {reason}")
