"""The documents of the tree, and its examples."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
# What Sphinx makes of the tree, and what it makes it with.
MADE = {"_build", "_templates", "gallery", "generated", "sg_execution_times.rst"}


def name_of(path):
    """A file's path in the tree."""
    return path.relative_to(ROOT).as_posix()


PAGES = sorted(
    path for path in ROOT.glob("docs/**/*.rst") if MADE.isdisjoint(name_of(path).split("/"))
)
USER_DOCUMENTS = [ROOT / "README.rst", *PAGES]
DOCUMENTS = sorted({*USER_DOCUMENTS, *ROOT.glob("*.rst"), *ROOT.glob("benchmarks/*.rst")})
EXAMPLES = sorted(ROOT.glob("examples/*.py"))
