"""``skblur train``: what it is told, and what it says."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skblur import load_model, load_pretrained
from skblur.cli import main

TRAIN = ["train", "sharp", "-o", "model.npz", "--patches", "200"]


@pytest.fixture
def sharp(tmp_path, photos, monkeypatch):
    """A folder with a folder of twenty sharp photographs."""
    monkeypatch.chdir(tmp_path)
    Path("sharp").mkdir()
    for i in range(20):
        part = photos[i % 10][150 * (i // 10) :][:150, :180]
        Image.fromarray(np.rint(255 * part).astype(np.uint8)).save(f"sharp/{i:02}.png")


@pytest.fixture
def told(monkeypatch):
    """What the training of patches was told, instead of it."""
    calls = []

    def train(photos, *arguments, **settings):
        calls.append((len(photos), *arguments, settings))
        return load_pretrained("patch32")

    monkeypatch.setattr(
        import_module("skblur.training.patches"), "train_patch_model", train
    )
    return calls


def test_ranges_and_types(sharp, told):
    command = [*TRAIN, "--type", "motion=3:60", "--type", "gaussian=1:2.5", "--quiet"]
    assert main([*command, "--without", "defocus"]) == 0
    ((n_photos, n_samples, settings),) = told
    assert (n_photos, n_samples) == (20, 200)
    assert settings["kinds"] == ["gaussian", "motion"]
    assert settings["size"] == {"motion": (3, 60), "gaussian": (1, 2.5)}
    assert settings["checkpoints"] is None


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--type", "motion"], "must be NAME=LOW:HIGH such as motion=3:60, got 'motion'"),
        (["--type", "motion=3"], "got 'motion=3'"),
        (["--type", "motion=3:4:5"], "got 'motion=3:4:5'"),
        (["--type", "motion=9:3"], "the range of motion must be LOW < HIGH"),
        (["--type", "motion=3:nan"], "got 3:nan"),
        (
            ["--type", "motion=1:9"],
            "LOW at least 2 pixels, from where on it shows, got 1:9",
        ),
        (["--type", "motion=3:2000"], "HIGH must be at most 1000 px, got 2000"),
        (["--type", "none=1:2"], "with a size out of ['gaussian', 'motion', 'defocus']"),
        (["--type", "fog=1:2"], "the blur type must be one of"),
        (["--without", "none"], "argument --without: invalid choice: 'none'"),
        (
            ["--without", "motion", "--type", "motion=3:9"],
            "argument --type: motion is left out by --without",
        ),
        (
            ["--without", "motion", "--without", "gaussian", "--without", "defocus"],
            "argument --without: one type must be left",
        ),
    ],
)
def test_ranges_that_are_none(capsys, options, reason):
    with pytest.raises(SystemExit) as stop:
        main([*TRAIN, *options])
    assert stop.value.code == 2
    assert reason in capsys.readouterr().err.splitlines()[-1]


def test_from_a_model(capsys, sharp, told):
    assert main([*TRAIN, "--quiet", "--from", "patch32"]) == 0
    assert main([*TRAIN, "--quiet", "--force", "--from", "model.npz"]) == 0
    first, second = (settings["start"].classifier_[-1].mlp_ for *_, settings in told)
    np.testing.assert_array_equal(first.coefs_[0], second.coefs_[0])
    capsys.readouterr()
    assert main([*TRAIN, "--force", "--from", "none.npz"]) == 1
    assert capsys.readouterr().err == "skblur: none.npz: No such file or directory\n"


def test_patches_in_turns(capsys, sharp, told):
    assert main([*TRAIN, "--quiet", "--at-once", "200"]) == 0
    assert told[0][2]["at_once"] == 200
    command = ["train", "sharp", "-o", "other.npz", "--photos", "40", "--at-once", "200"]
    capsys.readouterr()
    assert main(command) == 1
    said = "skblur: --at-once is for a model of patches: leave it out\n"
    assert capsys.readouterr().err == said


def test_compact_is_a_third(sharp, told):
    assert main([*TRAIN, "--quiet"]) == 0
    plain = Path("model.npz").stat().st_size
    assert main([*TRAIN, "--quiet", "--compact", "--force"]) == 0
    assert Path("model.npz").stat().st_size < 0.5 * plain
    assert load_model("model.npz").n_features_in_ == 1024


def test_the_report_is_of_photographs_that_were_set_aside(capsys, sharp, told, monkeypatch):
    report = import_module("skblur.training.report")
    monkeypatch.setitem(report.N_JUDGED, "patches", 60)
    assert main([*TRAIN, "--report"]) == 0
    assert told[0][0] == 18
    out, err = capsys.readouterr()
    first, second, *table = out.splitlines()
    assert first.startswith("model.npz: 200 patches of 20 photographs, ")
    assert second == "on 60 blurred versions of 2 photographs that were set aside:"
    assert [line.split()[0] for line in table] == [
        *("gaussian", "motion", "defocus", "all"),
        *("sigma", "length", "angle", "radius", "calibration"),
    ]
    assert err == "judging it on 2 photographs that were set aside\n"
    Path("sharp/00.png").unlink()
    assert main([*TRAIN, "--report", "--force", "--quiet"]) == 0
    assert told[1][0] == 19
    out, err = capsys.readouterr()
    said = "no report: fewer than 20 photographs, too few to set some aside"
    assert out.splitlines()[1:] == [said]
    assert err == ""


# So few patches teach next to nothing, and the network says so.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_training_goes_on(capsys, sharp, monkeypatch):
    checkpoints = import_module("skblur.training.checkpoints")
    save = checkpoints.save_model
    assert main(TRAIN) == 0
    expected = Path("model.npz").read_bytes()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "stage 1 of 7, patches: begins"
    (epoch,) = (line for line in lines if "motion angle: fine-tuning, epoch 5: " in line)
    assert epoch.startswith("stage 5 of 7, motion angle: fine-tuning, epoch 5: loss ")
    assert epoch.endswith(" left of the stage")

    def stop(model, path):
        if "model-04" in str(path):
            raise KeyboardInterrupt
        save(model, path)

    monkeypatch.setattr(checkpoints, "save_model", stop)
    command = [*TRAIN, "--force", "--quiet", "--checkpoints", "kept"]
    assert main(command) == 130
    reason = "no model written; kept keeps what was done\n"
    assert capsys.readouterr().err.endswith(reason)
    assert Path("model.npz").read_bytes() == expected
    other = ["--seed", "1"]
    assert main([*command, *other]) == 1
    assert "another training, there random_state is 0" in capsys.readouterr().err
    monkeypatch.setattr(checkpoints, "save_model", save)
    assert main(command) == 0
    verbose, quiet = expected, Path("model.npz").read_bytes()
    assert quiet != verbose
    assert not Path("kept").exists()
    assert main([*TRAIN, "--force", "--quiet"]) == 0
    assert Path("model.npz").read_bytes() == quiet
