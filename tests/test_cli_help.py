"""Help whose examples work, and errors of usage that say where to look."""

import io
import shlex
import sys
from contextlib import redirect_stdout, suppress
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skblur import BlurEstimate, load_pretrained
from skblur.cli import main

COMMANDS = "estimate", "map", "deblur", "blur", "train"


def help_of(*command):
    """What the command prints as its help."""
    said = io.StringIO()
    with redirect_stdout(said), suppress(SystemExit):
        main([*command, "--help"])
    return said.getvalue()


def examples_of(*command):
    """The commands that its help ends with."""
    _, _, examples = help_of(*command).partition("\nexamples:\n")
    return [line.strip() for line in examples.splitlines()]


EXAMPLES = {line for name in COMMANDS for line in examples_of(name)} | {*examples_of()}


@pytest.fixture
def photo(tmp_path, photos, monkeypatch):
    """A folder to be in, with a photograph."""
    monkeypatch.chdir(tmp_path)
    pixels = np.rint(255 * photos[1][:100, :110]).astype(np.uint8)
    Image.fromarray(pixels).save("photo.jpg")


def train_quickly(photos, n_samples, checkpoints, **settings):
    if checkpoints is not None:
        Path(checkpoints).mkdir()
    return load_pretrained("patch32")


@pytest.fixture
def quick(monkeypatch, quick_map):
    """Estimates, restorations and trainings that take no time."""
    found = BlurEstimate("motion", {"motion": 1.0}, {"length": 5.0, "angle": 30.0})
    restoring = import_module("skblur.restoration.deblur")
    restore = restoring.restore

    def restore_quickly(image, psf, **settings):
        settings |= {"method": "wiener", "noise": 0.01}
        return restore(image, found.psf if psf is None else psf, **settings)

    monkeypatch.setattr(restoring, "restore", restore_quickly)
    estimating = import_module("skblur.estimation.estimate_many")
    monkeypatch.setattr(estimating, "estimate_blur", lambda image, **settings: found)
    for module, name in (("patches", "train_patch_model"), ("photos", "train_photo_model")):
        training = import_module(f"skblur.training.{module}")
        monkeypatch.setattr(training, name, train_quickly)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_examples(command):
    assert 3 <= len(examples_of(command)) <= 5
    assert all(f"skblur {command} " in line for line in examples_of(command))


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_examples_work(capsys, photo, quick, monkeypatch, example):
    """As they stand, where there is a photo.jpg."""
    for part in example.split(" | "):
        program, *arguments = shlex.split(part)
        assert program == "skblur"
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert err == ""
        monkeypatch.setattr(sys, "stdin", io.StringIO(out))
    if "-o" in arguments:
        assert Path(arguments[arguments.index("-o") + 1]).exists()


def test_help_of_all_says_what_each_is_for():
    lines = help_of().splitlines()
    for name in COMMANDS:
        (line,) = [line for line in lines if line.split()[:1] == [name]]
        assert len(line.split()) > 3


@pytest.mark.parametrize("width", ["40", "80", "200"])
@pytest.mark.parametrize("command", COMMANDS)
def test_usage_is_one_line(monkeypatch, command, width):
    monkeypatch.setenv("COLUMNS", width)
    usage, blank, *_ = help_of(command).splitlines()
    assert usage.startswith(f"usage: skblur {command} ")
    assert blank == ""


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_fits_a_terminal(monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, help_of(*command).splitlines())) < 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            [],
            "skblur: error: the following arguments are required: COMMAND; see skblur --",
        ),
        (["--jobs", "2"], "skblur: error: "),
        (["photo.jpg"], "skblur: error: argument COMMAND: invalid choice: 'photo.jpg'"),
        (
            ["deblur"],
            "skblur deblur: error: the following arguments are required: FILE, -o",
        ),
        (
            ["deblur", "photo.jpg", "-o", "out.png", "--json"],
            "skblur deblur: error: unrecognized arguments: --json; see skblur deblur",
        ),
        (
            ["estimate", "photo.jpg", "--jsno", "photo.jpg"],
            "skblur estimate: error: unrecognized arguments: --jsno photo.jpg; see",
        ),
        (
            ["blur", "photo.jpg", "photo.jpg", "-o", "out.png", "--gaussian", "1"],
            "skblur blur: error: unrecognized arguments: photo.jpg; see skblur blur --help",
        ),
    ],
)
def test_errors_of_usage(refused, arguments, said):
    """Non-regression test for: the usage of all was shown for one of its commands."""
    assert refused(arguments).startswith(said)


def test_pictures_stand_anywhere(capsys, photo, quick):
    """Non-regression test for: those behind an option were unrecognized arguments."""
    Path("b.jpg").write_bytes(Path("photo.jpg").read_bytes())
    assert (
        main(["estimate", "photo.jpg", "--no-shares", "b.jpg", "--json", "photo.jpg"]) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert ["photo.jpg" in line for line in lines] == [True, False, True]
    assert main(["map", "b.jpg", "-o", "maps", "photo.jpg"]) == 0
    assert sorted(each.name for each in Path("maps").iterdir()) == [
        "b.jpg.png",
        "photo.jpg.png",
    ]


def test_behind_two_dashes_all_are_pictures(capsys, photo, quick):
    """Non-regression test for: behind other options the dashes were an unknown one."""
    Path("-b.jpg").write_bytes(Path("photo.jpg").read_bytes())
    for given in ([], ["photo.jpg"], ["photo.jpg", "--json", "photo.jpg"]):
        assert main(["estimate", *given, "--no-shares", "--", "-b.jpg"]) == 0
        n_given = given.count("photo.jpg")
        *others, last = capsys.readouterr().out.splitlines()
        assert len(others) == n_given
        assert "-b.jpg" in last
