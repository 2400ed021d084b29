"""Sorted pictures lie in one folder each, and nothing else is touched."""

import io
import json
import os
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image

from skblur import BlurEstimate
from skblur.blurs.types import answer_names
from skblur.cli import main, progress

SORT = ["estimate", "all", "--sort-into", "sorted"]


@pytest.fixture
def found(tmp_path, monkeypatch):
    """A folder to be in, with two pictures; returns a dict, whose "blur" they have."""
    found = {"blur": "motion"}

    def estimate_blur(image, **settings):
        parameters = {"motion": {"length": 9.0, "angle": 0.0}, "defocus": {"radius": 3.0}}
        blur = found["blur"]
        return BlurEstimate(blur, {blur: 1.0}, parameters.get(blur, {}))

    module = import_module("skblur.estimation.estimate_many")
    monkeypatch.setattr(module, "estimate_blur", estimate_blur)
    monkeypatch.chdir(tmp_path)
    Path("all", "in").mkdir(parents=True)
    Image.new("L", (9, 9), 100).save("all/a.png")
    Image.new("L", (9, 9), 200).save("all/in/b.png")
    return found


def lying_in(blur):
    """Names of pictures, or of links to one, in the folder of a blur."""
    folder = Path("sorted", blur)
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(map(str, names))


def all_lie_in(blur):
    """Whether the folder of this blur has both pictures, and no other has any."""
    expected = {blur: ["a.png", "in/b.png"]}
    return all(lying_in(name) == expected.get(name, []) for name in answer_names())


@pytest.mark.parametrize("more", [[], ["--copy"]])
def test_a_picture_lies_in_one_folder(found, more):
    """Non-regression test for: it stayed where an earlier run had put it."""
    for blur in ("motion", "defocus", "undecided", "motion", "none"):
        found["blur"] = blur
        assert main([*SORT, *more]) == 0
        assert all_lie_in(blur)
    assert Path("sorted/none/a.png").is_symlink() != bool(more)
    assert sorted(os.listdir("all")) == ["a.png", "in"]


@pytest.mark.parametrize("more", [[], ["--copy"]])
def test_a_picture_in_two_folders_is_taken_out_of_one(found, more):
    """As versions left them that took none out."""
    assert main([*SORT, *more]) == 0
    Path("sorted/motion").rename("sorted/gaussian")
    Path("kept").mkdir()
    assert main([*SORT[:3], "kept", *more]) == 0
    Path("kept/motion").rename("sorted/motion")
    assert main([*SORT, *more]) == 0
    assert all_lie_in("motion")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("more", [[], ["--copy"]])
def test_what_a_report_has_is_sorted(capsys, found, more, suffix):
    """Non-regression test for: with --resume the folder stayed empty."""
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    report = ["-o", f"report.{suffix}"]
    assert main(["estimate", "all", *report]) == 0
    # It is not looked at again: the report says where.
    found["blur"] = "defocus"
    assert main([*SORT, *report, "--resume", *more]) == 0
    assert "2 more were in the report already" in capsys.readouterr().out
    assert all_lie_in("motion")
    assert main([*SORT, *report, "--force", *more]) == 0
    assert all_lie_in("defocus")
    Image.new("L", (9, 9), 50).save("all/c.png")
    found["blur"] = "none"
    assert main([*SORT, *report, "--resume", *more]) == 0
    assert lying_in("defocus") == ["a.png", "in/b.png"]
    assert lying_in("none") == ["c.png"]


@pytest.mark.parametrize("blur", ["../../all", "", None, ["none"]])
def test_what_a_report_calls_no_blur(capsys, found, blur):
    row = {"file": "all/a.png", "blur_type": blur}
    there = os.stat("all/a.png")
    stamp = {"size": there.st_size, "modified": there.st_mtime_ns}
    Path("report.jsonl").write_text(json.dumps(row | stamp) + "\n")
    assert main([*SORT, "-o", "report.jsonl", "--resume"]) == 1
    assert "skblur: all/a.png: its blur must be one of ['none', " in capsys.readouterr().err
    assert lying_in("motion") == ["in/b.png"]
    assert os.listdir("sorted") == ["motion"]


@pytest.mark.parametrize("more", [[], ["--copy"]])
def test_what_is_gone_is_said_to_be_gone(capsys, found, more):
    """Non-regression test for: the link to it was another picture that --force replaces."""
    assert main([*SORT, "-o", "report.csv"]) == 0
    Path("all/a.png").unlink()
    again = ["estimate", "all/a.png", *SORT[2:], "-o", "report.csv", "--resume", *more]
    assert main(again) == 1
    assert "skblur: all/a.png: No such file" in capsys.readouterr().err
    assert Path("sorted/motion/a.png").is_symlink()


def test_sorting_what_a_report_has_shows_how_far_it_is(found, monkeypatch):
    """Non-regression test for: of many pictures it was silent for long."""
    report = ["-o", "report.csv"]
    assert main(["estimate", "all", *report]) == 0
    Path("sorted/motion/in").mkdir(parents=True)
    Path("sorted/motion/in/b.png").write_bytes(b"another")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0)
    error = io.StringIO()
    error.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", error)
    assert main([*SORT, *report, "--resume"]) == 1
    # A message has a line of its own.
    half, taken_off, said, whole, _ = re.split(r"[\r\n]+", error.getvalue().lstrip("\r"))
    assert "] 1 of 2, " in half
    assert not taken_off.strip()
    assert said.startswith(f"skblur: {Path('all/in/b.png')}: it exists and is another")
    assert "] 2 of 2, " in whole


def test_what_is_gone_is_not_linked(capsys, found):
    command = ["estimate", "all/a.png", "-o", "report.csv"]
    assert main(command) == 0
    Path("all/a.png").unlink()
    assert main([*command, "--resume", "--sort-into", "sorted"]) == 1
    assert "skblur: all/a.png: No such file" in capsys.readouterr().err
    assert not os.path.lexists("sorted/motion/a.png")


def of_another(old):
    old.write_bytes(b"another")


def link_to_another(old):
    Path("other.png").write_bytes(Path("all/a.png").read_bytes())
    old.symlink_to(Path("other.png").absolute())


def link_by_another_name(old):
    Path("mine.png").symlink_to("all/a.png")
    old.symlink_to(Path("mine.png").absolute())


def link_to_nothing(old):
    old.symlink_to("a.png.gone")


def second_name(old):
    old.hardlink_to("all/a.png")


def folder(old):
    old.mkdir()


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("more", [[], ["--copy"]])
@pytest.mark.parametrize(
    "make",
    [
        of_another,
        link_to_another,
        link_by_another_name,
        link_to_nothing,
        second_name,
        folder,
    ],
)
def test_what_is_not_of_the_picture_stays(found, make, more, force):
    old = Path("sorted/defocus/a.png")
    old.parent.mkdir(parents=True)
    make(old)
    before = os.lstat(old)
    for blur in ("motion", "none"):
        found["blur"] = blur
        assert main([*SORT, *more, *force]) == 0
        assert os.path.samestat(os.lstat(old), before)
        assert lying_in(blur) == ["a.png", "in/b.png"]


def test_a_copy_is_not_lost_for_a_link(capsys, found):
    assert main([*SORT, "--copy"]) == 0
    found["blur"] = "none"
    assert main(SORT) == 1
    assert "a copy of it is there, too; --force removes it" in capsys.readouterr().err
    assert lying_in("motion") == lying_in("none") == ["a.png", "in/b.png"]
    assert main([*SORT, "--force"]) == 0
    assert all_lie_in("none")
    found["blur"] = "motion"
    assert main([*SORT, "--copy"]) == 0
    assert all_lie_in("motion")


@pytest.mark.parametrize("linked", [False, True])
def test_a_picture_that_is_sorted_where_it_is(found, linked):
    """Non-regression test for: --force put a link to itself in the place of the picture."""
    whole = Path("all/a.png").read_bytes()
    Path("sorted").mkdir()
    if linked:
        Path("sorted/motion").symlink_to(Path("all").absolute())
    else:
        Path("all").rename("sorted/motion")
    given = "all" if linked else "sorted/motion"
    for blur in ("motion", "none", "motion"):
        found["blur"] = blur
        for more in ([], ["--force"], ["--copy"], ["--copy", "--force"]):
            main(["estimate", given, "--sort-into", "sorted", *more])
            assert not Path("sorted/motion/a.png").is_symlink()
            assert Path("sorted/motion/a.png").read_bytes() == whole
            assert Path("sorted", blur, "a.png").read_bytes() == whole


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize(
    ("more", "blurs"),
    [
        # Where one lies, where there is none yet, and where there is a copy.
        (["--copy"], ["motion", "none", "undecided", "defocus", "undecided"]),
        (["--copy", "--force"], ["motion", "none", "undecided", "defocus", "undecided"]),
        # In the place itself --force replaces what is there.
        (["--force"], ["undecided", "defocus", "undecided"]),
    ],
)
def test_originals_of_the_same_bytes(found, more, blurs, linked):
    """Non-regression test for: one was taken for a copy of the other, and deleted."""
    whole = Path("all/a.png").read_bytes()
    places = Path("sorted/motion/a.png"), Path("sorted/none/a.png")
    Path("sorted/none").mkdir(parents=True)
    if linked:
        Path("sorted/motion").symlink_to(Path("all").absolute())
    else:
        Path("all").rename("sorted/motion")
    places[1].write_bytes(whole)
    before = [os.lstat(place) for place in places]
    given = "all" if linked else "sorted/motion", "sorted/none"
    for blur in blurs:
        found["blur"] = blur
        assert main(["estimate", *given, "--sort-into", "sorted", *more]) == 0
        for place, was in zip(places, before, strict=True):
            assert os.path.samestat(os.lstat(place), was)


def test_a_copy_that_is_sorted_leaves_its_original(found):
    """Non-regression test for: the original was taken for a copy of it, and deleted."""
    Path("all").rename("sorted")
    Path("sorted/motion").mkdir()
    Path("sorted/a.png").rename("sorted/motion/a.png")
    found["blur"] = "undecided"
    for given in ("motion", "undecided"):
        assert main(["estimate", f"sorted/{given}", *SORT[2:], "--copy"]) == 0
        assert lying_in("motion") == lying_in("undecided") == ["a.png"]


def test_links_to_what_lies_in_the_folder_are_taken_out(found):
    Path("all").rename("sorted")
    given = ["estimate", "sorted/a.png", *SORT[2:]]
    for blur in ("motion", "none"):
        found["blur"] = blur
        assert main(given) == 0
        assert lying_in(blur) == ["a.png"]
    assert lying_in("motion") == []


@pytest.mark.parametrize("more", [[], ["--copy"]])
def test_folders_that_are_one(found, more):
    Path("sorted/motion").mkdir(parents=True)
    Path("sorted/none").symlink_to("motion")
    for blur in ("motion", "none"):
        found["blur"] = blur
        assert main([*SORT, *more]) == 0
        assert lying_in("motion") == ["a.png", "in/b.png"]


def test_a_link_by_way_of_what_is_taken_out(found):
    """What was sorted, sorted once more, has links to links."""
    assert main(SORT) == 0
    found["blur"] = "none"
    assert main(["estimate", "sorted/motion", "--sort-into", "sorted"]) == 0
    assert lying_in("motion") == lying_in("none") == ["a.png", "in/b.png"]
    assert main(SORT) == 0
    assert all_lie_in("none")


def test_what_fails_stays_where_it_is(capsys, found):
    assert main(SORT) == 0
    found["blur"] = "none"
    Path("sorted/none").mkdir()
    Path("sorted/none/a.png").write_bytes(b"another")
    assert main(SORT) == 1
    assert "it exists and is another" in capsys.readouterr().err
    assert lying_in("motion") == ["a.png"]
    assert main([*SORT, "--force"]) == 0
    assert all_lie_in("none")
