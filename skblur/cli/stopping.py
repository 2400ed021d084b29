"""Being stopped, by Ctrl-C or as machines stop programs, and saying where."""

import signal
import threading
from contextlib import contextmanager

# Those that end a program without asking it; where there are none, they are not missed.
SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stopped(KeyboardInterrupt):
    """A signal ends the program: as Ctrl-C does, so that nothing is left half done."""

    def __init__(self, number):
        super().__init__()
        self.number = number


@contextmanager
def stopped_by_signals():
    """Within the block, signals that end the program raise `Stopped`."""
    taken = {}
    # Only the main thread may, and what is ignored, as under ``nohup``, stays so.
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                taken[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, before in taken.items():
            signal.signal(number, before)


@contextmanager
def standing(where):
    """If the block is stopped, `where()` says in words what has been done until then."""
    try:
        yield
    except KeyboardInterrupt as stop:
        stop.where = where()
        raise


def said_of(stop):
    """Words and exit status of having been stopped."""
    number = getattr(stop, "number", signal.SIGINT)
    return f"stopped {getattr(stop, 'where', '')}".rstrip(), 128 + number


def _stop(number, frame):
    raise Stopped(number)
