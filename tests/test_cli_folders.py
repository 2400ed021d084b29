"""Folders of pictures that are mapped and restored."""

import os
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skblur import read_image
from skblur.cli import main
from skblur.cli.each_picture import Answer

RESTORE = ["--method", "wiener", "--gamma", "1", "--noise", "0.01", "--gaussian", "1"]
NAMES = ["0.png", "1.jpg", "1.png", "in/0.png"]


@pytest.fixture
def folder(tmp_path, photos, monkeypatch):
    """A folder to be in, with a folder of pictures, of which one is none."""
    monkeypatch.chdir(tmp_path)
    Path("all", "in").mkdir(parents=True)
    for i, name in enumerate(NAMES):
        pixels = np.rint(255 * photos[i][:100, :110]).astype(np.uint8)
        Image.fromarray(pixels).save(Path("all", name))
    Path("all/bad.png").write_text("no picture")
    return tmp_path


def files_in(folder):
    """Paths within a folder, of files alone."""
    places = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return [path.relative_to(folder).as_posix() for path in places]


def test_deblur(capsys, folder):
    command = ["deblur", "all", *RESTORE, "-o"]
    assert main([*command, "out", "--psf", "psfs"]) == 1
    out, err = capsys.readouterr()
    *lines, last = out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"all/{name}" for name in NAMES]
    assert last == "4 restored, 1 failed"
    assert err.startswith("skblur: all/bad.png: ")
    assert len(err.splitlines()) == 1
    assert files_in("out") == NAMES
    assert files_in("psfs") == [f"{name}.npy" for name in NAMES]
    # As each alone, and as by several processes.
    assert main(["deblur", "all/in/0.png", *RESTORE, "-o", "one.png"]) == 0
    assert Path("one.png").read_bytes() == Path("out/in/0.png").read_bytes()
    capsys.readouterr()
    assert main([*command, "more", "--jobs", "2"]) == 1
    assert capsys.readouterr() == (out, err)
    for name in NAMES:
        assert Path("more", name).read_bytes() == Path("out", name).read_bytes()
        assert read_image(Path("out", name))[0].shape == (100, 110)


def test_map(capsys, folder, quick_map):
    assert main(["map", "all", "-o", "maps"]) == 1
    out, err = capsys.readouterr()
    *lines, last = out.splitlines()
    assert lines == [f"all/{name}: none: 100 %" for name in NAMES]
    assert last == "4 mapped, 1 failed"
    assert err.startswith("skblur: all/bad.png: ")
    assert files_in("maps") == [f"{name}.png" for name in NAMES]
    # Figures in a folder of photographs are none of these.
    assert main(["map", "all", "-o", "all/maps", "--exclude", "bad.png"]) == 0
    assert main(["map", "all", "-o", "all/maps", "--exclude", "bad.png", "--force"]) == 0
    assert files_in("all/maps") == files_in("maps")


def test_a_single_picture_in_a_folder_goes_to_a_folder(capsys, folder, quick_map):
    assert main(["map", "all/in", "-o", "maps"]) == 0
    assert capsys.readouterr().out == "all/in/0.png: none: 100 %\n1 mapped\n"
    assert files_in("maps") == ["0.png.png"]
    # So does a picture, if there is the folder.
    assert main(["map", "all/1.jpg", "-o", "maps"]) == 0
    assert files_in("maps") == ["0.png.png", "1.jpg.png"]


def test_what_nothing_explains_is_left_alone(capsys, folder):
    Image.new("L", (100, 100), 128).save("all/flat.png")
    command = ["deblur", "all", "-o", "out", "--include", "flat.png", "--include", "bad.*"]
    assert main(command) == 1
    out, err = capsys.readouterr()
    assert out == "1 left alone, 1 failed\n"
    assert "all/flat.png: nothing written: " in err
    assert files_in("out") == []


def test_nothing_is_overwritten(capsys, folder):
    Path("out").mkdir()
    Path("out/1.png").write_bytes(b"old")
    command = ["deblur", "all", *RESTORE, "-o", "out", "--exclude", "bad.png"]
    assert main(command) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == "3 restored, 1 failed"
    assert err == f"skblur: {Path('out/1.png')}: it exists; --force overwrites it\n"
    assert Path("out/1.png").read_bytes() == b"old"
    assert main([*command, "--force"]) == 0
    assert Path("out/1.png").read_bytes() != b"old"
    # Nor the pictures themselves.
    before = [Path("all", name).read_bytes() for name in NAMES]
    assert main(["deblur", "all", *RESTORE, "-o", "all"]) == 1
    assert [Path("all", name).read_bytes() for name in NAMES] == before


def test_pictures_of_two_folders_do_not_share_a_file(capsys, folder):
    command = ["deblur", "all/in", "all/0.png", *RESTORE, "-o", "out"]
    assert main([*command, "--force"]) == 1
    reason = "it is that of all/in/0.png; that of all/0.png needs another folder"
    assert capsys.readouterr().err == f"skblur: {Path('out/0.png')}: {reason}\n"


def test_no_pictures(capsys, folder):
    for command in (["map"], ["deblur"]):
        assert main([*command, "all", "-o", "out", "--include", "*.gif"]) == 1
        assert "no pictures in it that are asked for" in capsys.readouterr().err
        with pytest.raises(SystemExit):
            main([*command, "-o", "out"])
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("command", "place"),
    [
        (["deblur", "-o"], "out.png"),
        (["deblur", "-o", "out", "--psf"], "x.npy"),
        (["map", "-o"], "x.pdf"),
        (["map", "-o"], "x.npz"),
        (["estimate", "--plot"], "x.png"),
        (["estimate", "--psf"], "x.npy"),
        (["estimate", "--psf"], "x.jpg"),
    ],
)
def test_the_name_of_a_file_is_none_of_a_folder(
    capsys, folder, monkeypatch, command, place
):
    """Non-regression test for: a folder called x.png was made."""
    module = import_module("skblur.images.reading")
    for name in ("read_image", "read_with_metadata"):
        monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("read too early"))
    assert main([command[0], "all", *command[1:], place]) == 1
    reason = "with several pictures it must be the name of a folder"
    assert capsys.readouterr() == ("", f"skblur: {place}: {reason}\n")
    assert not Path(place).exists()


def test_a_folder_may_be_called_as_a_file(folder, quick_map):
    Path("x.png").mkdir()
    assert main(["map", "all", "-o", "x.png", "--exclude", "bad.png"]) == 0
    assert files_in("x.png") == [f"{name}.png" for name in NAMES]


def test_it_says_where_it_stopped(capsys, folder, monkeypatch):
    module = import_module("skblur.mapping.blur_map")
    original, seen = module.blur_map, []

    def stop_at_third(image, **settings):
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return original(image, **settings)

    monkeypatch.setattr(module, "blur_map", stop_at_third)
    command = ["map", "all", "-o", "maps", "--exclude", "bad.png"]
    assert main(command) == 130
    place = os.path.join("all", "1.png")
    assert capsys.readouterr().err == (
        f"skblur: stopped at {place}; 2 of 4 pictures mapped\n"
    )
    assert files_in("maps") == ["0.png.png", "1.jpg.png"]


def test_a_picture_that_kills_its_process_does_not_stop_the_others(
    capsys, folder, monkeypatch
):
    def spread(work, things, shared, **settings):
        for thing in things:
            yield thing, answers.pop(0)

    answers = [Answer(["one"]), ChildProcessError("it was killed"), Answer(["three"])]
    monkeypatch.setattr(import_module("skblur.estimation.spreading"), "spread", spread)
    command = ["map", "all", "-o", "maps", "--jobs", "2", "--include", "?.*"]
    assert main([*command, "--exclude", "in/*"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == ["one", "three", "2 mapped, 1 failed"]
    assert err == f"skblur: {Path('all/1.jpg')}: it was killed\n"


def test_what_cannot_begin_starts_no_processes(capfd, folder):
    """Non-regression test for: joblib warned of work that nobody asked for."""
    command = ["estimate", str(folder), "--jobs", "2", "--model", "missing.npz"]
    assert main(command) == 1
    assert capfd.readouterr().err == "skblur: missing.npz: No such file or directory\n"
