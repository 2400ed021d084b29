"""What is written: never over something that is there, unless asked to."""

import sys
import time
from pathlib import Path

# Work that takes no longer than this needs no progress bar.
PATIENCE = 1.0


def add_output(parser, what):
    """Add ``-o`` and ``--force``."""
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help=what)
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")


def check_output(path, force):
    """Raise FileExistsError if the file is there and may not be overwritten."""
    if Path(path).exists() and not force:
        raise FileExistsError(f"{path} exists; --force overwrites it")


class ProgressBar:
    """Called with shares from 0 to 1, draws a bar on the error output if it takes long."""

    width = 40

    def __init__(self):
        self.start, self.drawn = time.perf_counter(), False

    def __call__(self, share):
        """Draw the bar, or its end."""
        if not self.drawn and time.perf_counter() - self.start < PATIENCE:
            return
        self.drawn = True
        done = int(self.width * share)
        end = "\n" if share >= 1 else ""
        bar = f"\r[{'#' * done}{'.' * (self.width - done)}]{end}"
        print(bar, end="", file=sys.stderr, flush=True)
