"""What came of a trial, and how its time, memory and words are taken."""

import io
import os
import tempfile
import time
import traceback
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import NamedTuple

from .memory import Memory

__all__ = ["DOCUMENTED", "Broken", "Outcome", "Trial"]

# Answers and refusals that are promised; every other outcome breaks a bound.
DOCUMENTED = (
    "answered",
    "undecided",
    "refused",
    "not judged",
    "same answer",
    "other answer",
    "no answer",
)
FRAMES = 3
LONGEST = 300


class Outcome(NamedTuple):
    """What came of a trial."""

    number: int
    format: str
    name: str  # one of `DOCUMENTED`, or what broke a bound
    detail: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    spoke: bool = False  # whether a library written in C wrote to the error stream

    @property
    def broken(self):
        """Whether a bound is broken."""
        return self.name not in DOCUMENTED


class Broken(Exception):  # noqa: N818, it names an outcome
    """An answer that is none."""


class Trial:
    """Runs something and says what came of it.

    Parameters
    ----------
    seconds, megabytes : float
        More time, or more memory above that of the process when this is made, breaks a
        bound.
    """

    def __init__(self, seconds, megabytes):
        self.seconds, self.megabytes = seconds, megabytes
        self._memory = Memory()

    def run(self, mutant, ask):
        """The outcome of ``ask()``, which returns its name, or raises."""
        self._memory.forget_peak()
        start = time.perf_counter()
        with quiet() as words:
            name, detail = _outcome(ask)
        seconds, megabytes = time.perf_counter() - start, self._memory.peak
        if name in DOCUMENTED:
            name, detail = self._within_bounds(name, seconds, megabytes, words.said)
        found = name, detail, seconds, megabytes, bool(words.spoken)
        return Outcome(mutant.number, mutant.format, *found)

    def _within_bounds(self, name, seconds, megabytes, said):
        if seconds > self.seconds:
            return "too slow", name
        if megabytes > self.megabytes:
            return "too large", name
        if said:
            return "noise", " ".join(said.split())[:LONGEST]
        return name, ""


def _outcome(ask):
    try:
        return ask(), ""
    except Broken as error:
        return "wrong answer", str(error)
    except (Exception, SystemExit) as error:
        name = "MemoryError" if ran_out(error) else type(error).__name__
        return name, told(error)


def ran_out(error):
    """Whether memory ran out, whatever error was made of it."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


def told(error):
    """The message of an error, and its last frames."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{'/'.join(f.filename.split('/')[-2:])}:{f.lineno} {f.name}" for f in frames]
    return f"{' '.join(str(error).split())[:LONGEST]} [{' > '.join(places)}]"


@dataclass
class Words:
    """What would have reached the screen."""

    said: str = ""  # printed, warned of or logged by Python
    spoken: str = ""  # written to the error stream by libraries written in C


@contextmanager
def quiet():
    """Collect what would have reached the screen."""
    words, said = Words(), io.StringIO()
    with tempfile.TemporaryFile() as file, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        screen = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            with redirect_stdout(said), redirect_stderr(said):
                yield words
        finally:
            os.dup2(screen, 2)
            os.close(screen)
        file.seek(0)
        words.spoken = file.read().decode(errors="replace")
        warnings_said = [f"{each.category.__name__}: {each.message}" for each in warned]
        words.said = "\n".join([*said.getvalue().splitlines(), *warnings_said])
