"""Many photographs on processes and on a cluster of two workers."""

import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from joblib.externals.loky import get_reusable_executor
from PIL import Image
from scipy.signal import fftconvolve

from skblur import PhotoBlurEstimator, defocus_psf, estimate_many, load_pretrained
from skblur.camera import Camera
from skblur.cli import main
from skblur.datasets import make_blur_photos
from skblur.estimation.spreading import spread

SETTINGS = {"free_psf": False, "shares": False}
QUICK = ["--no-free-psf", "--no-shares"]


class Traced(PhotoBlurEstimator):
    """A model that leaves a file wherever it is unpacked."""

    def __setstate__(self, state):
        super().__setstate__(state)
        Path(self.folder, f"{os.getpid()}-{os.urandom(4).hex()}").touch()


@dataclass(frozen=True)
class TracedCamera(Camera):
    """Settings that leave a file in whatever process they are unpacked."""

    folder: str = ""

    def __setstate__(self, state):
        self.__dict__.update(state)
        Path(self.folder, str(os.getpid())).touch()


@pytest.fixture(scope="module", autouse=True)
def importable():
    """Processes are begun with this path, and find this module by its name."""
    root = str(Path(__file__).parents[__name__.count(".")])
    sys.path.append(root)
    # Those that are there already were begun without.
    get_reusable_executor().shutdown(wait=True)
    yield
    sys.path.remove(root)


@pytest.fixture(scope="module")
def cluster(importable):
    """The address of the scheduler of two workers."""
    distributed = pytest.importorskip("distributed")
    settings = {"dashboard_address": None, "silence_logs": logging.CRITICAL}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **settings) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def on_cluster(cluster):
    """Settings of joblib for the cluster."""
    from distributed import Client

    with Client(cluster) as client:
        yield {"backend": "dask", "client": client}


@pytest.fixture(params=["dask", "loky"])
def places(request):
    """Settings of joblib for both kinds of processes."""
    if request.param == "dask":
        return request.getfixturevalue("on_cluster")
    return {"backend": "loky", "n_jobs": 2}


@pytest.fixture(scope="module")
def pictures(photos):
    """Sharp and defocused in turn."""
    soft = [fftconvolve(photo, defocus_psf(4), mode="valid") for photo in photos[:4]]
    return [
        np.rint(255 * each[:200, :200].clip(0, 1)).astype(np.uint8)
        for pair in zip(photos[:4], soft, strict=True)
        for each in pair
    ]


@pytest.fixture
def paths(pictures, tmp_path):
    """Files of them, and one that is none."""
    paths = [str(tmp_path / f"{i}.png") for i in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        Image.fromarray(picture).save(path)
    return [*paths[:3], str(tmp_path / "gone.png"), *paths[3:]]


def test_answers_are_those_of_one_process(on_cluster, pictures, paths):
    """Errors too."""
    for images in (pictures, paths):
        alone = list(estimate_many(images, **SETTINGS))
        with parallel_config(**on_cluster):
            found = list(estimate_many(images, **SETTINGS))
        for (name, outcome), (expected, answer) in zip(found, alone, strict=True):
            assert name == expected
            if not isinstance(answer, Exception):
                assert outcome == answer
            else:
                assert type(outcome) is type(answer) is FileNotFoundError


def test_photographs_are_blurred_by_workers(places, pictures, tmp_path):
    camera = TracedCamera(noise=0.01, folder=str(tmp_path))
    settings = {"image_shape": (64, 64), "camera": camera, "random_state": 0}
    alone, targets = make_blur_photos(pictures, 6, **settings)
    assert not list(tmp_path.iterdir())
    with parallel_config(**places):
        found, found_targets = make_blur_photos(pictures, 6, **settings)
    # The scheduler, which looks at them too, is in this process.
    assert {path.name for path in tmp_path.iterdir()} - {str(os.getpid())}
    np.testing.assert_array_equal(found, alone)
    np.testing.assert_array_equal(found_targets, targets)


def test_a_model_is_unpacked_once_in_each_process(places, pictures, tmp_path):
    """Nor is it sent with each task, of which Dask would warn: warnings are errors."""
    model = Traced(**load_pretrained("photo").get_params(deep=False))
    vars(model).update(vars(load_pretrained("photo")), folder=str(tmp_path))
    alone = list(estimate_many(pictures * 4, model=model, **SETTINGS))
    assert not list(tmp_path.iterdir())
    with parallel_config(**places):
        assert list(estimate_many(pictures * 4, model=model, **SETTINGS)) == alone
    processes = [trace.name.split("-")[0] for trace in tmp_path.iterdir()]
    assert 1 <= len(processes) == len(set(processes)) <= 2
    assert str(os.getpid()) not in processes


def test_no_more_is_asked_for_than_can_be_worked_on(places):
    """Memory is bounded, however many photographs there are."""
    asked, waiting = 0, []

    def things():
        nonlocal asked
        for i in range(200):
            asked += 1
            yield (i,)

    with parallel_config(**places):
        for count, (_, result) in enumerate(spread(slow, things(), n_jobs=None)):
            assert result == 2 * count
            waiting.append(asked - count)
    assert asked == 200
    assert max(waiting[:20]) < 60


def slow(number):
    """Twice the number, after a while that is too long for large batches."""
    import time

    time.sleep(0.02)
    return 2 * number


def test_who_kills_a_process_does_not_stop_the_others():
    def die_of_seven(number):
        if number == 7:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return -number

    things = [(number,) for number in range(12)]
    with parallel_config("loky", n_jobs=2):
        found = list(spread(die_of_seven, things, n_jobs=None))
    assert [thing for thing, _ in found] == things
    results = [result for _, result in found]
    assert isinstance(results.pop(7), ChildProcessError)
    assert results == [-number for number in range(12) if number != 7]


def test_a_worker_that_dies_loses_nothing(on_cluster, pictures):
    """Neither photographs that it held for others nor the model."""
    images = [picture.copy() for picture in pictures for _ in range(8)]
    model = load_pretrained("photo").set_params(min_confidence=0.5)
    alone = list(estimate_many(pictures, model=model, **SETTINGS))
    found, client = {}, on_cluster["client"]
    victim = min(client.run(os.getpid).values())
    with parallel_config(**on_cluster):
        settings = SETTINGS | {"model": model, "ordered": False}
        for name, outcome in estimate_many(images, **settings):
            if len(found) == 4:
                os.kill(victim, getattr(signal, "SIGKILL", signal.SIGTERM))
            assert name not in found
            found[name] = outcome
    client.wait_for_workers(2)
    assert [found[i] for i in range(64)] == [
        answer for _, answer in alone for _ in range(8)
    ]


def test_command(capsys, cluster, paths, monkeypatch):
    folder = Path(paths[0]).parent
    # Workers are in another folder.
    monkeypatch.chdir(folder)
    names = sorted(path.name for path in folder.iterdir())
    assert main(["estimate", *names, *QUICK]) == 0
    alone = capsys.readouterr()
    assert main(["estimate", *names, *QUICK, "--scheduler", cluster]) == 0
    assert capsys.readouterr() == alone
    assert main(["estimate", "gone.png", *QUICK, "--scheduler", cluster]) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_no_scheduler_answers(capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("skblur.cli.cluster.PATIENCE", 1)
    assert main(["estimate", "x.png", "--scheduler", "tcp://127.0.0.1:1"]) == 1
    reason = "no scheduler answers within 1 seconds"
    assert capsys.readouterr().err == f"skblur: tcp://127.0.0.1:1: {reason}\n"


def test_without_dask(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["estimate", "x.png", "--scheduler", "tcp://127.0.0.1:1"]) == 1
    assert "pip install 'skblur[distributed]'" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["host", "foo://host:1", "tcp://host", ""])
def test_what_is_no_address(capsys, address):
    with pytest.raises(SystemExit):
        main(["estimate", "x.png", "--scheduler", address])
    assert "must be as tcp://host:8786" in capsys.readouterr().err
