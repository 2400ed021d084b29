"""Where a photograph and the panels about it stand, so that there are no empty bands."""

from textwrap import wrap
from typing import NamedTuple

from .figure import new_figure

__all__ = []

PHOTOGRAPH = "photograph"
# Width to height up to which a photograph stands beside all panels, and from which on it
# stands above them all; in between it stands beside the first.
TALL, WIDE = 0.9, 2.2
# Width of a panel to its height.
ASPECTS = {"spectrum": 1.0, "profile": 1.5, "psf": 1.0, "probability": 1.2}
# Inches across: of a figure, of one with four panels in a row, and of the panels beside a
# photograph.
WIDTH, WIDEST, COLUMNS = 10, 12, 6.6
# For the title of a narrow photograph.
LEAST_WIDTH = 1.5
# Inches down: of the highest panel, and of the highest photograph.
HIGHEST_PANEL, HIGHEST_PHOTOGRAPH = 2.3, 6
# Inches: what a panel's axis takes below and beside it, a title, a line of the headline.
BELOW, BESIDE, TITLE, LINE = 0.45, 0.8, 0.27, 0.3
# Characters of a headline to an inch.
CHARACTERS = 7


class _Row(NamedTuple):
    """Panels side by side, and their height in inches, without titles and axes."""

    aspects: dict
    height: float

    @classmethod
    def within(cls, width, aspects):
        """As high as fills a width, or as is high enough."""
        highest = HIGHEST_PHOTOGRAPH if PHOTOGRAPH in aspects else HIGHEST_PANEL
        height = (width - BESIDE * _n_panels(aspects)) / sum(aspects.values())
        return cls(aspects, min(height, highest))

    @property
    def inches_down(self):
        """With titles and axes; a photograph has none."""
        return self.height + TITLE + BELOW * (_n_panels(self.aspects) > 0)

    @property
    def inches_across(self):
        """With axes."""
        return self.height * sum(self.aspects.values()) + BESIDE * _n_panels(self.aspects)

    def fill(self, figure, cell):
        """Axes by name, in a cell of a grid."""
        widths = list(self.aspects.values())
        cells = cell.subgridspec(1, len(widths), width_ratios=widths)
        return {
            name: figure.add_subplot(cell, label=name)
            for name, cell in zip(self.aspects, cells, strict=True)
        }


def _n_panels(aspects):
    return len(aspects) - (PHOTOGRAPH in aspects)


def lay_out(shape, names, clauses, figure=None):
    """A figure with a headline, and its axes by name: of a photograph and of panels.

    A new figure is as large as all that needs; a given one keeps its size. Each clause of
    the headline begins a line.
    """
    rows, left = _arranged(shape[1] / shape[0], names)
    if figure is None:
        width = left + COLUMNS if left else max(row.inches_across for row in rows)
        width = max(width, LEAST_WIDTH)
        lines = _lines(clauses, width)
        down = sum(row.inches_down for row in rows) + LINE * len(lines)
        figure = new_figure(figsize=(width, down))
    else:
        lines = _lines(clauses, figure.bbox.width / figure.dpi)
    figure.suptitle("\n".join(lines), fontsize="xx-large")
    if not left:
        return figure, _fill(figure, figure.add_gridspec()[0], rows)
    beside, columns = figure.add_gridspec(1, 2, width_ratios=(left, COLUMNS))
    photograph = figure.add_subplot(beside, label=PHOTOGRAPH)
    return figure, {PHOTOGRAPH: photograph} | _fill(figure, columns, rows)


def _arranged(aspect, names):
    """Rows, and inches across of a photograph to their left if it is not in one of them."""
    if aspect < TALL and names:
        pairs = [names[i : i + 2] for i in range(0, len(names), 2)]
        rows = [_Row.within(COLUMNS, {n: ASPECTS[n] for n in pair}) for pair in pairs]
        down = sum(row.inches_down for row in rows) - TITLE
        return rows, max(aspect * down, LEAST_WIDTH)
    aspects = {PHOTOGRAPH: aspect} | {name: ASPECTS[name] for name in names}
    n_first, width = (1, WIDEST) if aspect >= WIDE else (2, WIDTH)
    parts = dict(list(aspects.items())[:n_first]), dict(list(aspects.items())[n_first:])
    return [_Row.within(width, part) for part in parts if part], None


def _lines(clauses, width):
    return [line for each in clauses for line in wrap(each, int(CHARACTERS * width))]


def _fill(figure, cell, rows):
    """Axes by name, row by row."""
    axes = {}
    cells = cell.subgridspec(len(rows), 1, height_ratios=[row.inches_down for row in rows])
    for row, row_cell in zip(rows, cells, strict=True):
        axes |= row.fill(figure, row_cell)
    return axes
