"""Names of files as text that every table and every reader takes, and back again."""

import re

__all__ = []

# What stands in a text for half a character, and for the backslash of a name that has the
# like of these itself.
ESCAPE = re.compile(r"\\u(d[89a-f][0-9a-f]{2}|005c)")


def text_of_name(name):
    r"""A name of a file as valid UTF-8, in one way everywhere and for each name another.

    Names may be any bytes. What is not UTF-8 Python has as halves of characters, which no
    table takes: they are written as Python shows them, ``\udce9`` for the byte 0xe9. All
    else stays, but for a backslash before what would read as one of them: ``\u005c``.
    """
    text = ESCAPE.sub(r"\\u005cu\1", str(name))
    return text.encode("utf-8", "backslashreplace").decode()


def name_of_text(text):
    """The name of a file that `text_of_name` has written."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
