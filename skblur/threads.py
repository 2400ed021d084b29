"""One thread of BLAS, for products so small that more of them only wait for each other.

Where other programs run, a second thread can make such a product twenty times slower.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ContextDecorator, nullcontext
from functools import cache, wraps
from threading import Lock, local
from typing import Any, TypeVar, cast

import numpy as np
from threadpoolctl import ThreadpoolController

__all__ = []

# More threads would wait for Python.
MOST_THREADS = 4
# Rows whose products with a layer are done before a second thread is awake.
FEW_ROWS = 256
Method = TypeVar("Method", bound=Callable[..., Any])


class OneBlasThread(ContextDecorator):
    """Context, or decorator, in which BLAS has one thread, in all threads of the process.

    Entering gives the number of threads that it had, for the caller to use. The first to
    enter sets the limit and the last to leave lifts it: were each to put back what it had
    found, one of several at the same time would put back the limit.
    """

    def __init__(self):
        self.lock, self.n_inside = Lock(), 0
        self.n_threads, self.limiter = 1, None
        # How often the thread that asks is inside.
        self.own = local()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self.lock.acquire,
                after_in_parent=self.lock.release,
                after_in_child=self._go_on_alone,
            )

    def __enter__(self):
        with self.lock:
            if self.n_inside == 0:
                libraries = _controller()
                counts = [library["num_threads"] for library in libraries.info()]
                self.n_threads = max(counts, default=1)
                _take_control(libraries)
                self.limiter = libraries.limit(limits=1)
            self._count(1)
            return self.n_threads

    def __exit__(self, *error):
        with self.lock:
            self._count(-1)
            self._lift_if_last()

    def _count(self, change):
        self.n_inside += change
        self.own.depth = getattr(self.own, "depth", 0) + change

    def _lift_if_last(self):
        if self.n_inside == 0 and self.limiter is not None:
            # Who leaves last need not be who was the first to enter.
            _take_control(_controller())
            self.limiter.restore_original_limits()
            _take_control(_controller())
            self.limiter = None

    def _go_on_alone(self):
        """In a forked process the other threads are gone, and never leave."""
        self.n_inside = getattr(self.own, "depth", 0)
        self._lift_if_last()
        self.lock.release()


@cache
def _controller():
    """Looks for the libraries once, which takes some milliseconds."""
    return ThreadpoolController().select(user_api="blas")


def _take_control(libraries):
    """Have whoever is next set the number of threads.

    From threadpoolctl 3.8 on only one thread of Python can, and others do nothing.
    """
    for library in libraries.lib_controllers:
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)


one_blas_thread = OneBlasThread()


def for_each(call, parts, n_threads):
    """Call with each of the parts, in as many threads as there are, up to a few."""
    n_threads = min(n_threads, MOST_THREADS, len(parts))
    if n_threads < 2:
        for part in parts:
            call(part)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        # What one of them raises is raised here.
        list(pool.map(call, parts))


def one_blas_thread_if_few(n_rows):
    """Context in which BLAS has one thread where the rows of its products are few."""
    return one_blas_thread if n_rows <= FEW_ROWS else nullcontext()


def one_blas_thread_for_few(method: Method) -> Method:
    """A method of rows that has one thread of BLAS where they are few."""
    in_one_thread = one_blas_thread(method)

    @wraps(method)
    def as_needed(self, X, *args, **options):
        called = in_one_thread if _are_few(X) else method
        return called(self, X, *args, **options)

    return cast(Method, as_needed)


def _are_few(X):
    # Whether they are rows at all the method finds out.
    shape = getattr(X, "shape", None) or (len(X) if isinstance(X, list) else np.inf,)
    return shape[0] <= FEW_ROWS
