"""Work that is spread over processes or a cluster, some of which may die."""

import asyncio
import sys
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool

from joblib import Parallel, delayed

__all__ = []


def spread(work, things, shared=(), *, n_jobs, ordered=True):
    """Work on each of many things, by joblib, whatever becomes of a process.

    What was in processes when one of them died is done once more, one after the other. A
    thing that a second process dies of has a `ChildProcessError` for its result, and the
    others go on.

    Parameters
    ----------
    work : callable
        Called in the processes with what a thing consists of, and with what is shared.

    things : iterable of tuple
        Asked for when there is somebody to work on them.

    shared : sequence
        What all have in common. Of an array joblib knows to send it to each process once.

    n_jobs : int or None
        As of ``joblib.Parallel``.

    ordered : bool, default=True
        Whether results come in the order of the things, or as they are found.

    Yields
    ------
    tuple
        A thing and its result.
    """
    sent, numbered = {}, enumerate(things)

    def tasks():
        for number, thing in numbered:
            sent[number] = thing
            yield delayed(_numbered)(number, work, *thing, *shared)

    return_as = "generator" if ordered else "generator_unordered"
    lost = True
    while lost:
        try:
            for number, result in Parallel(n_jobs, return_as=return_as)(tasks()):
                yield sent.pop(number), result
            lost = []
        except _deaths():
            # In the order in which they were sent.
            lost = list(sent.values())
            sent.clear()
        for thing in lost:
            yield thing, _alone(work, thing, shared, n_jobs)


def pickled(thing):
    """The bytes of a thing, as joblib sends it: with classes of a notebook or a script."""
    try:
        import cloudpickle
    except ImportError:
        # Up to joblib 1.5 it brings a copy.
        from joblib.externals import cloudpickle
    return cloudpickle.dumps(thing)


def _numbered(number, work, *arguments):
    return number, work(*arguments)


def _alone(work, thing, shared, n_jobs):
    """The result of one thing, with all processes at its service."""
    try:
        (result,) = Parallel(n_jobs)([delayed(work)(*thing, *shared)])
    except _deaths() as error:
        reason = "the process at work on it was killed, perhaps for want of memory"
        failure = ChildProcessError(reason)
        failure.__cause__ = error
        return failure
    return result


def _deaths():
    """What is raised when a process dies, or one with what others wait for."""
    kinds = [BrokenProcessPool, CancelledError, asyncio.CancelledError]
    if "distributed" in sys.modules:
        kinds.append(sys.modules["distributed"].KilledWorker)
    return tuple(kinds)
