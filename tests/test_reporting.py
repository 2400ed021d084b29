"""Tables of ``benchmarks/RESULTS.rst``: each is one that a script there can write anew."""

import ast
import re
import sys
from datetime import date
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
RESULTS = BENCHMARKS / "RESULTS.rst"
MARK = re.compile(r"^\.\. (table: \w+|end)$", re.M)
MEASURED = re.compile(r"\d{4}-\d\d-\d\d, (?:\w+=\w+ )*python benchmarks/(\w+\.py)( .*)?")


pytestmark = pytest.mark.usefixtures("benchmarks")


@pytest.fixture(scope="module")
def tables(benchmarks):
    from record import tables_in

    return tables_in(RESULTS.read_text())


@pytest.fixture
def filed(tmp_path, monkeypatch):
    """A table as a script files it."""
    from reporting import Table

    monkeypatch.setattr(
        sys, "argv", ["/home/me/try.py", "--images", "/data/BSDS/", "--n=3"]
    )
    path = tmp_path / "new" / "try_it.txt"
    table = Table(path, "A title, px", {"what": "", "rate": ".2f", "n": "d"})
    table.add("first", 0.125, 3)
    table.add("left out", None, 4)
    return path


def file_names(script):
    """Patterns of the names of text files in a script, as of ``f"noise_{level}.txt"``."""
    for node in ast.walk(ast.parse(script.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = (getattr(part, "value", None) for part in node.values)
            yield "".join(re.escape(p) if isinstance(p, str) else r"\w+" for p in parts)


def test_marks_come_in_pairs(tables):
    text = RESULTS.read_text()
    marks = MARK.findall(text)
    assert marks[1::2] == ["end"] * len(tables)
    assert marks[::2] == [f"table: {name}" for name in tables]
    # Nothing that looks like one goes unseen.
    assert len(re.findall(r"^\.\. *(?:table\b(?!::)|end\b)", text, re.M)) == len(marks)


def test_there_are_tables(tables):
    scripts = {MEASURED.match(table)[1] for table in tables.values()}
    assert scripts >= {"paper.py", "photo_baselines.py", "pretraining.py", "robustness.py"}


def test_each_table_names_a_script_that_writes_it(tables):
    for name, table in tables.items():
        measured = MEASURED.fullmatch(table.splitlines()[0])
        assert measured, f"{name} does not begin with a date and a command"
        script = BENCHMARKS / measured[1]
        patterns = file_names(script)
        assert any(re.fullmatch(each, f"{name}.txt") for each in patterns), name


def test_each_table_has_a_title_and_columns(tables):
    for name, table in tables.items():
        _, title, columns, *_ = table.split("\n\n")
        assert len(title.splitlines()) == 1, name
        header, *rows = (re.split(" {2,}", line) for line in columns.splitlines())
        assert rows, name
        assert max(map(len, rows)) <= len(header), name


def test_writing_what_is_there_changes_nothing(tables):
    from record import recorded

    text = RESULTS.read_text()
    for name, table in tables.items():
        assert recorded(text, name, table) == text


def test_from_a_script_into_a_place(filed):
    from record import recorded, tables_in

    text = "Before.\n\n.. table: other\n.. end\n\n.. table: try_it\n.. end\n\nAfter.\n"
    assert tables_in(text) == {"other": "", "try_it": ""}
    after = recorded(text, "try_it", filed.read_text())
    assert tables_in(after) == {"other": "", "try_it": filed.read_text().strip()}
    assert recorded(after, "try_it", filed.read_text()) == after
    assert recorded(after, "try_it", "") != after
    for kept in ("Before.\n\n.. table: other\n.. end\n", "\n.. end\n\nAfter.\n"):
        assert kept in after


def test_a_file_says_when_how_and_what(filed):
    how, versions, _, title, _, header, first, second = filed.read_text().splitlines()
    assert how.startswith(f"{date.today()}, ")
    assert how.endswith("python benchmarks/try.py --images BSDS --n=3")
    assert MEASURED.fullmatch(how)
    assert re.match(r"Python 3\.\d+\.\S+, \w+, skblur ", versions)
    assert title == "A title, px"
    assert header.split() == ["what", "rate", "n"]
    assert first.split() == ["first", "0.12", "3"]
    assert second.index("4") == header.index("n") == first.index("3")


def test_record_fills_places_and_leaves_others_out(filed, tmp_path, monkeypatch, capsys):
    import record

    results = tmp_path / "RESULTS.rst"
    results.write_text(".. table: try_it\n.. end\n")
    other = filed.with_name("unknown.txt")
    other.write_text("something")
    monkeypatch.setattr(record, "RESULTS", results)
    monkeypatch.setattr(sys, "argv", ["record.py", str(filed), str(other)])
    record.main()
    assert record.tables_in(results.read_text()) == {"try_it": filed.read_text().strip()}
    assert "unknown.txt: left out, RESULTS.rst has no line" in capsys.readouterr().out
