"""Work that is done on each of several pictures, whatever happens to one of them."""

import os
from collections import Counter
from typing import NamedTuple

from .command_error import CommandError, about, complain
from .progress import ProgressBar
from .stopping import standing
from .streams import check_heard, say


class Answer(NamedTuple):
    """What is said of a picture, and what has failed in spite of it."""

    lines: list[str]
    failure: CommandError | None = None


class LeftAloneError(CommandError):
    """There is nothing that can be done to a picture."""


def work_on_each(pictures, outputs, do, n_jobs, done):
    """Do the work on every picture, and say how it went; the exit status.

    Parameters
    ----------
    pictures : list of Given
        At least one.

    outputs : list of OutputOfEach
        What is written of each.

    do : callable
        Does the work, and goes to the processes if there are several: called with the path
        of a picture, a name to write to for each of the outputs, and a function that draws
        the share that is done, or None. Returns an `Answer`, or raises `CommandError`.

    n_jobs : int
        How many processes there are.

    done : str
        The word for what has been done, such as "restored".
    """
    check_heard()
    n_pictures, counts = len(pictures), Counter()

    def where():
        reached = pictures[min(counts.total(), n_pictures - 1)].name
        if n_pictures == 1:
            return f"at {reached}; nothing written"
        return f"at {reached}; {counts[done]} of {n_pictures} pictures {done}"

    with standing(where), ProgressBar(n_pictures if n_pictures > 1 else None) as progress:
        for lines, failure in _answers(pictures, outputs, do, n_jobs, progress):
            progress.clear()
            if failure is not None:
                complain(failure)
            for line in lines:
                say(line)
            counts[_kind_of(failure, done)] += 1
            if n_pictures > 1:
                progress(counts.total() / n_pictures)
    if outputs[0].in_folder:
        kinds = done, "left alone", "failed"
        say(", ".join(f"{counts[kind]} {kind}" for kind in kinds if counts[kind]))
    return int(counts[done] < n_pictures)


def _kind_of(failure, done):
    if failure is None:
        return done
    return "left alone" if isinstance(failure, LeftAloneError) else "failed"


def _answers(pictures, outputs, do, n_jobs, progress):
    """An `Answer` for each picture, in their order."""
    tasks = ((given, _places(given, outputs)) for given in pictures)
    if len(pictures) == 1:
        yield from (_answer(*task, do, progress) for task in tasks)
    elif n_jobs == 1:
        yield from (_answer(*task, do) for task in tasks)
    else:
        from ..estimation.spreading import spread

        shared = do, os.getcwd()
        for (given, _), answer in spread(_answer_there, tasks, shared, n_jobs=n_jobs):
            died = isinstance(answer, ChildProcessError)
            yield Answer([], CommandError(answer, given.name)) if died else answer


def _answer_there(given, places, do, folder):
    """In a process that may have been left in another folder."""
    os.chdir(folder)
    return _answer(given, places, do)


def _places(given, outputs):
    """Where to write, checked just before the work; or why nowhere."""
    try:
        return [output.place_for_work(given) for output in outputs]
    except CommandError as failure:
        return failure


def _answer(given, places, do, report=None):
    if isinstance(places, CommandError):
        return Answer([], places)
    try:
        with about(given.name):
            return do(given.name, places, report)
    except CommandError as failure:
        return Answer([], failure)
