"""Decoders that keep to themselves what they think of a file."""

import logging
import os
import warnings
from contextlib import ExitStack, contextmanager, suppress
from threading import RLock

__all__ = []

# The filters of warnings belong to the process: two threads that change them at once may
# leave them changed. So pictures are read one at a time.
ONE_AT_A_TIME = RLock()


def _go_on_alone():
    """In a forked process nobody reads any more, and the lock may have been taken."""
    global ONE_AT_A_TIME
    ONE_AT_A_TIME = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_go_on_alone)

DECODERS = ("PIL", "tifffile")
STDERR = 2


@contextmanager
def quiet_decoders():
    """Neither warnings nor log of Pillow and tifffile come out, whatever the filters say.

    A file is either read or refused, and what is refused says why.
    """
    with ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=rf"({'|'.join(DECODERS)})(\.|$)")
        loggers = [logging.getLogger(name) for name in DECODERS]
        spread = [logger.propagate for logger in loggers]
        silence = logging.NullHandler()
        for logger in loggers:
            logger.propagate = False
            logger.addHandler(silence)
        try:
            yield
        finally:
            for logger, propagate in zip(loggers, spread, strict=True):
                logger.propagate = propagate
                logger.removeHandler(silence)


@contextmanager
def quiet_libtiff():
    """Nothing comes out of libtiff, which writes past Python to the error output.

    Nor does anything else for so long, so that it is to be short.
    """
    with ExitStack() as undo:
        # Of a program without an error output there is nothing to be kept from it.
        with suppress(OSError):
            output = os.dup(STDERR)
            undo.callback(os.close, output)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            undo.callback(os.close, nowhere)
            undo.callback(os.dup2, output, STDERR)
            os.dup2(nowhere, STDERR)
        yield
