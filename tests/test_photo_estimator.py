"""The estimators of photographs and maps are trained, and learn how far to believe it."""

import json
import tracemalloc

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from skblur import (
    BlurMapEstimator,
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    FoldedSpectrumTransformer,
    HalfSpectrumTransformer,
    PatchBlurEstimator,
    PhotoBlurEstimator,
    load_pretrained,
    save_model,
)
from skblur.blurs.types import blur_type, parametric_types
from skblur.datasets import make_blur_photos
from skblur.estimation.learning import ENOUGH, Rows, learn_judgement
from skblur.estimation.levels import Levels, spectra_of
from skblur.images.channels import luma_of
from skblur.metrics import classification_rate
from skblur.models.model_files import load_model
from skblur.pipeline.parameters import ParameterRegressor
from skblur.spectra.photo_row import N_FEATURES, photo_row


def small_model():
    classifier = make_pipeline(
        FoldedSpectrumTransformer(), LogisticRegression(max_iter=1000)
    )
    return BlurTypeThenParamPipeline(classifier, small_regressor(), features="passthrough")


def small_regressor():
    return make_pipeline(HalfSpectrumTransformer(), KNeighborsRegressor(3))


@pytest.fixture(scope="module")
def blurred(photos):
    """Photographs of four types, and the scenes that they are of."""
    return make_blur_photos(
        photos,
        160,
        size={"gaussian": (2, 5), "motion": (8, 20), "defocus": (3, 8)},
        image_shape=(160, 160),
        camera=None,
        return_groups=True,
        random_state=0,
    )


@pytest.fixture(scope="module")
def fitted(blurred):
    X, y, groups = blurred
    classifier = CommitteeClassifier((32,), max_iter=40, batch_size=16, random_state=0)
    return PhotoBlurEstimator(classifier, small_regressor()).fit(list(X), y, groups)


def test_photographs_are_learned(fitted, blurred):
    X, y, _ = blurred
    found = fitted.predict(X[:60])
    assert found.shape == (60, 3)
    assert classification_rate(y[:60], found) > 0.8
    assert fitted.score(X[:60], y[:60]) > 0.6
    p = fitted.predict_proba(X[:5])
    assert p.shape == (5, len(fitted.classes_))
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_judgement_is_learned_on_scenes_set_aside(fitted, blurred):
    X, y, groups = blurred
    assert fitted.classifier_.temperature_ != 1
    assert set(fitted.widest_) == set(fitted.least_std_) == {1, 2, 3}
    # Non-regression test for wider blurs than any learned from, taken for the widest.
    for code, widest in fitted.widest_.items():
        assert 0 < widest <= 0.8 * blur_type(code).size.trained[1]
    rows = Rows.of(list(X), y, groups)
    held = rows.held_out()
    assert not set(groups[held]) & set(groups[~held])
    assert 0 < held.mean() < 0.5


def test_a_deviation_is_learned_where_the_regressor_gives_none(fitted, blurred):
    """Non-regression test for: that of a Gaussian was NaN, which JSON does not know."""
    X, *_ = blurred
    found = [fitted.estimate(photo) for photo in X[:12]]
    assert {"gaussian", "motion", "defocus"} <= {each.blur_type for each in found}
    for each in found:
        assert set(each.std) == set(each.parameters)
        assert all(std > 0 for std in each.std.values())
        json.dumps(each.to_dict(), allow_nan=False)


def test_nothing_is_learned_of_guesses_that_are_all_one(fitted):
    """Non-regression test for: of no guess that is believed there was no quantile."""
    n = ENOUGH
    y = np.column_stack([np.full(n, 3.0), np.linspace(2, 9, n), np.zeros(n)])
    rows = Rows(
        spectra=np.ones((n, 2, 4096), np.float32),
        largest=np.ones((n, 2), np.float32),
        n_levels=np.full(n, 2),
        photos=np.zeros((0, N_FEATURES)),
        y=y,
        groups=np.arange(n),
    )
    estimator = clone(fitted)
    estimator.classifier_ = fitted.classifier_
    regressor = ParameterRegressor(DummyRegressor())
    estimator.regressors_ = {3: regressor.fit(rows.spectra[:, 0], y[:, 1:])}
    learn_judgement(estimator, rows.take(slice(0)), rows)
    assert estimator.widest_[3] == 0.8 * blur_type(3).size.trained[1]
    assert estimator.least_std_[3] == (0.1, 6.0)


def test_rows_are_what_is_seen_at_each_level(blurred):
    """A blur is half as wide at half the size, and none where it no longer shows."""
    X, y, _ = blurred
    rows = Rows.of(list(X[:8]), y[:8])
    assert rows.spectra.shape == (8, 2, 4096)
    _, fine = rows.of_level(0)
    _, coarse = rows.of_level(1)
    np.testing.assert_allclose(fine[:, 1], y[:8, 1])
    np.testing.assert_allclose(coarse[:, 1], y[:8, 1] / 2)
    narrow = rows._replace(y=np.tile([1.0, 0.5, 0.0], (8, 1)))
    _, seen = narrow.of_level(1)
    assert (seen == 0).all()
    between = rows._replace(y=np.tile([1.0, 0.35, 0.0], (8, 1)))
    assert len(between.of_level(0)[1]) == 0


def test_a_regressor_learns_from_what_it_is_asked_about(blurred):
    X, y, _ = blurred
    rows = Rows.of(list(X[:8]), y[:8])
    assert set(rows.codes()) == set(y[:8, 0])
    for kind in parametric_types():
        these = np.flatnonzero(y[:8, 0] == kind.code)
        of_type, targets = rows.of_level(0, kind)
        np.testing.assert_array_equal(targets, y[these])
        for row, i in zip(of_type, these, strict=True):
            asked = spectra_of(Levels(luma_of(X[i]).astype(np.float32)).pair(0), kind)
            np.testing.assert_allclose(row, asked[0], rtol=1e-6)


def test_a_photograph_is_named_by_what_shows(blurred):
    """So little that it is gone in a copy of little more than half the size is none."""
    X, y, _ = blurred
    rows = Rows.of(list(X[:8]), y[:8])
    assert rows.photos.shape == (8, N_FEATURES)
    np.testing.assert_allclose(rows.photos[0], photo_row(X[0]), atol=1e-3)
    _, types = rows.of_photos()
    np.testing.assert_array_equal(types, y[:8, 0])
    for length, seen in ((2.5, [0]), (3.0, []), (3.6, [2])):
        narrow = rows._replace(y=np.tile([2.0, length, 30.0], (8, 1)))
        assert np.unique(narrow.of_photos()[1]).tolist() == seen
    assert Rows.of(list(X[:2]), y[:2], photos=False).photos.shape == (2, 0)


def test_a_fitted_estimator_is_kept_in_a_file(fitted, blurred, tmp_path):
    shipped = load_pretrained("photo")
    # Whose file was written before there was such a parameter.
    assert shipped.free_psf == "auto"
    shipped.set_params(free_psf=False)
    save_model(shipped, tmp_path / "photo.npz")
    again = load_model(tmp_path / "photo.npz")
    photo = blurred[0][3]
    assert again.estimate(photo).to_dict() == shipped.estimate(photo).to_dict()
    assert again.get_params() == shipped.get_params()


def test_parameters_decide_what_is_undecided(blurred):
    photo = blurred[0][3]
    estimator = load_pretrained("photo")
    assert estimator.estimate(photo).blur_type != "undecided"
    estimator.set_params(min_confidence=1.0)
    assert "no type is likely" in estimator.estimate(photo).reason
    # Windows lie at every 16th pixel of 160.
    estimator.set_params(min_windows=49)
    half_flat = photo.copy()
    half_flat[:80] = 0.5
    assert "almost no structure" in estimator.estimate(half_flat).reason
    assert estimator.predict([half_flat]).tolist() == [[-1, 0, 0]]
    estimator.set_params(min_windows=50)
    assert "too small: it has room for 49 of 50" in estimator.estimate(photo).reason


def test_maps_learn_what_a_window_counts(blurred):
    X, y, groups = blurred
    maps = BlurMapEstimator(small_model(), stride=32).fit(list(X), y, groups)
    assert maps.evidence_ > 0
    assert maps.evidence_ != 0.1
    found = np.array(maps.predict(X[:8]))
    assert found.shape == (8, 160, 160, 3)
    assert (found[..., 0] == y[:8, 0, None, None]).mean() > 0.6


def test_votes_of_patches_are_learned(blurred):
    X, y, _ = blurred
    model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=300))
    votes = PatchBlurEstimator(model, max_patches=20).fit(list(X[:40]), y[:40])
    assert votes.evidence_ > 0
    assert votes.predict(X[40:44]).shape == (4, 3)


def test_the_patches_of_most_contrast_vote(photos):
    luma = luma_of(photos[0])[:90, :110]
    places = [(i, j) for i in range(0, 59, 8) for j in range(0, 79, 8)]
    windows = [luma[i : i + 32, j : j + 32] for i, j in places]
    windows.sort(key=np.std, reverse=True)
    found = PatchBlurEstimator(stride=8, max_patches=9, min_std=0)._select(luma)
    np.testing.assert_array_equal(found, np.float32([w.ravel() for w in windows[:9]]))


def test_patches_are_not_all_copied_at_once(rng):
    """Non-regression test for: their contrast took a copy of all, here of 226 MB."""
    luma = rng.random((600, 800))
    tracemalloc.start()
    PatchBlurEstimator(stride=4)._select(luma)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert peak < 20


@pytest.mark.parametrize("n_rows", [5, 20])
def test_as_many_targets_as_photographs(blurred, n_rows):
    """Non-regression test for: more targets were passed over, or a name of zip's came."""
    X, y, _ = blurred
    message = f"y must have one row per image: expected (10|more), got {n_rows}"
    for estimator in (PatchBlurEstimator(), PhotoBlurEstimator(), BlurMapEstimator()):
        with pytest.raises(ValueError, match=message):
            estimator.fit(list(X[:10]), y[:n_rows])
    with pytest.raises(ValueError, match=message):
        Rows.of(iter(X[:10]), y[:n_rows])


@pytest.mark.parametrize("groups", [[0, 1], np.zeros((3, 1)), 5])
def test_one_group_for_each_photograph(blurred, groups):
    """Non-regression test for: it was an index out of bounds when all had been seen."""
    X, y, _ = blurred
    with pytest.raises(ValueError, match="groups must be one per row of y, 3, got shape"):
        PhotoBlurEstimator().fit(list(X[:3]), y[:3], groups)


def test_a_photograph_too_small_to_learn_from_is_named(blurred):
    """Non-regression test for: it was an array that could not be broadcast."""
    X, y, _ = blurred
    images = [X[0], X[1], X[2][:63]]
    for estimator in (PhotoBlurEstimator(), BlurMapEstimator()):
        with pytest.raises(ValueError, match=r"image 2 must be .* 64 pixels a side, got"):
            estimator.fit(images, y[:3])
