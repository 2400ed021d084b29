import numpy as np
import pytest
from sklearn.base import clone

from skblur import StackedRBMClassifier
from skblur.rbm import borrowed
from skblur.rbm.finetuning import learning_rates, rows_of_batch
from skblur.rbm.pretraining import layer_params

# Networks of so few epochs are quick, not good, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {
    "hidden_layer_sizes": (40, 12),
    "rbm_n_iter": 3,
    "max_iter": 20,
    "batch_size": 30,
    "learning_rate_init": 0.005,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def fitted(spectra):
    return StackedRBMClassifier(**SMALL).fit(*spectra)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_finetuning_it_is_the_stacked_rbms(spectra, dtype):
    X, y = spectra[0].astype(dtype), spectra[1]
    network = StackedRBMClassifier(**SMALL | {"max_iter": 0}).fit(X, y)
    hidden = X
    for layer, rbm in enumerate(network.rbms_):
        hidden = rbm.transform(hidden)
        assert hidden.dtype == dtype
        np.testing.assert_array_equal(network.transform(X, layer=layer), hidden)
    assert network.loss_curve_ == []
    assert network.n_iter_ == 0


def test_finetuning_starts_from_the_rbms_and_leaves_them(fitted, spectra):
    timid = clone(fitted).set_params(max_iter=1, learning_rate_init=1e-7).fit(*spectra)
    for coefs, rbm in zip(timid.mlp_.coefs_, timid.rbms_, strict=False):
        np.testing.assert_allclose(coefs, rbm.components_.T, atol=1e-5)
    for coefs, rbm in zip(fitted.mlp_.coefs_, fitted.rbms_, strict=False):
        assert np.abs(coefs - rbm.components_.T).max() > 0.1


def test_reconstruction_error_falls(fitted):
    assert [len(errors) for errors in fitted.reconstruction_errors_] == [3, 3]
    for errors in fitted.reconstruction_errors_:
        assert errors[-1] < errors[0]


def test_learns_the_blur_types(fitted, spectra):
    X, y = spectra
    network = clone(fitted).set_params(max_iter=60).fit(X[:600], y[:600])
    assert network.score(X[600:], y[600:]) > 0.7
    assert network.loss_curve_[-1] < network.loss_curve_[0]
    assert network.n_iter_ == len(network.loss_curve_) == 60


def test_probabilities(fitted, spectra):
    X, _ = spectra
    p = fitted.predict_proba(X)
    assert p.shape == (len(X), 3)
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(fitted.predict(X), fitted.classes_[p.argmax(axis=1)])
    np.testing.assert_allclose(p, fitted.mlp_.predict_proba(X), atol=1e-7)


def test_same_seed_same_network(fitted, spectra):
    again = clone(fitted).fit(*spectra)
    np.testing.assert_array_equal(
        again.predict_proba(spectra[0]), fitted.predict_proba(spectra[0])
    )


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_labels_of_any_kind(n_classes, rng):
    X = rng.random((80, 6))
    y = np.array(["a", "b", "c", "d"])[np.arange(80) % n_classes]
    network = StackedRBMClassifier((5,), max_iter=2, random_state=0).fit(X, y)
    assert set(network.predict(X)) <= set(y)
    assert network.predict_proba(X).shape == (80, n_classes)


def test_early_stopping_restores_the_best(spectra):
    network = StackedRBMClassifier(
        (20,), rbm_n_iter=5, max_iter=200, early_stopping=True, n_iter_no_change=5,
        learning_rate="constant", learning_rate_init=0.05, random_state=0,
    ).fit(*spectra)  # fmt: skip
    assert network.n_iter_ < 200
    assert len(network.validation_scores_) == network.n_iter_
    assert max(network.validation_scores_) > 0.5
    without = clone(network).set_params(early_stopping=False, max_iter=2).fit(*spectra)
    assert without.validation_scores_ is None


def test_rows_of_a_batch():
    assert rows_of_batch("auto", 30) == rows_of_batch("auto", 200) == 10
    assert rows_of_batch("auto", 1000) == 50
    assert rows_of_batch("auto", 10**6) == 200
    assert rows_of_batch("auto", 4) == rows_of_batch(100, 4) == 4


def test_learning_rates():
    cosine = learning_rates("cosine", 0.1, 10)
    assert cosine[0] == 0.1
    assert (np.diff(cosine) < 0).all()
    assert 0 < cosine[-1] < 0.005
    np.testing.assert_array_equal(learning_rates("constant", 0.1, 3), 0.1)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_other_activations(activation, spectra):
    network = StackedRBMClassifier(
        (30, 10), activation=activation, rbm_n_iter=1, max_iter=5
    )
    network.set_params(random_state=0).fit(*spectra)
    hidden = network.transform(spectra[0])
    assert hidden.shape == (900, 10)
    assert hidden.min() < 0 if activation == "tanh" else hidden.min() == 0


def test_without_pretraining(spectra):
    network = StackedRBMClassifier(**SMALL | {"rbm_n_iter": 0}).fit(*spectra)
    assert network.rbms_ == []
    assert network.reconstruction_errors_ == []
    assert network.score(*spectra) > 0.6


def test_settings_per_layer():
    layers = layer_params((500, 30), learning_rate=(0.1, 0.2), batch_size=10, n_iter=[3, 4])
    assert layers == [
        {"n_components": 500, "learning_rate": 0.1, "batch_size": 10, "n_iter": 3},
        {"n_components": 30, "learning_rate": 0.2, "batch_size": 10, "n_iter": 4},
    ]
    with pytest.raises(
        ValueError, match=r"rbm_n_iter must be one value or one per hidden layer"
    ):
        layer_params((5, 3), n_iter=(1, 2, 3))


def test_refuses_features_out_of_range(fitted, spectra):
    X = spectra[0]
    message = r"features in \[0, 1\], got \[0, 255\].*MinMaxScaler.*rescale=True"
    with pytest.raises(ValueError, match=message):
        StackedRBMClassifier().fit(np.array([[0.0, 255.0]] * 9), np.arange(9) % 3)
    with pytest.raises(ValueError, match=r"features in \[0, 1\]"):
        fitted.predict(X - 0.5)


def test_rescale_takes_any_range(spectra):
    X, y = spectra
    network = StackedRBMClassifier(**SMALL, rescale=True).fit(X * 255 - 7, y)
    assert network.scaler_.clip
    # What lies beyond the range of fit is clipped to it.
    p = network.predict_proba(np.stack([np.full(1024, 1e6), np.full(1024, 248.0)]))
    np.testing.assert_allclose(p[0], p[1], atol=1e-5)


def test_class_weight_favours_a_class(spectra):
    X, y = spectra
    share = []
    for weight in (None, {1: 1, 2: 1, 3: 20}):
        network = StackedRBMClassifier(**SMALL, class_weight=weight).fit(X, y)
        share.append(network.predict_proba(X)[:, 2].mean())
    assert share[1] > share[0] + 0.1


def test_class_weight_is_a_sample_weight(spectra):
    X, y = spectra
    by_class = StackedRBMClassifier(**SMALL, class_weight={1: 1, 2: 3, 3: 1}).fit(X, y)
    by_sample = StackedRBMClassifier(**SMALL).fit(X, y, np.where(y == 2, 3.0, 1.0))
    np.testing.assert_allclose(
        by_class.predict_proba(X), by_sample.predict_proba(X), atol=1e-6
    )


def test_equal_weights_are_none(fitted, spectra):
    X, y = spectra
    weighted = clone(fitted).fit(X, y, np.full(len(y), 2.5))
    np.testing.assert_array_equal(weighted.predict_proba(X), fitted.predict_proba(X))
    balanced = clone(fitted).set_params(class_weight="balanced").fit(X, y)
    np.testing.assert_array_equal(balanced.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.skipif(not borrowed.TAKES_WEIGHTS, reason="there is nothing to compare with")
def test_weights_by_drawing_rows(spectra, monkeypatch):
    """What is done before scikit-learn 1.7 favours the same class."""
    X, y = spectra
    share = []
    for takes_weights in (True, False):
        monkeypatch.setattr(borrowed, "TAKES_WEIGHTS", takes_weights)
        settled = SMALL | {"max_iter": 60}
        network = StackedRBMClassifier(**settled, class_weight={1: 1, 2: 1, 3: 20}).fit(
            X, y
        )
        share.append(network.predict_proba(X)[:, 2].mean())
    assert share[1] == pytest.approx(share[0], abs=0.1)


@pytest.mark.parametrize("layer", [-3, 2])
def test_no_such_layer(fitted, spectra, layer):
    with pytest.raises(ValueError, match=r"layer must be in \[-2, 2\)"):
        fitted.transform(spectra[0], layer=layer)


def test_verbose_tells_every_epoch(spectra, capsys):
    StackedRBMClassifier((9,), rbm_n_iter=2, max_iter=1, verbose=True).fit(*spectra)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "RBM 1, epoch 1",
        "RBM 1, epoch 2",
        "fine-tuning, epoch 1",
    ]
