"""What the command says when something could not be done."""

import sys


def complain(error, about=None):
    """Print why, on the error output; the exit status 1."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    subject = "" if about is None else f"{about}: "
    print(f"skblur: {subject}{reason}", file=sys.stderr, flush=True)
    return 1
