"""A progress bar."""

import time

from .streams import draw, is_watched

# Work that takes no longer than this needs no progress bar.
PATIENCE = 1.0
WIDTH = 40


class ProgressBar:
    """Called with shares from 0 to 1, draws a bar on a terminal if it takes long.

    In a ``with`` block, so that the line of the bar ends whatever happens.
    """

    def __init__(self):
        self.start, self.open = time.perf_counter(), False
        self.watched = is_watched()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.open:
            draw("\n")

    def __call__(self, share):
        """Draw the bar."""
        soon = not self.open and time.perf_counter() - self.start < PATIENCE
        if soon or not self.watched:
            return
        self.open = True
        done = int(WIDTH * share)
        draw(f"\r[{'#' * done}{'.' * (WIDTH - done)}]")
