"""Small fitted models of every kind that a file may hold, as bytes by name."""

import tempfile
import warnings
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skblur import (
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    GRNNRegressor,
    HalfSpectrumTransformer,
    PatchBlurEstimator,
    PhotoBlurEstimator,
    StackedRBMClassifier,
    StackedRBMRegressor,
    save_model,
)
from skblur.datasets import load_sharp_photos, make_blur_patches, make_blur_photos

__all__ = ["SHIPPED", "model_seeds"]

# Large, and so taken more seldom than the others.
SHIPPED = "shipped patch32"
FEATURES = 12


def model_seeds():
    """All of them, a dict of str to bytes."""
    with warnings.catch_warnings():
        # Networks of so few epochs are quick, not good, and say so.
        warnings.simplefilter("ignore")
        models = dict(_of_rows()) | dict(_of_blurs())
    seeds = {name: _saved(model) for name, model in models.items()}
    return seeds | {SHIPPED: (files("skblur.models") / "patch32.npz").read_bytes()}


def _of_rows():
    X = np.random.default_rng(0).random((60, FEATURES))
    y, types = X[:, :2] @ np.array([[3, 1], [1, -2]]), (3 * X[:, 0]).astype(int)
    yield "grnn", GRNNRegressor(sigma=0.5).fit(X, y[:, 0])
    learned = {"metric": "learned", "n_components": 2, "random_state": 0}
    yield "grnn learned", GRNNRegressor(**learned).fit(X, y)
    yield "grnn prototypes", GRNNRegressor(n_prototypes=9, random_state=0).fit(X, y)
    few = {"rbm_n_iter": 1, "max_iter": 3, "random_state": 0}
    yield "rbm classifier", StackedRBMClassifier((8, 4), **few).fit(X, types)
    yield "rbm regressor", StackedRBMRegressor((8, 4), **few).fit(X, y)
    committee = _committee(
        n_networks=2, n_axes=6, symmetries=np.arange(FEATURES)[None, ::-1]
    )
    yield "committee", committee.fit(X, types)
    yield "steps", make_pipeline(StandardScaler(), PCA(4), GRNNRegressor()).fit(X, y)


def _of_blurs():
    photos = load_sharp_photos()
    X, y = make_blur_patches(photos, 150, random_state=0)
    classifier = StackedRBMClassifier((8, 4), rbm_n_iter=1, max_iter=3, random_state=0)
    regressor = make_pipeline(HalfSpectrumTransformer(), PCA(4), GRNNRegressor(sigma=1.0))
    pipeline = BlurTypeThenParamPipeline(classifier, regressor, random_state=0).fit(X, y)
    yield "pipeline", pipeline
    yield "patches", PatchBlurEstimator.of(pipeline)
    size = {"gaussian": (2, 5), "motion": (8, 20), "defocus": (3, 8)}
    images, y = make_blur_photos(
        photos, 40, size=size, image_shape=(128, 128), camera=None, random_state=0
    )
    judge = PhotoBlurEstimator(_committee(n_networks=1, n_axes=8), regressor)
    yield "photographs", judge.fit(list(images), y)


def _committee(**options):
    return CommitteeClassifier((6,), max_iter=2, batch_size=8, random_state=0, **options)


def _saved(model):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        save_model(model, path)
        return path.read_bytes()
