"""Figures without a window: new ones, their titles, and their files."""

from pathlib import Path

from ..files.aside import written_aside

__all__ = []

# Dots per inch of a figure in a file.
DPI = 110


def new_figure(**settings):
    """A matplotlib figure that belongs to no window; `settings` as of ``Figure``.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        msg = "figures need matplotlib: pip install matplotlib"
        raise ImportError(msg) from error
    return Figure(layout="constrained", **settings)


def save_figure(figure, path):
    """Write a figure in the format of the name's suffix, aside first.

    Raises
    ------
    ValueError
        If matplotlib writes no such format.

    OSError
        If it cannot be written; what was there before still is.
    """
    kind = check_figure(path)
    with written_aside(path) as aside:
        figure.savefig(aside, format=kind, dpi=DPI)


def check_figure(path):
    """The format that the name of a figure asks for, checked before the work.

    Raises
    ------
    ImportError
        If matplotlib is missing.

    ValueError
        If matplotlib writes no such format.
    """
    kinds = new_figure().canvas.get_supported_filetypes()
    kind = Path(path).suffix[1:].lower()
    if kind not in kinds:
        known = ", ".join(f".{each}" for each in sorted(kinds))
        raise ValueError(f"the name of a figure must end in one of {known}")
    return kind


def entitle(axis, words):
    """Put a title above the left end of an axis, where it is in nobody's way."""
    axis.set_title(words, loc="left", fontsize="medium")
