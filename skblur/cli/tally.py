"""What a report ends with: how many pictures have which blur."""

import time
from collections import Counter

from ..blurs.types import answer_names

UNREAD = "not read"


class Tally:
    """Counts answers by type, and the time that they take."""

    def __init__(self):
        self.counts, self.start = Counter(), time.perf_counter()

    def add(self, outcome):
        """Count an estimate, or the error in its place."""
        self.counts[getattr(outcome, "blur_type", UNREAD)] += 1

    def lines(self, n_kept, others):
        """The table: by type, what was there before, and files of `others` suffixes."""
        total = sum(self.counts.values())
        for name in [*answer_names(), UNREAD]:
            if self.counts[name]:
                share = 100 * self.counts[name] / total
                yield f"{name:<10}{self.counts[name]:>8}{share:>6.0f} %"
        seconds = time.perf_counter() - self.start
        said = f"{total} {'picture' if total == 1 else 'pictures'} in {seconds:.1f} s"
        yield f"{said}, {total / seconds:.3g} per second" if total else said
        if n_kept:
            were = "was" if n_kept == 1 else "were"
            yield f"{n_kept} more {were} in the report already"
        if others:
            kinds = ", ".join(
                f"{n} {suffix or 'plain'}" for suffix, n in others.most_common()
            )
            n = sum(others.values())
            they = "file that is no picture" if n == 1 else "files that are no pictures"
            yield f"passed over {n} {they}: {kinds}"
