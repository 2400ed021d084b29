"""Trainings that go on from a model."""

import numpy as np
import pytest

from skblur import GRNNRegressor, load_pretrained
from skblur.datasets import load_sharp_photos, make_blur_patches
from skblur.pipeline import recipes
from skblur.training import patches
from skblur.training.patches import train_patch_model
from skblur.training.photos import train_photo_model
from skblur.training.start import Start

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def colours():
    return load_sharp_photos(as_gray=False)[:4]


def no_epochs(**settings):
    """The model of patches, whose networks stay as they start."""
    model = recipes.patch_model(**settings)
    for name in model.get_params():
        if name.endswith("max_iter") and "grnn" not in name:
            model.set_params(**{name: 0})
    return model


def test_networks_go_on_from_the_weights(colours, monkeypatch):
    """Trained for no epochs, networks are those that they started from."""
    start = train_patch_model(colours, 200)
    monkeypatch.setattr(patches, "patch_model", no_epochs)
    found = Start(train_patch_model(colours, 240, start=start), type(start)).networks
    expected = Start(start, type(start)).networks
    assert sorted(found) == [
        *("defocus radius", "gaussian sigma", "motion angle", "motion length", "types")
    ]
    for name, network in found.items():
        assert not network.warm_start
        last = -1 if name == "types" else None
        pairs = zip(
            network.mlp_.coefs_[:last], expected[name].mlp_.coefs_[:last], strict=True
        )
        for weights, before in pairs:
            np.testing.assert_allclose(weights, before, atol=1e-6)


def test_turns_go_on_from_the_turn_before(colours, monkeypatch):
    """And hold no more patches at once than they may."""
    start, fitted = load_pretrained("patch32"), []

    class Watched(type(start)):
        def fit(self, X, y):
            fitted.append(len(X))
            return super().fit(X, y)

    def watched(**settings):
        return Watched(**no_epochs(**settings).get_params(deep=False))

    monkeypatch.setattr(patches, "patch_model", watched)
    model = train_patch_model(colours, 700, at_once=300, start=start)
    assert fitted == [233, 233, 234]
    found, expected = (Start(each, type(start)).networks for each in (model, start))
    for name, network in found.items():
        weights, before = (each.mlp_.coefs_[0] for each in (network, expected[name]))
        np.testing.assert_allclose(weights, before, atol=1e-6)


def test_turns_have_enough_patches_each(colours):
    assert patches._turns(500, None) == [500]
    assert patches._turns(500, 500) == [500]
    assert patches._turns(599, 200) == [299, 300]
    assert patches._turns(10**6, 10**5) == [10**5] * 10
    for wrong in (199, 300.5, "300"):
        with pytest.raises(
            ValueError, match="at_once must be None or an int of at least 200"
        ):
            train_patch_model(colours, 500, at_once=wrong)


def test_a_good_start_is_half_the_way(colours):
    """After as little training, a model that started from the shipped one is better."""
    shipped = load_pretrained("patch32")
    X, y = make_blur_patches(colours, 300, random_state=9)
    anew = train_patch_model(colours, 400).score(X, y)
    assert train_patch_model(colours, 400, start=shipped).score(X, y) > anew + 0.1


def test_regressors_of_photographs_go_on(colours):
    start = load_pretrained("photo")
    model = train_photo_model(colours, 40, kinds=["gaussian"], start=start)
    before, after = (
        Start(each, type(each)).networks["gaussian sigma"].mlp_.coefs_[0]
        for each in (start, model)
    )
    assert 0 < np.abs(after - before).mean() < np.abs(before).mean() / 2


def test_networks_of_maps_are_found():
    maps = load_pretrained("window64")
    # The committee does not go on.
    assert sorted(Start(maps, type(maps)).networks) == [
        *("defocus radius", "gaussian sigma", "motion angle", "motion length")
    ]


def test_another_kind_of_model_is_refused(colours):
    with pytest.raises(ValueError, match="start must be a PhotoBlurEstimator, got a Blur"):
        train_photo_model(colours, 40, start=load_pretrained("patch32"))
    with pytest.raises(
        ValueError, match="start must be a BlurTypeThenParamPipeline, got a G"
    ):
        train_patch_model(colours, 200, start=GRNNRegressor())
