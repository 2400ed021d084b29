"""Archives of arrays."""

import numpy as np

from .aside import written_aside

__all__ = []


def write_npz(path, **arrays):
    """Write arrays aside and move them into place, so that a file is never half there."""
    with written_aside(path) as aside, open(aside, "wb") as file:
        np.savez_compressed(file, **arrays)
