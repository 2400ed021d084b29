"""Reports of folders, going on with them, and sorting."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.signal import fftconvolve

from skblur import defocus_psf, estimate_blur, estimate_many, read_image
from skblur.cli import main
from skblur.cli.sorting import Sorter
from skblur.estimation.report import report_columns

QUICK = ["--no-free-psf", "--no-shares"]


@pytest.fixture
def folder(tmp_path, photos, monkeypatch):
    """A folder to be in, with a folder of sharp and of defocused pictures in it."""
    monkeypatch.chdir(tmp_path)
    Path("all", "soft").mkdir(parents=True)
    for i in range(3):
        photo = photos[2 * i][:300, :300]
        soft = fftconvolve(photo, defocus_psf(4), mode="valid")
        for name, pixels in ((f"all/{i}.png", photo), (f"all/soft/{i}.png", soft)):
            Image.fromarray(np.rint(255 * pixels.clip(0, 1)).astype(np.uint8)).save(name)
    Path("all/notes.txt").write_text("no picture")
    Path("all/bad.png").write_text("no picture")
    return tmp_path


PICTURES = [
    *[f"all/{i}.png" for i in range(3)],
    "all/bad.png",
    *[f"all/soft/{i}.png" for i in range(3)],
]


def rows_of(path):
    """The rows of a report, as they are written, by file."""
    if path.endswith(".csv"):
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    elif path.endswith(".jsonl"):
        rows = [json.loads(line) for line in Path(path).read_text().splitlines()]
    else:
        rows = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
    found = {row["file"]: row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_report(capsys, folder, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = f"report.{suffix}"
    assert main(["estimate", "all", "-o", path, *QUICK]) == 1
    out, err = capsys.readouterr()
    rows = rows_of(path)
    assert list(rows) == PICTURES
    for name, row in rows.items():
        assert int(row["size"]) == os.stat(name).st_size
        if name == "all/bad.png":
            assert "bad.png" in row["error"]
            continue
        found = estimate_blur(read_image(name)[0], free_psf=False)
        assert (
            row["blur_type"] == found.blur_type == ("defocus" if "soft" in name else "none")
        )
        assert float(row["confidence"]) == pytest.approx(found.confidence, rel=1e-5)
        if found.radius is not None:
            assert float(row["radius"]) == pytest.approx(found.radius, rel=1e-5)
    assert err.startswith("skblur: all/bad.png: ")
    lines = out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["none", "3", "43", "%"],
        ["defocus", "3", "43", "%"],
        ["not", "read", "1", "14", "%"],
    ]
    assert re.fullmatch(r"7 pictures in \d+\.\d s, [\d.e+]+ per second", lines[3])
    assert lines[4] == "passed over 1 file that is no picture: 1 .txt"
    assert sorted(os.listdir()) == ["all", path]


def test_processes_write_the_same(capsys, folder):
    for path, more in (("a.csv", []), ("b.csv", ["--jobs", "2"])):
        assert main(["estimate", "all", "-o", path, *QUICK, *more]) == 1
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    more = ["--jobs", "2", "--as-completed"]
    assert main(["estimate", "all", "-o", "c.csv", *QUICK, *more]) == 1
    assert rows_of("c.csv") == rows_of("a.csv")


@pytest.mark.parametrize("content", ["old", "a letter\nto somebody\n", "{}\n"])
@pytest.mark.parametrize("path", ["report.csv", "report.jsonl"])
def test_what_is_no_report_is_not_overwritten(capsys, folder, path, content):
    Path(path).write_text(content)
    assert main(["estimate", "all", "-o", path, *QUICK]) == 1
    assert f"{path}: it exists" in capsys.readouterr().err
    assert main(["estimate", "all", "-o", path, *QUICK, "--resume"]) == 1
    assert f"{path}: it is no report" in capsys.readouterr().err
    assert Path(path).read_text() == content


def test_force_begins_anew(folder):
    Path("report.csv").write_text("old")
    assert main(["estimate", "all", "-o", "report.csv", *QUICK, "--force"]) == 1
    assert list(rows_of("report.csv")) == PICTURES


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-o", "report.txt"], "must end in one of .csv, .jsonl, .parquet"),
        (["-o", "missing/report.csv"], "does not exist"),
        (["--resume"], "--resume goes on with a report"),
        (["--copy"], "--copy copies into a folder"),
        (["--json", "-o", "report.csv"], "leave one out"),
    ],
)
def test_refused_before_the_work(capsys, folder, arguments, reason):
    assert main(["estimate", "all", *arguments, *QUICK]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert reason in err


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_resume(capsys, folder, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = f"report.{suffix}"
    command = ["estimate", "all", "-o", path, *QUICK]
    assert main([*command, "--exclude", "soft/*"]) == 1
    before = rows_of(path)
    capsys.readouterr()
    # One changes, one goes, and the last line is cut off as by a kill.
    Image.fromarray(read_image("all/soft/0.png")[0]).save("all/0.png")
    Path("all/1.png").unlink()
    if suffix != "parquet":
        with open(path, "a") as file:
            file.write('{"file": "all/2' if suffix == "jsonl" else "all/2.png,no")
    assert main([*command, "--resume"]) == 1
    out, _ = capsys.readouterr()
    after = rows_of(path)
    assert sorted(after) == sorted(PICTURES)
    assert [after[name] == before[name] for name in PICTURES[:4]] == [
        False,
        True,
        True,
        True,
    ]
    assert after["all/0.png"]["blur_type"] == "defocus"
    # What could not be read is tried again.
    assert "5 pictures in" in out
    assert "1 more was in the report already" in out
    whole = Path(path).read_bytes()
    assert main([*command, "--resume"]) == 1
    assert "1 picture in" in capsys.readouterr().out
    if suffix != "parquet":
        assert sorted(Path(path).read_bytes().splitlines()) == sorted(whole.splitlines())


def test_a_killed_run_is_gone_on_with(folder):
    """Every picture is there exactly once after a kill -9 and --resume."""
    for i in range(60):
        Path(f"all/copy{i}.png").write_bytes(Path("all/0.png").read_bytes())
    script = "import sys; from skblur.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "estimate", "all", "-o", "report.csv", *QUICK]
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not Path("report.csv").exists() or len(rows_of("report.csv")) < 10:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    run.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    run.wait()
    assert len(rows_of("report.csv")) < 67
    assert main([*command[3:], "--resume"]) in (0, 1)
    assert len(rows_of("report.csv")) == 67


def test_include_and_exclude(capsys, folder):
    for patterns, expected in (
        (["--include", "soft/*"], 3),
        (["--include", "0.*"], 2),
        (["--include", "*.png", "--exclude", "bad.*", "--exclude", "1.png"], 4),
    ):
        assert main(["estimate", "all", *QUICK, *patterns]) == 0
        assert len(capsys.readouterr().out.splitlines()) == expected
    assert main(["estimate", "all", *QUICK, "--include", "*.gif"]) == 1
    assert "all: no pictures in it that are asked for" in capsys.readouterr().err


def test_links_are_followed_on_demand(capsys, folder):
    Path("more").mkdir()
    Path("all/soft/0.png").rename("more/0.png")
    Path("all/linked").symlink_to(folder / "more")
    Path("more/back").symlink_to(folder / "all")
    for more, expected in (([], 6), (["--follow-links"], 7)):
        main(["estimate", "all", "-o", "report.csv", "--force", *QUICK, *more])
        assert len(rows_of("report.csv")) == expected


@pytest.mark.parametrize("copy", [True, False])
def test_sorting(capsys, folder, copy):
    command = ["estimate", "all", *QUICK, "--sort-into", "sorted", *["--copy"] * copy]
    assert main(command) == 1
    kinds = {"none": PICTURES[:3], "defocus": PICTURES[4:]}
    for kind, names in kinds.items():
        for name in names:
            place = Path("sorted", kind, Path(name).relative_to("all"))
            assert place.is_symlink() != copy
            assert place.read_bytes() == Path(name).read_bytes()
    assert len([p for p in Path("sorted").rglob("*") if not p.is_dir()]) == 6
    # Once more does no harm; another of the same name is kept.
    assert main(command) == 1
    capsys.readouterr()
    place = Path("sorted/none/0.png")
    place.unlink()
    place.write_bytes(b"another")
    assert main(command) == 1
    assert "it exists and is another" in capsys.readouterr().err
    assert place.read_bytes() == b"another"
    assert main([*command, "--force"]) == 1
    assert place.read_bytes() == Path("all/0.png").read_bytes()


def test_least_confidence(capsys, folder):
    assert main(["estimate", "all/0.png", *QUICK, "--min-confidence", "1"]) == 0
    assert ": undecided (no type is likely enough)" in capsys.readouterr().out


def test_columns_are_documented(folder):
    main(["estimate", "all/0.png", "-o", "report.csv", *QUICK])
    with open("report.csv", newline="") as file:
        assert next(csv.reader(file)) == [*report_columns(), "size", "modified"]


# Names of files, and how reports have them.
ODD_NAMES = {
    "all/new\nline.png": "all/new\nline.png",
    "all/return\rx.png": "all/return\rx.png",
    'all/quo"te,.png': 'all/quo"te,.png',
    "all/\udce9.png": r"all/\udce9.png",
    r"all/\udce9.png": r"all/\u005cudce9.png",
}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_names_of_any_characters(capsys, folder, suffix):
    """Non-regression test for: a carriage return in a name made two rows of one, so did
    ``--resume`` where a name is not UTF-8 in Parquet, and CSV was then not UTF-8.
    """
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    names, path = [*ODD_NAMES], f"report.{suffix}"
    for name in names:
        Path(name).write_bytes(Path("all/0.png").read_bytes())
    command = ["estimate", "-o", path, *QUICK]
    # What looks like another's name is not taken for its row.
    for given, n_done in ((names[:4], 0), (names, 4), (names, 5)):
        assert main([*command, *given, *["--resume"] * bool(n_done)]) == 0
        assert list(rows_of(path)) == [ODD_NAMES[name] for name in given]
        out = capsys.readouterr().out
        assert f"{n_done} more were in the report" in out or not n_done


def test_reports_are_read_by_others(folder):
    """Non-regression test for: pandas could not read names that are not UTF-8."""
    pandas = pytest.importorskip("pandas")
    names = [*ODD_NAMES][3:]
    for name in names:
        Path(name).write_bytes(Path("all/0.png").read_bytes())
    for path in ("report.csv", "report.jsonl"):
        assert main(["estimate", *names, "-o", path, *QUICK]) == 0
    read = pandas.read_csv("report.csv"), pandas.read_json("report.jsonl", lines=True)
    for frame in (*read, estimate_many(names, free_psf=False, as_frame=True)):
        assert list(frame["file"]) == [ODD_NAMES[name] for name in names]


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_lines_of_another_make_are_gone_on_with(folder, suffix):
    """Names in them may not be UTF-8."""
    path = f"report.{suffix}"
    columns = [*report_columns(), "size", "modified"]
    row = [b"all/\xe9.png,none", *[b""] * (len(columns) - 2)]
    lines = {
        "csv": ",".join(columns).encode() + b"\r\n" + b",".join(row) + b"\r\n",
        "jsonl": b'{"file": "all/\\udce9.png"}\n',
    }
    Path(path).write_bytes(lines[suffix])
    assert main(["estimate", "all/0.png", "-o", path, *QUICK, "--resume"]) == 0
    assert list(rows_of(path)) == [r"all/\udce9.png", "all/0.png"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_texts_that_are_not_utf8_are_gone_on_with(folder, suffix):
    """Non-regression test for: of a reason CSV and Parquet could not be written again."""
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = f"report.{suffix}"
    columns = [*report_columns(), "size", "modified"]
    row = dict.fromkeys(columns, b"") | {"file": b"all/gone.png", "reason": b"caf\xe9"}
    csv_lines = ",".join(columns).encode() + b"\r\n" + b",".join(row.values()) + b"\r\n"
    json_line = b'{"file": "all/gone.png", "reason": "caf\xe9"}\n'
    # A table of Parquet is made of lines.
    lines = Path(path + ".jsonl" * (suffix == "parquet"))
    lines.write_bytes(csv_lines if suffix == "csv" else json_line)
    # Once more changes nothing.
    for _ in range(2):
        assert main(["estimate", "all/0.png", "-o", path, *QUICK, "--resume"]) == 0
        rows = rows_of(path)
        assert list(rows) == ["all/gone.png", "all/0.png"]
        assert rows["all/gone.png"]["reason"] == r"caf\udce9"


@pytest.mark.parametrize("name", [r"all/\ud800.png", "all/\0.png"])
def test_names_that_no_file_can_have_are_gone_on_with(folder, name):
    """Non-regression test for: asking for such a file stopped it."""
    Path("report.jsonl").write_text(json.dumps({"file": name}) + "\n")
    command = ["estimate", "all/0.png", "-o", "report.jsonl", *QUICK, "--resume"]
    assert main(command) == 0
    assert list(rows_of("report.jsonl")) == [name, "all/0.png"]


@pytest.mark.parametrize("content", ['{"file": 1}\n', '{"file": null}\n', "[1]\n"])
def test_rows_without_a_name_are_no_report(capsys, folder, content):
    Path("report.jsonl").write_text(content)
    assert main(["estimate", "all", "-o", "report.jsonl", *QUICK, "--resume"]) == 1
    assert "report.jsonl: it is no report" in capsys.readouterr().err
    assert Path("report.jsonl").read_text() == content


def test_tables_that_are_no_report(capsys, folder):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"a": [1]}), "report.parquet")
    Path("no.parquet").write_text("no table")
    for path in ("report.parquet", "no.parquet"):
        whole = Path(path).read_bytes()
        assert main(["estimate", "all", "-o", path, *QUICK, "--resume"]) == 1
        assert f"{path}: it is no report" in capsys.readouterr().err
        assert Path(path).read_bytes() == whole
    assert not list(folder.glob("*.jsonl"))


def test_copies_in_the_place_of_links(folder):
    """Non-regression test for: a link was taken for the copy that was asked for."""
    command = ["estimate", "all/0.png", *QUICK, "--sort-into", "sorted"]
    place = Path("sorted/none/0.png")
    assert main(command) == 0
    assert place.is_symlink()
    assert main([*command, "--copy"]) == 1
    assert main([*command, "--copy", "--force"]) == 0
    assert not place.is_symlink()
    assert main([*command, "--force"]) == 0
    assert place.is_symlink()
    assert os.listdir("sorted/none") == ["0.png"]


def test_a_folder_in_the_place_of_a_picture(capsys, folder):
    """Non-regression test for: it left a file that stopped all that came after."""
    Path("sorted/none/0.png").mkdir(parents=True)
    command = ["estimate", "all/0.png", "all/1.png", *QUICK, "--sort-into", "sorted"]
    assert main([*command, "--force"]) == 1
    assert "a folder is in its place" in capsys.readouterr().err
    assert sorted(os.listdir("sorted/none")) == ["0.png", "1.png"]


def test_rows_of_a_table_that_was_stopped_are_not_lost(capsys, folder):
    """Non-regression test for: they were overwritten without --force."""
    pytest.importorskip("pyarrow")
    Path("report.parquet.jsonl").write_text('{"file": "all/0.png"}\n')
    command = ["estimate", "all/0.png", "-o", "report.parquet", *QUICK]
    assert main(command) == 1
    assert (
        "it exists; --force overwrites it: report.parquet.jsonl" in capsys.readouterr().err
    )
    assert main([*command, "--resume"]) == 0
    assert list(rows_of("report.parquet")) == ["all/0.png"]


def test_what_has_a_row_has_been_sorted(folder, monkeypatch):
    """Non-regression test for: a kill between the two lost the link for good."""
    monkeypatch.setattr(Sorter, "put", one_by_one(None, KeyboardInterrupt()))
    command = ["estimate", "all", "-o", "report.csv", "--sort-into", "sorted", *QUICK]
    assert main(command) == 130
    assert list(rows_of("report.csv")) == ["all/0.png"]


def one_by_one(*results):
    """A function that gives one result at a time, or raises it."""
    results = iter(results)

    def do(*arguments):
        result = next(results)
        if isinstance(result, BaseException):
            raise result
        return result

    return do
