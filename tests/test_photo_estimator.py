"""The estimators of photographs and maps are trained, and learn how far to believe it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from skblur import (
    BlurMapEstimator,
    BlurTypeThenParamPipeline,
    FoldedSpectrumTransformer,
    HalfSpectrumTransformer,
    PatchBlurEstimator,
    PhotoBlurEstimator,
    load_pretrained,
    save_model,
)
from skblur.datasets import make_blur_photos
from skblur.estimation.learning import Rows
from skblur.metrics import classification_rate
from skblur.models.model_files import load_model


def small_model():
    classifier = make_pipeline(
        FoldedSpectrumTransformer(), LogisticRegression(max_iter=1000)
    )
    regressor = make_pipeline(HalfSpectrumTransformer(), KNeighborsRegressor(3))
    return BlurTypeThenParamPipeline(classifier, regressor, features="passthrough")


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
    return PhotoBlurEstimator(small_model()).fit(list(X), y, groups)


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
    assert fitted.trust_.shape == (2,)
    assert fitted.trust_.mean() == pytest.approx(1)
    assert fitted.evidence_ > 0
    assert set(fitted.widest_) == set(fitted.least_std_) == {1, 2, 3}
    rows = Rows.of(list(X), y, groups)
    held = rows.held_out()
    assert not set(groups[held]) & set(groups[~held])
    assert 0 < held.mean() < 0.5


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


def test_a_fitted_estimator_is_kept_in_a_file(fitted, blurred, tmp_path):
    shipped = load_pretrained("photo")
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
    estimator.set_params(min_windows=10**6)
    assert "almost no structure" in estimator.estimate(photo).reason
    assert estimator.predict([photo]).tolist() == [[-1, 0, 0]]


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
