"""Outcomes counted by format, the slowest and largest, and those that break a bound."""

import re
from collections import Counter, defaultdict

__all__ = ["Tally", "columns"]

BROKEN = "broken"


def columns(names):
    """Headings of a table of outcomes, and how numbers under them are formatted."""
    counts = dict.fromkeys(["mutants", *names, BROKEN, "C spoke"], "d")
    extremes = {"seconds": ".2f", "of mutant": "d", "MB": ".0f", "of mutant ": "d"}
    return {"format": ""} | counts | extremes


class Tally:
    """Counts outcomes.

    Parameters
    ----------
    names : sequence of str
        Outcomes that have a column of their own.
    """

    def __init__(self, names):
        self.names = names
        self.broken = defaultdict(list)
        self._by_format = defaultdict(list)

    def add(self, outcome):
        """Count one."""
        self._by_format[outcome.format].append(outcome._replace(detail=""))
        if outcome.broken:
            self.broken[outcome.name, _alike(outcome.detail)].append(outcome)

    def rows(self):
        """Cells of each format, and of all together."""
        formats = sorted(self._by_format)
        every = [outcome for name in formats for outcome in self._by_format[name]]
        yield from ((name, *self._cells(self._by_format[name])) for name in formats)
        yield "all", *self._cells(every)

    def _cells(self, outcomes):
        counts = Counter(outcome.name for outcome in outcomes)
        slowest = max(outcomes, key=lambda outcome: outcome.seconds)
        largest = max(outcomes, key=lambda outcome: outcome.megabytes)
        return (
            len(outcomes),
            *(counts[name] for name in self.names),
            sum(outcome.broken for outcome in outcomes),
            sum(outcome.spoke for outcome in outcomes),
            *(slowest.seconds, slowest.number, largest.megabytes, largest.number),
        )

    def complaints(self):
        """A line for each kind of broken bound, the most frequent first."""
        for (name, _), outcomes in sorted(
            self.broken.items(), key=lambda item: -len(item[1])
        ):
            first = outcomes[0]
            yield f"{len(outcomes):6d}  {name}, first {first.number} ({first.format})"
            yield f"        {first.detail}"


def _alike(detail):
    """What details of one fault have in common: no numbers, nothing in quotes."""
    place = detail.rsplit(" [", 1)[-1]
    return re.sub(r"[\d.]+|'.*?'|\".*?\"", "", place if " > " in place else detail)[:120]
