"""The command, run in this process."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout

from skblur.cli import main

from .outcomes import Broken

__all__ = []


def command_answers(*arguments):
    """Whether ``skblur estimate`` answers a picture as it promises, or complains.

    Raises
    ------
    Broken
        If its output, messages and exit status are not what is promised.
    """
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["estimate", "--json", "--no-free-psf", *map(str, arguments)])
    lines, complaints = out.getvalue().splitlines(), err.getvalue().splitlines()
    if status == 0 and len(lines) == 1 and not complaints:
        json.loads(lines[0], parse_constant=_refuse)
        return True
    if status == 1 and not lines and len(complaints) == 1 and _is_known(complaints[0]):
        return False
    msg = f"the command: status {status}, {lines} {complaints}"
    raise Broken(msg)


def _is_known(complaint):
    """Whether a complaint is of the file, and no mistake of the command's own."""
    return complaint.startswith("skblur: ") and "a mistake of skblur" not in complaint


def _refuse(constant):
    raise Broken(f"the command: {constant} in its output")
