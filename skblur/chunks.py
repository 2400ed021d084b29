"""Row slices that stay in the cache and within scikit-learn's ``working_memory``."""

from sklearn import get_config
from sklearn.utils import gen_batches

CHUNK_MEBIBYTES = 2


def row_chunks(n_rows, row_bytes):
    """Slices over `n_rows` whose temporaries take at most 2 MiB, or less if asked."""
    mebibytes = min(CHUNK_MEBIBYTES, get_config()["working_memory"])
    return gen_batches(n_rows, max(int(mebibytes * 2**20 // row_bytes), 1))
