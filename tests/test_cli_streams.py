"""Standard streams that are full, closed, or know few characters."""

import errno
import io
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image

from skblur import BlurEstimate
from skblur.cli import main
from skblur.files.names import name_of_text

ODD_NAMES = ["ü.png", "new\nline.png", "\x1b[1m.png", "a\u2028b.png", "\udce9.png"]
PROGRAM = "import sys; from skblur.cli import main; sys.exit(main(sys.argv[1:]))"


class Deaf(io.StringIO):
    """A stream that takes nothing."""

    def __init__(self, number=errno.ENOSPC):
        super().__init__()
        self.number = number

    def write(self, text):
        raise OSError(self.number, os.strerror(self.number))


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Pictures that have been asked for; each is sharp."""
    seen = []

    def estimate_blur(image, **settings):
        seen.append(image)
        return BlurEstimate("none", {"none": 1.0})

    module = import_module("skblur.estimation.estimate_many")
    monkeypatch.setattr(module, "estimate_blur", estimate_blur)
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png"):
        Image.new("L", (9, 9)).save(name)
    Path("bad.png").write_text("no picture")
    return seen


def test_a_line_per_picture_whatever_its_name(asked, capsys):
    """Non-regression test for: a line break in a name was one in the output."""
    for name in ODD_NAMES:
        Image.new("L", (9, 9)).save(name)
    assert main(["estimate", *ODD_NAMES]) == 0
    expected = ["ü.png", "new\\nline.png", "\\x1b[1m.png", "a\\u2028b.png", "\\udce9.png"]
    said = "none (confidence 1.00)"
    assert capsys.readouterr().out.splitlines() == [f"{n}: {said}" for n in expected]
    assert main(["estimate", "none\nsuch.png"]) == 1
    assert capsys.readouterr().err.startswith("skblur: none\\nsuch.png: No such file")
    Path("no\npicture.png").write_text("")
    assert main(["estimate", "no\npicture.png"]) == 1
    assert capsys.readouterr().err.startswith("skblur: no\\npicture.png: cannot be read")


def test_json_has_the_very_name(asked, capsys):
    names = [*ODD_NAMES, "\x7f\x85.png"]
    for name in names:
        Image.new("L", (9, 9)).save(name)
    assert main(["estimate", "--json", *names]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    texts = [json.loads(line)["file"] for line in out.splitlines()]
    assert [name_of_text(text) for text in texts] == names
    # Half a character is none that other programs read.
    assert texts == [r"\udce9.png" if name == "\udce9.png" else name for name in names]


def test_characters_that_the_output_does_not_know(asked, monkeypatch):
    """Non-regression test for: 'ascii' codec can't encode, and the answer was lost."""
    Image.new("L", (9, 9)).save("ü.png")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["estimate", "ü.png", "a.png"]) == 0
    lines = stream.buffer.getvalue().splitlines()
    assert [line.split(b":")[0] for line in lines] == [b"\\xfc.png", b"a.png"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "skblur: standard output: No space left on device\n"),
        (errno.EPIPE, ""),
    ],
)
def test_nobody_hears(asked, capsys, monkeypatch, number, said):
    """It stops, says why unless there is no need to, and what is written stays."""
    monkeypatch.setattr(sys, "stdout", Deaf(number))
    assert main(["estimate", "a.png", "b.png", "--psf", "psfs"]) == 1
    assert len(asked) == 1
    assert capsys.readouterr().err == said
    assert os.listdir("psfs") == ["a.png.npy"]


def test_a_closed_output(asked, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["estimate", "a.png"]) == 1
    assert asked == []
    assert capsys.readouterr().err == "skblur: standard output: it is closed\n"
    # What says nothing needs none.
    assert main(["blur", "a.png", "-o", "out.png", "--gaussian", "1"]) == 0


@pytest.mark.parametrize("stream", [None, Deaf()])
def test_a_closed_error_output(asked, capsys, monkeypatch, stream):
    """Non-regression test for: complaints went to the standard output."""
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["estimate", "bad.png", "a.png"]) == 1
    assert capsys.readouterr().out == "a.png: none (confidence 1.00)\n"


def skblur(*arguments, shell=""):
    """Run the command by a shell that does something with its streams."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONUNBUFFERED", None)
    return subprocess.run(
        ["sh", "-c", f'"$0" -c "$@" {shell}', sys.executable, PROGRAM, *arguments],
        capture_output=True,
        env=environment,
        text=True,
        timeout=100,
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_python_has_nothing_to_add_when_it_exits():
    """Non-regression test for: "Exception ignored in ...", and exit status 120."""
    done = skblur("--help", shell="> /dev/full")
    assert done.returncode == 1
    assert done.stderr == "skblur: standard output: No space left on device\n"
    done = skblur("estimate", "none.png", shell="2> /dev/full")
    assert (done.returncode, done.stdout) == (1, "")


def test_all_closed(asked):
    """What libraries print must not get into a file that has the number of a stream."""
    done = skblur("blur", "a.png", "-o", "out.png", "--gaussian", "1", shell="<&- >&- 2>&-")
    assert done.returncode == 0
    with Image.open("out.png") as written:
        assert written.size == (9, 9)
