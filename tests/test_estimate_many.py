import pickle

import numpy as np
import pytest
from joblib import parallel_config
from PIL import Image
from scipy.signal import fftconvolve

from skblur import (
    BlurMapEstimator,
    ImageFileError,
    defocus_psf,
    estimate_blur,
    estimate_many,
    load_pretrained,
)
from skblur.estimation import estimate_many as module
from skblur.estimation.report import report_columns, report_row

SETTINGS = {"free_psf": False, "shares": False}


@pytest.fixture(scope="module")
def pictures(photos):
    """Sharp and defocused in turn."""
    soft = [fftconvolve(photo, defocus_psf(4), mode="valid") for photo in photos[:3]]
    return [
        np.rint(255 * each.clip(0, 1)).astype(np.uint8)
        for pair in zip(photos[:3], soft, strict=True)
        for each in pair
    ]


def test_answers_are_those_of_each_alone(pictures):
    found = list(estimate_many(pictures, **SETTINGS))
    assert [index for index, _ in found] == list(range(len(pictures)))
    for (_, outcome), picture in zip(found, pictures, strict=True):
        assert outcome == estimate_blur(picture, free_psf=False)


def test_processes_answer_alike(pictures):
    alone = list(estimate_many(pictures, **SETTINGS))
    assert list(estimate_many(pictures, n_jobs=2, **SETTINGS)) == alone
    unordered = estimate_many(pictures, n_jobs=2, ordered=False, **SETTINGS)
    assert sorted(unordered, key=lambda each: each[0]) == alone
    with parallel_config("threading", n_jobs=2):
        assert list(estimate_many(pictures, **SETTINGS)) == alone


def test_files_and_failures(pictures, tmp_path):
    paths = [tmp_path / "good.png", str(tmp_path / "gone.png"), tmp_path / "bad.png"]
    Image.fromarray(pictures[1]).save(paths[0])
    paths[2].write_bytes(paths[0].read_bytes()[:200])
    for n_jobs in (1, 2):
        found = dict(estimate_many([*paths, "x", np.zeros(3)], n_jobs=n_jobs, **SETTINGS))
        assert list(found) == [*map(str, paths), "x", 4]
        good, gone, bad, other, array = found.values()
        assert good == estimate_blur(pictures[1], free_psf=False)
        assert isinstance(gone, FileNotFoundError)
        assert isinstance(other, FileNotFoundError)
        assert isinstance(bad, ImageFileError)
        assert isinstance(array, ValueError)


def test_limit_of_pixels(pictures, tmp_path):
    Image.fromarray(pictures[0]).save(tmp_path / "large.png")
    ((_, failure),) = estimate_many([tmp_path / "large.png"], max_megapixels=0.01)
    assert isinstance(failure, ImageFileError)


def test_shares_are_looked_up_and_the_picture_left(pictures):
    ((_, found),) = estimate_many(pictures[:1], free_psf=False)
    assert found.picture is None
    assert found.shares == estimate_blur(pictures[0], free_psf=False).shares
    ((_, found),) = estimate_many(pictures[:1], **SETTINGS)
    assert found.shares == {}


def test_it_is_a_stream(pictures):
    """A photograph is asked for when its answer is."""
    asked = []

    def endless():
        while True:
            asked.append(1)
            yield pictures[0]

    stream = estimate_many(endless(), **SETTINGS)
    next(stream)
    next(stream)
    assert len(asked) == 2


def test_a_model_is_unpacked_once(pictures, monkeypatch):
    opened, original = [], pickle.loads

    def loads(content):
        opened.append(1)
        return original(content)

    monkeypatch.setattr(module.pickle, "loads", loads)
    module._unpacked.cache_clear()
    model = load_pretrained("photo").set_params(min_confidence=0.999999)
    with parallel_config("threading", n_jobs=2):
        found = list(estimate_many(pictures * 2, model=model, **SETTINGS))
    assert len(opened) <= 2
    assert any(outcome.blur_type == "undecided" for _, outcome in found)


def test_frame(pictures, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = estimate_many([*pictures[:2], tmp_path / "gone.png"], as_frame=True, **SETTINGS)
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == report_columns()
    assert list(frame["blur_type"].dropna()) == ["none", "defocus"]
    assert frame["error"].notna().tolist() == [False, False, True]


def test_frame_without_pandas(pictures, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        estimate_many(pictures[:1], as_frame=True, **SETTINGS)


def test_rows_have_the_columns(pictures):
    columns = report_columns()
    assert len(set(columns)) == len(columns)
    for name, outcome in estimate_many([*pictures[:2], "gone"], free_psf=False):
        row = report_row(name, outcome)
        assert set(row) <= set(columns)
    assert row == {"file": "gone", "error": str(outcome)}


@pytest.mark.parametrize(
    ("images", "settings", "error", "message"),
    [
        ("photo.png", {}, TypeError, r"got one: pass \['photo.png'\]"),
        ([], {"max_megapixels": -1}, ValueError, "max_megapixels"),
        ([], {"free_psf": "foo"}, ValueError, "free_psf must be True, False or 'auto'"),
        ([], {"model": "photo"}, TypeError, "model must be a fitted estimator"),
        ([], {"model": BlurMapEstimator()}, TypeError, "got a BlurMapEstimator"),
    ],
)
def test_refused_at_once(images, settings, error, message):
    with pytest.raises(error, match=message):
        estimate_many(images, **settings)


def test_failures_keep_no_pictures():
    """Non-regression test for: their tracebacks held all that had been refused."""
    ((_, failure),) = estimate_many([np.full((100, 100), 7.0)])
    while failure is not None:
        assert failure.__traceback__ is None
        failure = failure.__cause__ or failure.__context__
