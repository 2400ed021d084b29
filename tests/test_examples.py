"""The essays run, and draw something."""

import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("plot_*.py"))


def test_there_are_examples():
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
# A canvas without a screen says that it cannot show figures.
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive:UserWarning")
def test_example(path):
    if path.stem == "plot_cluster":
        pytest.importorskip("distributed")
    plt.close("all")
    runpy.run_path(str(path))
    assert plt.get_fignums()
    assert all(plt.figure(number).axes for number in plt.get_fignums())
    plt.close("all")
