"""Numbers as options take them; what is none of them is an error of usage."""

import math
from argparse import ArgumentTypeError


def whole(least, most=None, *, unit=""):
    """A function that reads a whole number in a range, as ``type`` of an option."""

    def read(text):
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or value < least or (most is not None and value > most):
            raise _refused("a whole number", unit, _range(least, most), text)
        return value

    return read


def number(least, most=None, *, above=False, unit=""):
    """A function that reads a finite number in a range; `above` excludes the least."""

    def read(text):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        too_small = value <= least if above else value < least
        too_large = most is not None and value > most
        if not math.isfinite(value) or too_small or too_large:
            raise _refused("a number", unit, _range(least, most, above), text)
        return value

    return read


def jobs(text):
    """A number of threads or processes, or -1."""
    return -1 if text == "-1" else whole(1)(text)


def _refused(what, unit, range_, text):
    of = f" of {unit}" if unit else ""
    return ArgumentTypeError(f"must be {what}{of} {range_}, got {text!r}")


def _range(least, most, above=False):
    low = f"above {least}" if above else f"of at least {least}"
    if most is None:
        return low
    return f"{low} and at most {most}" if above else f"from {least} to {most}"
