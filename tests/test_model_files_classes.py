"""All that can be saved comes back, and all of it."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import skblur
from skblur import (
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    DirectionalProfileTransformer,
    GRNNRegressor,
    PatchBlurEstimator,
    StackedRBMClassifier,
    StackedRBMRegressor,
    load_model,
    load_pretrained,
    save_model,
)
from skblur.models.compact import STEPS, compacted, expanded
from skblur.models.encoding import Arrays, Encoder, decode
from skblur.models.known_classes import KNOWN_CLASSES, OF_FEATURES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

NETWORK = {"rbm_n_iter": 1, "max_iter": 2, "random_state": 0}
MOTION = {"motion": {"size": GRNNRegressor(sigma=1.0), "angle": GRNNRegressor(sigma=1.0)}}
ONE = GRNNRegressor(sigma=1.0)

OF_SPECTRA = [
    "AlignedSpectrumTransformer",
    "FoldedSpectrumTransformer",
    "HalfSpectrumTransformer",
    "LogSpectrumTransformer",
    "RadialProfileTransformer",
    "WelchSpectrumTransformer",
]
OF_CLASSES = [
    CommitteeClassifier((6,), n_networks=2, n_axes=9, max_iter=1, random_state=0),
    MLPClassifier((5,), max_iter=2, random_state=0),
    StackedRBMClassifier((8, 5), **NETWORK),
    StackedRBMClassifier((8,), early_stopping=True, rescale=True, whiten=1.0, **NETWORK),
]
OF_NUMBERS = [
    GRNNRegressor(sigma=1.0),
    GRNNRegressor(n_prototypes=20, random_state=0),
    GRNNRegressor(sigma="scott"),
    GRNNRegressor(metric="learned", metric_max_iter=3, random_state=0),
    GRNNRegressor(metric="learned", n_components=2, metric_max_iter=3, random_state=0),
    GRNNRegressor(standardize=True),
    MLPRegressor(hidden_layer_sizes=(5,), max_iter=2, random_state=0),
    StackedRBMRegressor((8, 5), **NETWORK),
    StackedRBMRegressor((8,), code="outputs", **NETWORK),
    make_pipeline(StandardScaler(), PCA(3), GRNNRegressor(sigma=1.0)),
    make_pipeline(MinMaxScaler(), "passthrough", GRNNRegressor(sigma=1.0)),
]


def comes_back(model, tmp_path):
    save_model(model, tmp_path / "model.npz")
    again = load_model(tmp_path / "model.npz")
    assert again.get_params(deep=False).keys() == model.get_params(deep=False).keys()
    assert repr(again) == repr(model)
    return again


def learned_by(model):
    names = {name for name in vars(model) if name.endswith("_") and name[0] != "_"}
    return names - set(model.get_params(deep=False))


def test_each_fitted_class_declares_all_that_it_learns(spectra, rng, tmp_path):
    """But for what is only a view of the rest, in scikit-learn's networks."""
    derived = {"n_layers_", "n_outputs_", "out_activation_", "t_", "loss_", "best_loss_"}
    derived |= {"validation_scores_", "best_validation_score_"}
    X, y = spectra[0][:200], spectra[1][:200]
    fitted = [clone(each).fit(X, y) for each in OF_CLASSES]
    fitted += [clone(each).fit(X[:, :30], X[:, 40]) for each in OF_NUMBERS]
    fitted += [getattr(skblur, name)().fit(X) for name in OF_SPECTRA]
    fitted += [DirectionalProfileTransformer().fit(X, y), BernoulliRBM(4, n_iter=1).fit(X)]
    near = GRNNRegressor(sigma=0.1, tolerance=0.01)
    rows = rng.random((4100, 2))
    fitted.append(near.fit(rows, rows[:, 0], groups=np.arange(4100)))
    fitted += [load_pretrained(name) for name in ("photo", "window64", "patch32")]
    for model in fitted:
        name = type(model).__name__
        if name == "Pipeline":
            continue
        known = KNOWN_CLASSES[name]
        declared = set(known.learned) | set(known.sometimes) | set(OF_FEATURES)
        if name in ("MLPClassifier", "MLPRegressor"):
            declared |= derived
        if name == "BernoulliRBM":
            declared.add("h_samples_")
        assert learned_by(model) <= declared, name
        assert set(known.learned) <= learned_by(model), name


@pytest.mark.parametrize("name", OF_SPECTRA)
def test_transformers(spectra, tmp_path, name):
    model = getattr(skblur, name)().fit(spectra[0][:9])
    again = comes_back(model, tmp_path)
    np.testing.assert_array_equal(
        again.transform(spectra[0][:9]), model.transform(spectra[0][:9])
    )


def test_a_transformer_with_a_regressor_of_its_own(spectra, tmp_path):
    model = DirectionalProfileTransformer().fit(spectra[0][:60], np.arange(60.0))
    again = comes_back(model, tmp_path)
    np.testing.assert_allclose(
        again.transform(spectra[0]), model.transform(spectra[0]), rtol=1e-5
    )


@pytest.mark.parametrize("model", OF_CLASSES, ids=str)
def test_classifiers(spectra, tmp_path, model):
    X, y = spectra[0][:200], spectra[1][:200]
    model = clone(model).fit(X, y)
    again = comes_back(model, tmp_path)
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), rtol=1e-5)
    np.testing.assert_array_equal(again.classes_, model.classes_)


@pytest.mark.parametrize("outputs", [None, 1, 2])
@pytest.mark.parametrize("model", OF_NUMBERS, ids=str)
def test_regressors(spectra, tmp_path, model, outputs):
    X, y = spectra[0][:200, :30], spectra[0][:200, 40:42]
    # A column of targets gives scikit-learn's network a warning.
    flat = outputs is None or (outputs == 1 and isinstance(model, MLPRegressor))
    y = y[:, 0] if flat else y[:, :outputs]
    model = clone(model).fit(X, y)
    again = comes_back(model, tmp_path)
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-4, atol=1e-5)


def test_balls_come_back(rng, tmp_path):
    X = rng.random((4100, 2))
    model = GRNNRegressor(sigma=0.05, tolerance=0.01).fit(X, X[:, 0])
    again = comes_back(model, tmp_path)
    np.testing.assert_array_equal(again.ball_starts_, model.ball_starts_)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


@pytest.mark.parametrize("regressor", [ONE, MOTION | {"gaussian": ONE, "defocus": ONE}])
def test_pipelines(blur_patches, tmp_path, regressor):
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    classifier = StackedRBMClassifier((8,), **NETWORK)
    model = BlurTypeThenParamPipeline(classifier, regressor).fit(X, y)
    again = comes_back(model, tmp_path)
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-4, atol=1e-3)


def test_estimators_of_patches(photos, tmp_path):
    model = PatchBlurEstimator.of(load_pretrained("patch32"))
    again = comes_back(model, tmp_path)
    assert str(again.estimate(photos[0])) == str(model.estimate(photos[0]))


def test_names_of_features_come_back(rng, tmp_path):
    X = rng.random((9, 2))
    model = GRNNRegressor(sigma=1.0).fit(X, X[:, 0])
    # As a data frame leaves them.
    model.feature_names_in_ = np.array(["left", "right"], dtype=object)
    assert list(comes_back(model, tmp_path).feature_names_in_) == ["left", "right"]


def test_compact_weights_are_half_a_step_off(rng):
    scales = 10.0 ** rng.uniform(-3, 3, (80, 1)) * 10.0 ** rng.uniform(-3, 3, 60)
    matrix = (scales * rng.standard_normal((80, 60))).astype(np.float32)
    matrix[7] = matrix[:, 9] = 0
    planes, rows, columns = compacted(matrix)
    assert planes.dtype == np.uint8
    step = rows[:, None] * columns
    np.testing.assert_array_less(
        np.abs(expanded(planes, rows, columns) - matrix), 0.501 * step
    )
    # A step is a hundredth of what is usual in its row and column.
    assert np.mean(np.abs(matrix) > step) > 0.9
    assert np.median(np.abs(matrix) / step) > STEPS / 4
    # What is on the steps stays there.
    np.testing.assert_allclose(
        expanded(*compacted(expanded(planes, rows, columns))),
        matrix,
        atol=0.02 * scales.max(),
    )


def test_compact_models_answer_alike_from_a_third(spectra, tmp_path):
    X, y = spectra
    model = StackedRBMClassifier((60, 20), rbm_n_iter=1, max_iter=15, random_state=0)
    model.fit(X, y)
    save_model(model, tmp_path / "full.npz")
    save_model(model, tmp_path / "compact.npz", compact=True)
    sizes = [(tmp_path / f"{name}.npz").stat().st_size for name in ("full", "compact")]
    assert sizes[1] < 0.4 * sizes[0]
    again = load_model(tmp_path / "compact.npz")
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), atol=0.01)


def test_only_weights_are_rounded(spectra, tmp_path):
    """Non-regression test for: rows of a GRNN of nine features were rounded, too."""
    X = spectra[0][:500, :12]
    model = make_pipeline(PCA(10), GRNNRegressor(sigma=0.1)).fit(X, X[:, 0])
    save_model(model, tmp_path / "model.npz", compact=True)
    again = load_model(tmp_path / "model.npz")
    np.testing.assert_array_equal(again[-1].X_fit_, model[-1].X_fit_)
    np.testing.assert_array_equal(again[0].components_, model[0].components_)


def test_numbers_far_from_the_others():
    """Non-regression test for: the sign of such a one was turned."""
    lonely = np.zeros((200_000, 9), np.float32)
    lonely[5, 3] = 5
    assert compacted(lonely) is None
    lonely[::2] = 1e-9
    for matrix in (lonely, np.full((600, 9), 3e38, np.float32)):
        np.testing.assert_allclose(expanded(*compacted(matrix)), matrix, rtol=0.01)


def test_matrices_that_are_not_compacted():
    assert compacted(np.full((600, 9), np.nan, np.float32)) is None
    assert compacted(np.ones((600, 9))) is None
    assert compacted(np.ones((6, 9), np.float32)) is None
    np.testing.assert_array_equal(expanded(*compacted(np.zeros((600, 9), np.float32))), 0)


def test_unfitted_networks_within_a_fitted_model(blur_patches, tmp_path):
    """Non-regression test for: such a file was written, and could not be read."""
    X, y = blur_patches[0][:150], blur_patches[1][:150]
    classifier = MLPClassifier((4,), max_iter=2, random_state=0)
    model = BlurTypeThenParamPipeline(classifier, ONE).fit(X, y)
    again = comes_back(model, tmp_path)
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-4, atol=1e-3)


def test_networks_without_a_loss_curve(spectra, tmp_path):
    X, y = spectra[0][:60, :9], spectra[0][:60, 12]
    model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0).fit(X, y)
    again = comes_back(model, tmp_path)
    np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-5)


def test_several_classes_at_once_are_refused(spectra, tmp_path):
    """Non-regression test for: it came back as one that names a single class."""
    X = spectra[0][:60, :9]
    model = MLPClassifier((4,), max_iter=2).fit(X, (X[:, :3] > X[:, 3:6]).astype(int))
    with pytest.raises(ValueError, match="several classes at once"):
        save_model(model, tmp_path / "model.npz")


def test_keys_that_look_alike():
    """Non-regression test for: of the keys 1 and "1" the arrays were mixed up."""
    encoder = Encoder(compact=False)
    header = encoder.encode({1: np.zeros(3), "1": np.ones(3)}, "model")
    again = decode(header, Arrays(encoder.arrays, 2**20))
    np.testing.assert_array_equal(again[1], 0)
    np.testing.assert_array_equal(again["1"], 1)
