"""Nothing that is there is lost, and nothing is worked for that cannot be written."""

import errno
import io
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skblur import GRNNRegressor, load_model
from skblur.cli import main

QUICK = ["--no-free-psf", "--no-shares"]
BLUR = ["--gaussian", "1"]
RESTORE = ["--method", "wiener", "--gamma", "1", "--noise", "0.01", *BLUR]


@pytest.fixture
def folder(tmp_path, photos, monkeypatch):
    """A folder to be in, with a picture."""
    place = tmp_path / "here"
    place.mkdir()
    pixels = np.rint(255 * photos[1][:100, :110]).astype(np.uint8)
    Image.fromarray(pixels).save(place / "x.png")
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def no_work(monkeypatch):
    """Pictures that must not be read."""
    module = import_module("skblur.images.reading")
    for name in ("read_image", "read_with_metadata", "read_luma8"):
        monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("read too early"))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


COMMANDS = [
    ["blur", "x.png", *BLUR, "-o", "PLACE.png"],
    ["deblur", "x.png", "-o", "PLACE.png"],
    ["deblur", "x.png", "-o", "out.png", "--psf", "PLACE.npy"],
    ["map", "x.png", "-o", "PLACE.pdf"],
    ["map", "x.png", "-o", "PLACE.npz"],
    ["train", ".", "-o", "PLACE.npz"],
    ["estimate", "x.png", "--plot", "PLACE.png"],
    ["estimate", "x.png", "--psf", "PLACE.npy"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/out", "missing does not exist"),
        ("x.png/out", "x.png is not a folder"),
        ("x" * 300, "File name too long"),
        ("taken", "it exists; --force overwrites it"),
    ],
)
def test_places_are_checked_before_the_work(
    capsys, folder, no_work, command, place, reason
):
    """Non-regression test for: a model was trained for hours, and had no place to go."""
    command = [word.replace("PLACE", place) for word in command]
    given = next(word for word in command if place in word)
    if place == "taken":
        Path(given).write_bytes(b"old")
    before = names(folder)
    assert main(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"skblur: {given}: ")
    assert err.endswith(f"{reason}\n")
    assert names(folder) == before


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] != "train"], ids=" ".join)
def test_formats_are_checked_before_the_work(capsys, folder, no_work, command):
    command = [
        f"{word.partition('.')[0]}.xyz" if "PLACE" in word else word for word in command
    ]
    assert main(command) == 1
    err = capsys.readouterr().err
    assert err.startswith("skblur: PLACE.xyz: ")
    assert "must end in" in err
    assert names(folder) == ["x.png"]


def test_without_matplotlib_nothing_is_begun(capsys, folder, no_work, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for command in (["map", "x.png", "-o"], ["estimate", "x.png", "x.png", "--plot"]):
        assert main([*command, "out.png"]) == 1
        assert "skblur: out.png: figures need matplotlib" in capsys.readouterr().err


def test_two_outputs_are_two_files(capsys, folder, no_work):
    """Non-regression test for: the PSF overwrote the picture."""
    deblur = ["deblur", "x.png", "-o", "out.png", "--psf", "./out.png"]
    estimate = ["estimate", "x.png", "--plot", "out.png", "--psf", "out.png"]
    for command in (deblur, estimate):
        assert main(command) == 1
        assert "two things would be written to it" in capsys.readouterr().err


def full_disk(*arguments, **settings):
    """A writer that is stopped half way."""
    for target in arguments:
        if hasattr(target, "write"):
            target.write(b"half")
        elif isinstance(target, (str, os.PathLike)) and "." in os.fspath(target):
            Path(target).write_bytes(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("command", "output", "writer"),
    [
        (["blur", "x.png", *BLUR, "-o"], "out.png", "os.fsync"),
        (["deblur", "x.png", *RESTORE, "-o"], "out.png", "os.fsync"),
        (["deblur", "x.png", *RESTORE, "-o", "y.png", "--psf"], "out.npy", "numpy.save"),
        (["map", "x.png", "-o"], "out.png", "matplotlib.figure.Figure.savefig"),
        (["map", "x.png", "-o"], "out.pdf", "matplotlib.figure.Figure.savefig"),
        (["map", "x.png", "-o"], "out.npz", "numpy.savez_compressed"),
        (
            ["estimate", "x.png", *QUICK, "--plot"],
            "out.png",
            "matplotlib.figure.Figure.savefig",
        ),
        (["estimate", "x.png", *QUICK, "--psf"], "out.npy", "numpy.save"),
    ],
)
def test_on_a_full_disk_the_old_file_stays(
    capsys, folder, quick_map, monkeypatch, command, output, writer
):
    """Non-regression test for: figures were cut in half, and old ones lost."""
    Path("elsewhere").mkdir()
    old = Path("elsewhere", "old")
    old.write_bytes(b"old")
    Path(output).symlink_to(old)
    monkeypatch.setattr(writer, full_disk)
    assert main([*command, output, "--force"]) == 1
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert line.startswith(f"skblur: {output}: ")
    assert line.endswith(os.strerror(errno.ENOSPC))
    # What was found out is said all the same, and what was restored.
    assert bool(out) == (command[0] in ("estimate", "map") or Path("y.png").exists())
    assert old.read_bytes() == b"old"
    assert Path(output).is_symlink()
    assert names(old.parent) == ["old"]
    assert not list(folder.glob("*.part"))


def test_what_has_come_during_the_work_stays(capsys, folder, monkeypatch):
    """Non-regression test for: of two runs the second overwrote the file of the first."""
    module = import_module("skblur.blurs.convolution")
    blur_batch = module.blur_batch

    def meanwhile(*arguments):
        Path("out.png").write_bytes(b"of another run")
        return blur_batch(*arguments)

    monkeypatch.setattr(module, "blur_batch", meanwhile)
    assert main(["blur", "x.png", *BLUR, "-o", "out.png"]) == 1
    assert "out.png: it exists; --force overwrites it" in capsys.readouterr().err
    assert Path("out.png").read_bytes() == b"of another run"


def test_a_picture_may_be_written_over_itself_if_asked_to(capsys, folder):
    before = Path("x.png").read_bytes()
    command = ["blur", "x.png", *BLUR, "-o", "x.png"]
    assert main(command) == 1
    assert Path("x.png").read_bytes() == before
    assert main([*command, "--force"]) == 0
    assert Path("x.png").read_bytes() != before
    assert names(folder) == ["x.png"]


def test_pictures_of_one_name_do_not_share_a_file(capsys, folder):
    """Non-regression test for: with --force the second overwrote the first."""
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, "x.png").write_bytes(Path("x.png").read_bytes())
    pictures = [os.path.join(name, "x.png") for name in ("a", "b", "a")]
    assert main(["estimate", *pictures, *QUICK, "--psf", "psfs", "--force"]) == 1
    out, err = capsys.readouterr()
    assert [line.split(":")[0] for line in out.splitlines()] == pictures
    taken = os.path.join("psfs", "x.png.npy")
    reason = f"it is that of {pictures[0]}; that of {pictures[1]} needs another folder"
    assert err == f"skblur: {taken}: {reason}\n"
    assert names(folder / "psfs") == ["x.png.npy"]


@pytest.mark.parametrize("option", ["--plot", "--psf"])
def test_a_folder_for_several_is_checked_before_the_work(capsys, folder, no_work, option):
    Path("file").write_bytes(b"old")
    command = ["estimate", "x.png", "x.png", option]
    for given, reason in (("file", "it is not a folder"), ("file/f", "Not a directory")):
        assert main([*command, given, "--force"]) == 1
        err = capsys.readouterr().err
        assert err.startswith(f"skblur: {given}: ")
        assert reason in err
    assert Path("file").read_bytes() == b"old"


@pytest.fixture
def quick_model(monkeypatch):
    """A model that is trained at once."""
    model = GRNNRegressor(sigma=0.5).fit([[0.0], [1.0]], [0.0, 1.0])
    module = import_module("skblur.training.patches")
    monkeypatch.setattr(module, "train_patch_model", lambda *_, **__: model)
    return model


def test_a_model_that_cannot_be_written_is_not_lost(
    capsys, folder, quick_model, monkeypatch
):
    """Non-regression test for: what had been trained was gone with a message."""
    module = import_module("skblur.models.model_files")
    save, temporary = module.save_model, folder / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def save_elsewhere(model, path):
        full_disk() if path == "model.npz" else save(model, path)

    monkeypatch.setattr(module, "save_model", save_elsewhere)
    assert main(["train", ".", "-o", "model.npz"]) == 1
    (saved,) = temporary.rglob("*.npz")
    reason = f"{os.strerror(errno.ENOSPC)}; the model is in {saved}"
    assert capsys.readouterr() == ("", f"skblur: model.npz: {reason}\n")
    np.testing.assert_array_equal(
        load_model(saved).predict([[1.0]]), quick_model.predict([[1.0]])
    )

    monkeypatch.setattr(module, "save_model", full_disk)
    saved.unlink()
    saved.parent.rmdir()
    assert main(["train", ".", "-o", "model.npz"]) == 1
    assert "skblur: model.npz: No space left on device" in capsys.readouterr().err
    assert names(temporary) == []


def test_progress_that_nobody_reads_does_not_stop_the_training(
    capsys, folder, quick_model, monkeypatch
):
    """Non-regression test for: behind ``| head`` it ended after some epochs."""

    def train(*arguments, **settings):
        print("epoch 1")
        return quick_model

    monkeypatch.setattr(
        import_module("skblur.training.patches"), "train_patch_model", train
    )
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    sys.stdout.detach()
    assert main(["train", ".", "-o", "model.npz"]) == 1
    assert load_model("model.npz").sigma == quick_model.sigma
    err = capsys.readouterr().err
    assert err.startswith("epoch 1\nskblur: standard output: ")


def test_a_photograph_that_cannot_be_read_does_not_stop_the_training(
    capsys, folder, quick_model
):
    Path("bad.png").write_text("no picture")
    assert main(["train", ".", "-o", "model.npz"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("model.npz: 36000 patches of 1 photographs")
    assert err.startswith("skblur: bad.png: ")
    Path("x.png").unlink()
    assert main(["train", ".", "-o", "other.npz"]) == 1
    assert "skblur: .: none of its pictures can be read" in capsys.readouterr().err
