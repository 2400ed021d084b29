"""Values of options that cannot be: an error of usage, before anything is done."""

import pytest

from skblur.cli import main

OUT = ["-o", "out.png"]
BLUR = ["blur", "x.png", *OUT]
DEBLUR = ["deblur", "x.png", *OUT]
MAP = ["map", "x.png", *OUT]
TRAIN = ["train", "folder", "-o", "out.npz"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (
            ["estimate", "--max-megapixels", "0"],
            "--max-megapixels: must be a number of megapixels above 0, got '0'",
        ),
        (["estimate", "--max-megapixels", "nan"], "above 0, got 'nan'"),
        ([*BLUR, "--gaussian", "0"], "--gaussian: sigma must be a number of px above 0"),
        (
            [*BLUR, "--gaussian", "2px"],
            "a number of px above 0 and at most 1000, got '2px'",
        ),
        ([*BLUR, "--gaussian", "nan"], "at most 1000, got 'nan'"),
        ([*BLUR, "--gaussian", "1e9"], "at most 1000, got '1e9'"),
        ([*BLUR, "--motion", "0", "0"], "--motion: length must be a number of px above 0"),
        (
            [*BLUR, "--motion", "5", "inf"],
            "--motion: angle must be a number of deg from -360 to 360",
        ),
        ([*BLUR, "--motion", "5"], "expected 2 arguments"),
        ([*BLUR, "--defocus", "-1"], "--defocus: radius must be a number of px above 0"),
        (
            [*BLUR, "--gaussian", "2", "--gamma", "-1"],
            "--gamma: must be a number from 1 to 5",
        ),
        (BLUR, "one of the arguments --blur --gaussian --motion --defocus is required"),
        (
            [*BLUR, "--blur", "none", "--gaussian", "2"],
            "argument --gaussian: not allowed with argument --blur",
        ),
        ([*DEBLUR, "--noise", "nan"], "--noise: must be a number from 0 to 1, got 'nan'"),
        ([*DEBLUR, "--noise", "5"], "from 0 to 1, got '5'"),
        ([*DEBLUR, "--method", "best"], "--method: must be one of auto, wiener"),
        (
            [*MAP, "--window", "0"],
            "--window: must be auto, 64, 128, 256 px and so on, got '0'",
        ),
        ([*MAP, "--window", "abc"], "got 'abc'"),
        ([*MAP, "--window", "100"], "got '100'"),
        ([*MAP, "--stride", "-3"], "--stride: must be a whole number of px from 1 to 64"),
        ([*MAP, "--stride", "1.5"], "got '1.5'"),
        ([*TRAIN, "--patches", "0"], "--patches: must be a whole number of at least 200"),
        ([*TRAIN, "--photos", "0"], "--photos: must be a whole number of at least 40"),
        ([*TRAIN, "--windows", "many"], "--windows: must be a whole number of at least 40"),
        ([*TRAIN, "--jobs", "0"], "--jobs: must be a whole number of at least 1, got '0'"),
        ([*TRAIN, "--seed", "-1"], "--seed: must be a whole number from 0 to 4294967295"),
    ],
)
def test_refused(refused, command, reason):
    """Non-regression test for: some failed after the work, by a traceback."""
    last = refused(command)
    assert last.startswith(f"skblur {command[0]}: error: ")
    assert last.endswith(f"; see skblur {command[0]} --help")
    assert reason in last


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["train", "", "-o", "out.npz"], "skblur: '': it is not a folder"),
        (["train", "x.png", "-o", "out.npz"], "skblur: x.png: it is not a folder"),
        (["estimate", ""], "skblur: '': No such file or directory"),
        (["estimate", "--model", "", "x.png"], "skblur: '': No such file or directory"),
        (
            [*DEBLUR, "--psf-file", "none.npy"],
            "skblur: none.npy: No such file or directory",
        ),
    ],
)
def test_names_of_nothing(capsys, tmp_path, monkeypatch, command, reason):
    """Non-regression test for: no name at all was taken for the folder it was said in."""
    (tmp_path / "x.png").write_text("no picture")
    monkeypatch.chdir(tmp_path)
    assert main(command) == 1
    assert capsys.readouterr() == ("", f"{reason}\n")
