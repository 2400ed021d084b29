"""A progress bar."""

import time

from .streams import draw, is_watched

# Work that takes no longer than this needs no progress bar; it is drawn so often a second.
PATIENCE, RATE = 1.0, 10
WIDTH = 40
# Of what stands behind the bar, at most.
WORDS = 48


class ProgressBar:
    """Called with shares from 0 to 1, draws a bar on a terminal if it takes long.

    In a ``with`` block, so that the line of the bar ends whatever happens.

    Parameters
    ----------
    n_things : int, default=None
        How many things are done, for which their rate and the time that remains are shown.
    """

    def __init__(self, n_things=None):
        self.n_things = n_things
        self.start, self.drawn, self.open = time.perf_counter(), None, False
        self.watched = is_watched()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.open:
            draw("\n")

    def __call__(self, share):
        """Draw the bar."""
        now = time.perf_counter()
        soon = not self.open and now - self.start < PATIENCE
        if soon or not self.watched or self._is_fresh(now, share):
            return
        self.open, self.drawn = True, now
        done = int(WIDTH * share)
        words = self._words(share, now - self.start)
        draw(f"\r[{'#' * done}{'.' * (WIDTH - done)}]{words}")

    def clear(self):
        """Take the bar off its line, for another to be written there."""
        if self.open:
            draw(f"\r{' ' * (WIDTH + 2 + WORDS)}\r")
            self.open, self.drawn = False, None

    def _is_fresh(self, now, share):
        """Whether what is on the screen is good enough."""
        return self.drawn is not None and now - self.drawn < PATIENCE / RATE and share < 1

    def _words(self, share, seconds):
        if self.n_things is None:
            return ""
        done = round(share * self.n_things)
        rate = done / seconds
        left = round((self.n_things - done) / rate) if done else 0
        # Blanks over what may have been longer.
        words = f" {done} of {self.n_things}, {rate:.3g} per s, {_clock(left)} left"
        return f"{words:<{WORDS}}"


def _clock(seconds):
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
