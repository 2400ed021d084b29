"""Tables that are written row by row, progress, and figures."""

import os
import platform
import re
import shlex
import sys
import time
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

PACKAGES = ("skblur", "numpy", "scipy", "scikit-learn", "scikit-image")
PEERS = ("torch", "pyGRNN", "statsmodels", "blur_detector")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# As they were given: a script may set them for the processes that it begins.
GIVEN = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
BAR = 24
# Characters of the first column of a table.
FIRST_WIDTH = 42


class Table:
    """Rows that are printed and filed as soon as they are measured.

    Parameters
    ----------
    path : Path
        Text file, in a folder that need not exist; what was there before is replaced.
        ``record.py`` knows the table by its name.

    title : str
        First line, says what is measured and in which units.

    columns : dict of str to str
        Headings and how numbers under them are formatted.
    """

    def __init__(self, path, title, columns):
        self.columns, self.rows = columns, []
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{date.today()}, {command_line()}\n{environment()}\n")
        self._write(f"\n{title}\n")
        self._write(self._line(columns))

    def add(self, *cells):
        """Write a row; None leaves a cell empty, missing cells too."""
        self.rows.append(dict(zip(self.columns, cells, strict=False)))
        formats = self.columns.values()
        texts = [_text(c, form) for c, form in zip(cells, formats, strict=False)]
        self._write(self._line(texts))

    def values(self, column):
        """Numbers of a column, NaN where there is none."""
        cells = (row.get(column) for row in self.rows)
        return [c if isinstance(c, (int, float)) else np.nan for c in cells]

    def _line(self, texts):
        _, *others = self.columns
        widths = [FIRST_WIDTH, *(max(9, len(name)) for name in others)]
        cells = [text.ljust(w) for text, w in zip(texts, widths, strict=False)]
        return "  ".join(cells).rstrip()

    def _write(self, line):
        print(line, flush=True)
        # Opened anew for every row, so that a run cut short leaves its rows behind.
        with self._path.open("a") as file:
            file.write(f"{line}\n")


def command_line():
    """The command that is running, in a checkout; of folders their names alone."""
    script, *given = sys.argv
    given = [re.sub("[^=]*/", "", each.rstrip("/")) for each in given]
    return shlex.join([*GIVEN, "python", f"benchmarks/{Path(script).name}", *given])


def environment():
    """Versions of what was at work, as far as it is installed."""
    found = [f"Python {platform.python_version()}", platform.machine()]
    for name in PACKAGES + PEERS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def progress(items, label=str):
    """Go through a collection with a bar on the standard error stream.

    Parameters
    ----------
    items : collection
        What to go through.

    label : callable, default=str
        Says what is going on, given an item.
    """
    items, start = list(items), time.perf_counter()
    for index, item in enumerate(items):
        done = BAR * index // len(items)
        bar = "#" * done + "." * (BAR - done)
        seconds = time.perf_counter() - start
        text = f"[{bar}] {index + 1}/{len(items)}  {seconds:4.0f} s  {label(item)}"
        _show(text)
        yield item
        # The line is cleared before the next row is printed.
        _show("")


def new_figure(n_rows, n_columns, size):
    """A matplotlib figure and its axes (n_rows, n_columns); no window is opened."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(n_rows, n_columns, squeeze=False)


def bar_panels(path, title, names, panels):
    """A figure of horizontal bars, one panel per quantity.

    Parameters
    ----------
    path : Path
        Where to save.

    title : str
        Above all panels.

    names : list of str
        Of the bars, from top to bottom.

    panels : dict of str to dict of str to sequence of float
        Title of the panel, name of the series, values; NaN is left out.
    """
    size = 3.4 + 2.4 * len(panels), 1.6 + 0.34 * len(names)
    figure, axes = new_figure(1, len(panels), size)
    for axis, (quantity, series) in zip(axes[0], panels.items(), strict=True):
        _draw_bars(axis, quantity, names, series)
    for axis in axes[0, 1:]:
        axis.set_yticklabels([])
    axes[0, 0].legend(loc="upper left", bbox_to_anchor=(0, -0.12), fontsize="small")
    figure.suptitle(title)
    figure.savefig(path, dpi=120)


def _draw_bars(axis, quantity, names, series):
    height = 0.8 / len(series)
    for index, (label, values) in enumerate(series.items()):
        middle = np.arange(len(names)) + (index - (len(series) - 1) / 2) * height
        bars = axis.barh(middle, values, height, label=label)
        texts = ["" if np.isnan(v) else f"{v:.3g}" for v in values]
        axis.bar_label(bars, texts, padding=2, fontsize=7)
    axis.set_yticks(np.arange(len(names)), names)
    # The same in all panels, also in one whose last bars are missing.
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.margins(x=0.2)
    axis.set_title(quantity, fontsize="medium")


def _text(cell, form):
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else format(cell, form)


def _show(text):
    """One line that stays in place on a terminal; elsewhere, one line each."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)
