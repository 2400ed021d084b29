"""Trainings that are stopped and go on."""

from functools import partial
from itertools import count

import numpy as np
import pytest

from skblur import save_model
from skblur.datasets import load_sharp_photos
from skblur.training import checkpoints
from skblur.training.checkpoints import Checkpoints, discard
from skblur.training.patches import train_patch_model
from skblur.training.photos import draw_rows, train_photo_model
from skblur.training.stages import Stages
from skblur.training.windows import train_window_model

# So little teaches next to nothing, and the networks say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class KilledError(Exception):
    """Ends a training in the middle."""


@pytest.fixture
def often_killed(monkeypatch):
    """Every third time that something is to be kept, the training ends before it is."""
    times = count()

    def killed(write):
        def keep(*arguments):
            if next(times) % 3 == 2:
                raise KilledError
            return write(*arguments)

        return keep

    for name in ("written_aside", "save_model"):
        monkeypatch.setattr(checkpoints, name, killed(getattr(checkpoints, name)))


@pytest.fixture(scope="module")
def colours():
    return load_sharp_photos(as_gray=False)[:4]


def content(model, path):
    save_model(model, path)
    return path.read_bytes()


def until_done(train):
    """What it returns in the end, and how often it was killed before."""
    for n_killed in range(100):
        try:
            return train(), n_killed
        except KilledError:
            pass
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("train", "n_samples", "kind"),
    [
        (train_patch_model, 200, "motion"),
        (partial(train_patch_model, at_once=200), 400, "motion"),
        (train_photo_model, 40, "gaussian"),
        (train_window_model, 40, "gaussian"),
    ],
)
def test_it_goes_on_where_it_was_killed(
    train, n_samples, kind, colours, tmp_path, often_killed, monkeypatch
):
    """Killed again and again, it gives the model of one that was not, to the last bit."""
    settings = {"random_state": 0, "kinds": [kind]}
    plain = train(colours, n_samples, **settings)
    expected = content(plain, tmp_path / "plain.npz")
    kept = {"checkpoints": tmp_path / "kept", **settings}
    model, n_killed = until_done(lambda: train(colours, n_samples, **kept))
    assert n_killed > 2
    assert content(model, tmp_path / "model.npz") == expected

    # Now all is there, and nothing is made any more.
    monkeypatch.setattr(checkpoints, "written_aside", None)
    monkeypatch.setattr(checkpoints, "save_model", None)
    again = train(colours, n_samples, **kept)
    assert content(again, tmp_path / "again.npz") == expected


def test_rows_do_not_depend_on_where_the_drawing_ended(colours, tmp_path, often_killed):
    def draw(kept):
        stages = Stages(["photographs"], verbose=False, checkpoints=kept)
        return draw_rows(colours, 9, stages=stages, random_state=np.random.RandomState(5))

    def go_on():
        return draw(Checkpoints(tmp_path, colours, {"random_state": 5}))

    rows, n_killed = until_done(go_on)
    assert n_killed > 0
    for found, expected in zip(rows, draw(None), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"n_samples": 201}, "there n_samples is 200, here it is 201"),
        ({"random_state": 1}, "there random_state is 0, here it is 1"),
        ({"size": {"motion": (3, 9)}}, "there size is"),
        ({"images": 3}, "it is of 4 other photographs"),
    ],
)
def test_another_training_is_refused(settings, reason, colours, tmp_path):
    given = {"n_samples": 200, "random_state": 0, "size": {"motion": (3.0, 10.0)}}
    Checkpoints(tmp_path / "kept", colours, given)
    Checkpoints(tmp_path / "kept", colours, given)
    given |= settings
    images = colours[: given.pop("images", 4)]
    with pytest.raises(ValueError, match="holds checkpoints of another training") as error:
        Checkpoints(tmp_path / "kept", images, given)
    assert reason in str(error.value)


def test_a_folder_of_something_else_is_refused(colours, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="is not empty and holds no checkpoints"):
        Checkpoints(tmp_path, colours, {"random_state": 0})
    for seed in (None, np.random.RandomState(0)):
        with pytest.raises(ValueError, match="checkpoints need an integer as random_state"):
            Checkpoints(tmp_path / "new", colours, {"random_state": seed})
    assert not (tmp_path / "new").exists()


def test_what_is_damaged_is_named(colours, tmp_path):
    kept = Checkpoints(tmp_path, colours, {"random_state": 0})
    rng = np.random.RandomState(0)
    kept.arrays("rows-01-0", lambda: [rng.random_sample(3)], rng)
    path = tmp_path / "rows-01-0.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"rows-01-0.npz is damaged, remove it"):
        kept.arrays("rows-01-0", None, rng)
    (tmp_path / "training.json").write_text("{")
    with pytest.raises(ValueError, match="is no record of a training"):
        Checkpoints(tmp_path, colours, {"random_state": 0})


def test_only_checkpoints_are_discarded(colours, tmp_path):
    folder = tmp_path / "kept"
    kept, rng = Checkpoints(folder, colours, {"random_state": 0}), np.random.RandomState(0)
    kept.arrays("rows-01-0", lambda: [rng.random_sample(3)], rng)
    (folder / "mine.txt").write_text("mine")
    discard(folder)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    (folder / "mine.txt").unlink()
    Checkpoints(folder, colours, {"random_state": 0})
    discard(folder)
    assert not folder.exists()
