"""Being stopped half way, and mistakes of ours."""

import io
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from skblur import BlurEstimate
from skblur.cli import command_error, main, progress
from skblur.cli.progress import ProgressBar

ESTIMATE = "skblur.estimation.estimate_many", "estimate_blur"
RESTORE = ["--method", "wiener", "--gamma", "1", "--noise", "0.01", "--gaussian", "1"]


@pytest.fixture
def folder(tmp_path, photos, monkeypatch):
    """A folder to be in, with pictures."""
    monkeypatch.chdir(tmp_path)
    Path("holiday").mkdir()
    pixels = np.rint(255 * photos[1][:100, :110]).astype(np.uint8)
    for i in range(4):
        Image.fromarray(pixels).save(f"holiday/{i}.png")
    return tmp_path


@pytest.fixture
def put(monkeypatch):
    """Put a function in the place of another."""

    def put(place, function):
        module, name = place
        monkeypatch.setattr(import_module(module), name, function)

    return put


def one_by_one(*doings):
    """A function that does one thing at a time, whatever it is called with."""
    doings = iter(doings)

    def do(*arguments, **settings):
        return next(doings)()

    return do


def sharp():
    return BlurEstimate("none", {"none": 1.0})


def interrupt():
    raise KeyboardInterrupt


def terminate():
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(("stop", "status"), [(interrupt, 130), (terminate, 143)])
def test_it_says_where_it_stopped(capsys, folder, put, stop, status):
    """Non-regression test for: it said nothing."""
    before = signal.getsignal(signal.SIGTERM)
    put(ESTIMATE, one_by_one(sharp, sharp, stop))
    assert main(["estimate", "holiday"]) == status
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    place = os.path.join("holiday", "2.png")
    assert err == f"skblur: stopped at {place}; 2 of 4 pictures answered\n"
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("stop", [interrupt, terminate])
@pytest.mark.parametrize(
    ("command", "place"),
    [
        (["blur", "holiday/0.png", "--gaussian", "1"], "blur_batch"),
        (["deblur", "holiday/0.png", *RESTORE], "fsync"),
        (["map", "holiday/0.png"], "fsync"),
    ],
)
def test_nothing_is_half_written(capsys, folder, put, command, place, stop):
    modules = {"fsync": "os", "blur_batch": "skblur.blurs.convolution"}
    put((modules[place], place), one_by_one(stop))
    Path("out.png").write_bytes(b"old")
    assert main([*command, "-o", "out.png", "--force"]) in (130, 143)
    err = capsys.readouterr().err
    assert err == "skblur: stopped at holiday/0.png; nothing written\n"
    assert Path("out.png").read_bytes() == b"old"
    assert not list(folder.glob("*.part"))


def test_training_says_how_far_it_was(capsys, folder, put):
    put(("skblur.training.patches", "train_patch_model"), one_by_one(interrupt))
    command = ["train", "holiday", "-o", "model.npz"]
    assert main(command) == 130
    err = capsys.readouterr().err
    assert err == "skblur: stopped after training for 0 s; no model written\n"
    image = np.zeros((9, 9), np.uint8)
    put(("skblur.images.reading", "read_luma8"), one_by_one(lambda: image, interrupt))
    assert main(command) == 130
    place = os.path.join("holiday", "1.png")
    err = capsys.readouterr().err
    assert err == f"skblur: stopped at {place}; 1 of 4 photographs read\n"


class Terminal(io.StringIO):
    """A terminal, as far as it says so."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "terminal"),
    [(Terminal, "xterm"), (Terminal, "dumb"), (io.StringIO, "xterm")],
)
def test_the_line_of_a_progress_bar_ends(monkeypatch, stream, terminal):
    """Non-regression test for: messages stood behind it, and files had hundreds of them."""
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(sys, "stderr", stream())

    def work():
        with ProgressBar() as report:
            report(0.25)
            report(0.5)
            interrupt()

    with pytest.raises(KeyboardInterrupt):
        work()
    bars = ["", f"[{10 * '#'}{30 * '.'}]", f"[{20 * '#'}{20 * '.'}]\n"]
    is_drawn = stream is Terminal and terminal != "dumb"
    assert sys.stderr.getvalue() == ("\r".join(bars) if is_drawn else "")


def no_memory():
    raise MemoryError


def mistake():
    return 1 / 0


def misuse():
    return len(0)


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        (mistake, "ZeroDivisionError: division by zero"),
        (misuse, "TypeError: object of type 'int' has no len()"),
    ],
)
def test_one_bad_picture_never_stops_the_others(capsys, folder, put, mistake, reason):
    """Nor does a mistake of ours, which is said to be one, and where it is.

    Non-regression test for: of a TypeError the place was that where it was reported.
    """
    put(ESTIMATE, one_by_one(sharp, no_memory, mistake, sharp))
    assert main(["estimate", "holiday"]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    memory, ours = err.splitlines()
    one, two = (os.path.join("holiday", f"{i}.png") for i in (1, 2))
    assert memory == f"skblur: {one}: not enough memory"
    line = mistake.__code__.co_firstlineno + 1
    said = f"{reason} ({__file__}, line {line})"
    assert ours == f"skblur: {two}: a mistake of skblur: {said}"


def test_developers_see_the_traceback(folder, put, monkeypatch):
    flags = SimpleNamespace(flags=SimpleNamespace(dev_mode=True))
    monkeypatch.setattr(command_error, "sys", flags)
    put(ESTIMATE, one_by_one(mistake))
    with pytest.raises(ZeroDivisionError):
        main(["estimate", "holiday"])
