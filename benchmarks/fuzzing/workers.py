"""Trials in processes of their own, which may die or hang without ending the run."""

import multiprocessing
import time
from multiprocessing.connection import wait

from .memory import allow

__all__ = ["run_all"]

CONTEXT = multiprocessing.get_context("spawn")
# A bomb fails at this, before the machine does.
ALLOWED_MEGABYTES = 2048
HANGS = 20.0
READY = "ready"


def run_all(trials, arguments, numbers, jobs):
    """Run trials, and say what came of each as soon as it is known.

    Parameters
    ----------
    trials : class
        Made in each process, then called with numbers.

    arguments : callable
        Given the number of a process, the arguments of `trials`.

    numbers : iterable of int
        Of the trials.

    jobs : int
        Processes at once.

    Yields
    ------
    number : int
    outcome : object or str
        What the trial returned, or how its process died.
    """
    numbers = iter(numbers)
    workers = [Worker(trials, arguments(job)) for job in range(jobs)]
    for worker in workers:
        worker.take(numbers)
    try:
        while busy := [worker for worker in workers if worker.number is not None]:
            wait([worker.pipe for worker in busy], timeout=1)
            for worker in busy:
                if worker.done:
                    yield worker.number, worker.outcome()
                    worker.take(numbers)
    finally:
        for worker in workers:
            worker.end()


class Worker:
    """A process that runs one trial at a time, and is begun anew when it dies."""

    def __init__(self, trials, arguments):
        self._given = trials, arguments
        self.number = None
        self._begin()

    def _begin(self):
        self.pipe, far = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=_serve, args=(far,), daemon=True)
        self._process.start()
        far.close()
        try:
            # Not among the arguments of the process: one that dies before it has read them
            # all would be waited for.
            self.pipe.send(self._given)
            self.pipe.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError("a process of trials could not begin") from error

    def take(self, numbers):
        """Begin the next trial, if there is one."""
        self.number = next(numbers, None)
        if self.number is not None:
            self._since = time.monotonic()
            self.pipe.send(self.number)

    @property
    def done(self):
        """Whether there is an outcome: the trial ended, its process died, or it hangs."""
        return self.pipe.poll() or self._hangs

    @property
    def _hangs(self):
        return time.monotonic() - self._since > HANGS

    def outcome(self):
        """What came of the trial."""
        try:
            if self.pipe.poll():
                return self.pipe.recv()
            how = f"hung for {HANGS:.0f} s"
        except (EOFError, OSError):
            self._process.join()
            how = f"died, exit code {self._process.exitcode}"
        self.end()
        self._begin()
        return how

    def end(self):
        """End the process."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _serve(pipe):
    trials, arguments = pipe.recv()
    run = trials(*arguments)
    allow(ALLOWED_MEGABYTES)
    pipe.send(READY)
    while True:
        try:
            number = pipe.recv()
        except EOFError:
            return
        pipe.send(run(number))
