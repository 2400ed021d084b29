"""README.rst as people meet it: on a package index, and for five minutes."""

import re

from documents import ROOT
from docutils.core import publish_doctree
from docutils.nodes import row

README = (ROOT / "README.rst").read_text()
RESULTS = (ROOT / "benchmarks/RESULTS.rst").read_text()
# What package indices allow, and no complaint whatever.
STRICT = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 1,
    "halt_level": 1,
}


def rows():
    """The rows of the table of figures, as texts of its cells."""
    tree = publish_doctree(README, settings_overrides=STRICT)
    found = [[cell.astext() for cell in each] for each in tree.findall(row)]
    assert found[0] == ["script, day of 2026", "figure", "skblur", "beside it"]
    return found[1:]


def test_it_is_short_and_narrow():
    lines = README.splitlines()
    assert len(lines) <= 200
    assert max(map(len, lines)) <= 100


def test_it_renders_and_is_what_package_indices_show():
    assert publish_doctree(README, settings_overrides=STRICT).children
    assert "long_description = file: README.rst" in (ROOT / "setup.cfg").read_text()


def test_its_figures_stand_in_results():
    for where, figure, ours, theirs in rows():
        values = re.findall(r"\d+\.\d+", f"{ours} {theirs}")
        assert values, figure
        for value in values:
            assert re.search(rf"(?<![\d.]){re.escape(value)}(?![\d.])", RESULTS), value
        if not where.startswith("the same"):
            script, day = re.fullmatch(r"(\w+\.py), (\d\d-\d\d)", where).groups()
            assert script in RESULTS
            assert f"2026-{day}" in RESULTS


def test_its_scripts_are_in_the_tree_or_said_not_to_be():
    scripts = {name for where, *_ in rows() for name in re.findall(r"\w+\.py", where)}
    (outside,) = re.findall(r"((?:``\w+\.py``(?: and )?)+) are kept outside", README)
    missing = {name for name in scripts if not (ROOT / "benchmarks" / name).exists()}
    assert missing == set(re.findall(r"\w+\.py", outside))
