import json
from errno import ENOSPC
from importlib.resources import files
from zipfile import ZipFile

import numpy as np
import pytest
import sklearn
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

import skblur
from skblur import (
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    StackedRBMClassifier,
    load_model,
    load_pretrained,
    save_model,
)

# Networks of so few epochs are quick, not good, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = StackedRBMClassifier((20, 8), rbm_n_iter=1, max_iter=5, random_state=0)


@pytest.mark.parametrize("n_prototypes", [None, 30])
def test_round_trip(blur_patches, tmp_path, n_prototypes):
    X, y = blur_patches[0][:300], blur_patches[1][:300]
    regressor = make_pipeline(PCA(8), GRNNRegressor(n_prototypes=n_prototypes))
    model = BlurTypeThenParamPipeline(SMALL, regressor, random_state=0).fit(X, y)
    save_model(model, tmp_path / "model.npz")
    again = load_model(tmp_path / "model.npz")
    # Arrays may come back in another memory layout, which BLAS rounds differently; an angle
    # near 0 by as much as one near 180.
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-5, atol=1e-3)
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), rtol=1e-5)
    assert str(again) == str(model)
    # What comes back is whole: it can be trained again.
    again.fit(X, y)
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-5)


def test_rbms_and_layers_come_back(spectra, tmp_path):
    network = StackedRBMClassifier(**SMALL.get_params()).fit(*spectra)
    save_model(network, tmp_path / "network.npz")
    again = load_model(tmp_path / "network.npz")
    X = spectra[0]
    np.testing.assert_array_equal(
        again.transform(X, layer=0), network.transform(X, layer=0)
    )
    np.testing.assert_array_equal(
        again.rbms_[0].transform(X), network.rbms_[0].transform(X)
    )
    np.testing.assert_array_equal(again.mlp_.predict(X), network.mlp_.predict(X))
    assert again.loss_curve_ == network.loss_curve_


def test_learned_metric_comes_back(rng, tmp_path):
    X = rng.random((60, 5))
    model = GRNNRegressor(metric="learned", n_components=2, random_state=0).fit(X, X[:, 0])
    save_model(model, tmp_path / "grnn.npz")
    again = load_model(tmp_path / "grnn.npz")
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-12)


def test_unknown_estimator_is_named(tmp_path, blur_patches):
    X, y = blur_patches[0][:60], blur_patches[1][:60]
    model = BlurTypeThenParamPipeline(SMALL, Ridge()).fit(X, y)
    with pytest.raises(TypeError, match="is a Ridge, which a model file cannot hold"):
        save_model(model, tmp_path / "model.npz")
    assert list(tmp_path.iterdir()) == []


def test_failed_save_keeps_the_old_file(tmp_path, rng, monkeypatch):
    X = rng.random((9, 2))
    model = GRNNRegressor(sigma=1.0).fit(X, X[:, 0])
    save_model(model, tmp_path / "model.npz")
    before = (tmp_path / "model.npz").read_bytes()

    def full_disk(*args, **kwargs):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(ZipFile, "writestr", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save_model(model, tmp_path / "model.npz")
    assert (tmp_path / "model.npz").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_same_model_same_file(tmp_path, rng):
    X = rng.random((9, 2))
    model = GRNNRegressor(sigma=1.0).fit(X, X[:, 0])
    for name in "ab":
        save_model(model, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_arrays_are_what_numpy_reads(tmp_path, rng):
    X = rng.random((9, 2))
    model = GRNNRegressor(sigma=1.0).fit(X, X[:, 0])
    save_model(model, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["model.X_fit_"], model.X_fit_)
        header = json.loads(archive["header.json"])
    assert (header["skblur"], header["scikit-learn"]) == (
        skblur.__version__,
        sklearn.__version__,
    )


@pytest.mark.parametrize("name", ["photo", "window64", "patch32"])
def test_shipped_models_are_small(name):
    assert (files("skblur.models") / f"{name}.npz").stat().st_size < 5e6


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "nothing.npz")


def test_pretrained_is_new_every_time():
    first, second = load_pretrained("patch32"), load_pretrained("patch32")
    assert first is not second
    first.classifier_[-1].mlp_.coefs_[0][:] = 0
    assert np.any(second.classifier_[-1].mlp_.coefs_[0])
    with pytest.raises(ValueError, match=r"name must be one of .* got 'patch64'"):
        load_pretrained("patch64")


def test_pretrained_is_the_papers_architecture():
    model = load_pretrained("patch32")
    assert [c.shape[0] for c in model.classifier_[-1].mlp_.coefs_] == [1024, 500, 30, 10]
    assert list(model.classes_) == [1, 2, 3]


def test_pretrained_knows_the_blurs_of_other_photographs(blur_patches):
    X, y = blur_patches
    assert np.mean(load_pretrained("patch32").predict(X)[:, 0] == y[:, 0]) > 0.8
