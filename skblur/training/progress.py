"""Progress: the lines that say how far a training is."""

import re
import sys
import time
from datetime import timedelta

__all__ = []

# Seconds between two lines of one that counts.
SELDOM = 5.0
# Networks print a line per epoch, which is counted from 1.
EPOCH = re.compile(r"\bepoch (\d+)\b")


class Progress:
    """Prints which stage begins, and within it how much is done and what time is left.

    It takes the place of the standard output, too: lines that networks print come with
    the stage that they are of.

    Parameters
    ----------
    n_stages : int
        How many stages there are.
    """

    def __init__(self, n_stages):
        self.n_stages, self.stage = n_stages, 0
        self.out, self.line = sys.stdout, ""

    def begin(self, name, n_steps):
        """A stage of so many steps begins: samples to draw, or epochs."""
        self.stage += 1
        self.name, self.n_steps = name, n_steps
        self.start = self.said = time.perf_counter()
        self._print("begins")

    def count(self, done):
        """So many samples are there."""
        now = time.perf_counter()
        if now - self.said >= SELDOM:
            self.said = now
            self._print(f"{done} of {self.n_steps}{self._left(done)}")

    def write(self, text):
        """Print what others print, with what is known of the stage."""
        *lines, self.line = (self.line + text).split("\n")
        for line in lines:
            epoch = EPOCH.search(line)
            self._print(line + (self._left(int(epoch[1])) if epoch else ""))
        return len(text)

    def flush(self):
        """Lines are printed at once."""

    def _left(self, done):
        """The time that the rest of the stage takes, if it goes on like this."""
        seconds = time.perf_counter() - self.start
        rest = seconds / max(done, 1) * max(self.n_steps - done, 0)
        return f", {timedelta(seconds=round(rest))} left of the stage"

    def _print(self, words):
        place = f"stage {self.stage} of {self.n_stages}, {self.name}"
        print(f"{place}: {words}", file=self.out, flush=True)
