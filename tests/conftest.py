"""Data that several test files share; small enough for the whole suite to stay quick."""

from importlib import import_module
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from skblur import (
    BlurMap,
    BlurMapEstimator,
    LogSpectrumTransformer,
    PatchBlurEstimator,
    PhotoBlurEstimator,
    load_pretrained,
)
from skblur.cli import main
from skblur.datasets import load_sharp_photos, make_blur_patches

matplotlib.use("Agg")


@pytest.fixture(scope="session")
def photos():
    return load_sharp_photos()


@pytest.fixture(scope="session")
def blur_patches(photos):
    """900 patches of the three blurs in turn, and their targets."""
    return make_blur_patches(photos, 900, random_state=0)


@pytest.fixture(scope="session")
def spectra(blur_patches):
    """Log spectra of the patches, and their types."""
    X, y = blur_patches
    return LogSpectrumTransformer().fit_transform(X), y[:, 0].astype(int)


@pytest.fixture(scope="session")
def fitted_photo_estimators():
    """The shipped estimators of photographs, by their class."""
    return {
        PhotoBlurEstimator: load_pretrained("photo"),
        PatchBlurEstimator: PatchBlurEstimator.of(load_pretrained("patch32")),
        BlurMapEstimator: load_pretrained("window64"),
    }


@pytest.fixture(scope="module")
def benchmarks():
    """The folder of scripts; they find what stands beside them, tests have to be told."""
    folder = Path(__file__).parents[1] / "benchmarks"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder


@pytest.fixture
def refused(capsys):
    """Runs a command that is a mistake, and gives what is said of it after the usage."""

    def run(command):
        with pytest.raises(SystemExit) as stop:
            main(command)
        assert stop.value.code == 2
        out, err = capsys.readouterr()
        assert out == ""
        usage, reason = err.splitlines()
        program, _, _ = reason.partition(": error: ")
        assert usage.startswith(f"usage: {program} ")
        return reason

    return run


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def quick_map(monkeypatch):
    """A map that is found at once."""
    sharp = np.zeros((7, 7, 4), np.float32)
    sharp[..., 0] = 1
    found = BlurMap((100, 110), sharp, {}, first=8, stride=16)
    module = import_module("skblur.mapping.blur_map")
    monkeypatch.setattr(module, "blur_map", lambda image, **settings: found)
