"""One thread of BLAS, for products so small that more of them only wait for each other.

Where other programs run, a second thread can make such a product twenty times slower.
"""

from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController


class OneBlasThread:
    """Context in which BLAS has one thread, in all threads of the process.

    Entering gives the number of threads that it had, for the caller to use. The first to
    enter sets the limit and the last to leave lifts it: were each to put back what it had
    found, one of several at the same time would put back the limit.
    """

    def __init__(self):
        self.lock, self.n_inside = Lock(), 0
        self.n_threads, self.limiter = 1, None

    def __enter__(self):
        with self.lock:
            if self.n_inside == 0:
                libraries = _controller()
                counts = [library["num_threads"] for library in libraries.info()]
                self.n_threads = max(counts, default=1)
                self.limiter = libraries.limit(limits=1)
            self.n_inside += 1
            return self.n_threads

    def __exit__(self, *error):
        with self.lock:
            self.n_inside -= 1
            if self.n_inside == 0:
                self.limiter.restore_original_limits()


@cache
def _controller():
    """Looks for the libraries once, which takes some milliseconds."""
    return ThreadpoolController().select(user_api="blas")


one_blas_thread = OneBlasThread()
