"""The essays run: what they say holds, they draw it, and they leave nothing behind."""

import ast
import os
import runpy
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from PIL import Image
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples"
EXAMPLES = sorted(FOLDER.glob("plot_*.py"))
# What an essay needs that tests do not install, and what it writes beside itself if asked.
NEEDED = {"plot_cluster": "distributed"}
WRITTEN = {"plot_clock": {"clock.png"}}
ASKED = {"plot_clock": ["write"]}
# An essay takes some seconds; this much is the fault of no busy machine.
MOST_CPU_SECONDS = 60

of_each = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def test_there_are_examples():
    assert len(EXAMPLES) >= 10


@of_each
def test_is_an_essay(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    title, line, *_ = ast.get_docstring(tree).splitlines()
    assert line == "=" * len(title)
    assert path.read_text(encoding="utf-8").count("\n# %%\n") >= 2
    assert any(isinstance(node, ast.Assert) for node in ast.walk(tree))


@of_each
# A canvas without a screen says that it cannot show figures.
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive:UserWarning")
def test_example(path, tmp_path, monkeypatch):
    """As a script, from a copy, with a folder to work in and one for what is temporary."""
    if path.stem in NEEDED:
        pytest.importorskip(NEEDED[path.stem])
    beside, here, temporary = (tmp_path / name for name in ("beside", "here", "temporary"))
    for folder in (beside, here, temporary):
        folder.mkdir()
    script = shutil.copy(path, beside)
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(sys, "argv", [script, *ASKED.get(path.stem, [])])
    in_tree = _names(ROOT), _names(FOLDER)
    plt.close("all")
    start = _cpu_seconds()
    # Threads of BLAS that wait for each other would count, too.
    with threadpool_limits(1):
        runpy.run_path(script, run_name="__main__")
    assert _cpu_seconds() - start < MOST_CPU_SECONDS
    assert plt.get_fignums()
    assert all(plt.figure(number).axes for number in plt.get_fignums())
    plt.close("all")
    assert _names(beside) == {path.name} | WRITTEN.get(path.stem, set())
    assert not _names(here)
    assert not _names(temporary)
    assert (_names(ROOT), _names(FOLDER)) == in_tree
    if path.stem == "plot_clock":
        _check_picture(beside / "clock.png")


def test_picture_of_the_readme():
    _check_picture(FOLDER / "clock.png")


def _check_picture(path):
    """Wide enough for a page, and small."""
    with Image.open(path) as picture:
        assert picture.width >= 800
        assert picture.width > 2 * picture.height
    assert path.stat().st_size <= 150_000


def _names(folder):
    return {path.name for path in folder.iterdir()}


def _cpu_seconds():
    """Of this process and of those that it has waited for."""
    return sum(os.times()[:4])
