import warnings
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from skblur import BlurMapEstimator, HalfSpectrumTransformer, load_pretrained
from skblur.datasets import make_blur_patches, make_blur_photos
from skblur.pipeline.recipes import window_model
from skblur.rbm.temperature import fit_temperature
from skblur.training.blurs import chosen_blurs
from skblur.training.patches import _draw_patches, _resized, train_patch_model
from skblur.training.photos import draw_rows, train_photo_model
from skblur.training.progress import Progress
from skblur.training.stages import Stages
from skblur.training.windows import train_window_model


def test_temperature_undoes_a_scale(rng):
    """Labels drawn from the probabilities of the logits: what they were sharpened by."""
    logits = 2 * rng.standard_normal((40000, 3))
    drawn = (softmax(logits, axis=1).cumsum(axis=1) < rng.random((40000, 1))).sum(axis=1)
    for sharpened in (0.5, 1.0, 3.0):
        shifted = sharpened * logits + rng.random((40000, 1))
        assert fit_temperature(shifted, drawn) == pytest.approx(sharpened, rel=0.05)


def test_calibration_changes_the_probabilities_alone(blur_patches):
    X, y = blur_patches
    model, before = load_pretrained("patch32"), load_pretrained("patch32")
    model.calibrate(X, y)
    np.testing.assert_array_equal(model.predict(X), before.predict(X))
    columns = (y[:, 0] - 1).astype(int)
    p, q = model.predict_proba(X), before.predict_proba(X)
    rows = np.arange(len(X))
    assert np.log(p[rows, columns]).mean() > np.log(q[rows, columns]).mean()
    logits = np.log(np.maximum(q.astype(np.float64), np.finfo(np.float32).tiny))
    temperature = fit_temperature(logits, columns)
    np.testing.assert_allclose(p, softmax(logits / temperature, axis=1), atol=1e-4)
    softened = np.log(np.maximum(p.astype(np.float64), np.finfo(np.float32).tiny))
    assert fit_temperature(softened, columns) == pytest.approx(1, abs=0.01)


def test_every_other_photograph_is_resized(photos):
    rng = np.random.RandomState(0)
    resized = _resized(photos[:4], rng)
    for index, (before, after) in enumerate(zip(photos, resized, strict=False)):
        scales = np.divide(after.shape, before.shape)
        if index % 2:
            assert after.dtype == np.uint8
            assert scales[0] == pytest.approx(scales[1], abs=0.01)
            assert 0.7 < scales[0] < 1.65
            assert after.mean() / 255 == pytest.approx(before.mean(), abs=0.02)
        else:
            assert after is before


@pytest.mark.parametrize(
    "train", [train_patch_model, train_photo_model, train_window_model]
)
def test_too_little_to_learn_from(train, photos):
    """Non-regression test for: batches of no rows were complained about."""
    for n_samples in (0, 12, 39.5):
        with pytest.raises(ValueError, match=r"n_samples must be an integer of at least"):
            train(photos, n_samples)
    with pytest.raises(ValueError, match="images must hold a sharp photograph at least"):
        train([], 200)
    with pytest.raises(ValueError, match="kinds must be one or more out of"):
        train(photos, 200, kinds=["none"])
    with pytest.raises(ValueError, match="the range of motion must be LOW < HIGH"):
        train(photos, 200, size={"motion": (20, 5)})


def test_patches_are_those_that_are_drawn_at_once(photos):
    """Whatever is drawn in chunks by a training is what `make_blur_patches` draws."""
    blurs = chosen_blurs(["motion", "defocus"], {"motion": (4, 8)}, "paper")
    stages = Stages(["patches"], verbose=False)
    rng = np.random.RandomState(3)
    X, y = _draw_patches(photos, 301, rng, stages, blurs)
    rng, parts = np.random.RandomState(3), []
    of_parts = [(226, {}), (45, {"noise": (0, 0.03)}), (30, {"jpeg_quality": (30, 100)})]
    kinds, size = ["motion", "defocus"], {"motion": (4, 8), "defocus": (2, 10)}
    for n, settings in of_parts:
        settings |= {"kinds": kinds, "size": size, "random_state": rng}
        parts.append(make_blur_patches(photos, n, **settings))
    for found, expected in zip((X, y), zip(*parts, strict=True), strict=True):
        np.testing.assert_array_equal(found, np.concatenate(expected))


def test_progress_says_what_is_left(capsys, monkeypatch):
    now = iter([0.0, 1.0, 10.0, 10.0, 12.0])
    monkeypatch.setattr("skblur.training.progress.time.perf_counter", lambda: next(now))
    progress = Progress(3)
    progress.begin("patches", 100)
    progress.count(10)
    progress.count(20)
    progress.write("warming up\nepoch 6")
    progress.write(": loss 0.5\n")
    assert capsys.readouterr().out.splitlines() == [
        "stage 1 of 3, patches: begins",
        "stage 1 of 3, patches: 20 of 100, 0:00:40 left of the stage",
        "stage 1 of 3, patches: warming up",
        "stage 1 of 3, patches: epoch 6: loss 0.5, 0:03:08 left of the stage",
    ]


def test_trained_models_remember_nothing_of_their_training(photos):
    pipelines = []

    def steps(each):
        if isinstance(each, Mapping):
            for inner in each.values():
                steps(inner)
        elif isinstance(each, Pipeline):
            pipelines.append(each)

    warnings.simplefilter("ignore", ConvergenceWarning)
    model = train_patch_model(photos[:3], 200)
    for each in (model.classifier, model.classifier_, model.regressor):
        steps(each)
    for fitted in model.regressors_.values():
        steps(fitted.regressor)
    assert model.memory is None
    assert len(pipelines) == 2 + 2 * 4
    assert all(each.memory is None for each in pipelines)


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("n_samples", [41, 46])
def test_as_many_rows_are_drawn_as_asked_for(photos, n_samples, real):
    rows = draw_rows(photos, n_samples, real=real, image_shape=(64, 64), random_state=0)
    assert len(rows.y) == n_samples


def test_evidence_is_learned_of_scenes_that_nothing_else_is(photos, monkeypatch):
    """Whichever scenes were drawn: not all of them need to be."""
    learned, asked = [], []
    fit_rows = BlurMapEstimator.fit_rows

    def noted(self, rows, images, y, *, named):
        for each in (rows, named):
            learned.extend(each.groups[~each.held_out()].tolist())
        return fit_rows(self, rows, images, y, named=named)

    def drawn(images, n_samples, **settings):
        asked.extend(images)
        return make_blur_photos(images, n_samples, **settings)

    monkeypatch.setattr(BlurMapEstimator, "fit_rows", noted)
    monkeypatch.setattr("skblur.training.windows.make_blur_photos", drawn)
    scenes = [np.roll(photo, 7 * i, 1) for i in range(6) for photo in photos[:5]]
    train_window_model(scenes, 60)
    of = {id(scene): number for number, scene in enumerate(scenes)}
    assert asked
    assert not {of[id(each)] for each in asked} & set(learned)


def test_a_recipe_shares_nothing_with_the_next():
    changed = window_model()
    changed.set_params(classifier__halfspectrumtransformer__image_shape=(1, 4096))
    fresh = window_model()
    motion = fresh.regressor["motion"]
    for each in (fresh.classifier[1], motion["size"][1], motion["angle"][0]):
        assert each.image_shape == HalfSpectrumTransformer().image_shape
    assert motion["size"][1] is not motion["angle"][0]
