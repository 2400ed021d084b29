"""Files that are written aside and moved into place."""

import os
from contextlib import contextmanager
from pathlib import Path

__all__ = []


@contextmanager
def written_aside(path):
    """A name to write to, moved into place when all has been written."""
    path = Path(path)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
