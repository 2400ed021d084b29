"""A committee of perceptrons: gradients, symmetries, calibration, whitened axes."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError

from skblur import CommitteeClassifier, load_model, save_model
from skblur.networks.axes import whitened_axes
from skblur.networks.perceptron import _gradients, _start, logits_of, train_perceptron


def test_gradients_are_those_of_finite_differences(rng):
    random = np.random.RandomState(0)
    layers = [_start(5, 4, random), _start(4, 3, random)]
    layers = [tuple(a.astype(np.float64) for a in layer) for layer in layers]
    X, targets = rng.random((7, 5)), np.eye(3)[rng.integers(0, 3, 7)]
    weights, alpha = rng.random(7), 0.0

    def loss():
        p = softmax(logits_of(layers, X), axis=1)
        return -(weights[:, None] * targets * np.log(p)).sum() / len(X)

    found = _gradients(layers, X, targets, weights, 0.0, alpha, random)
    arrays = [array for layer in layers for array in layer]
    for array, gradient in zip(arrays, found, strict=True):
        place = tuple(rng.integers(0, n) for n in array.shape)
        before, step = array[place], 1e-6
        array[place] = before + step
        more = loss()
        array[place] = before - step
        less = loss()
        array[place] = before
        assert gradient[place] == pytest.approx((more - less) / (2 * step), abs=1e-5)


def test_what_a_penalty_has_taken_away_is_nothing(rng):
    """Weights of a feature that is never there fall, but to no slow denormal numbers."""
    X = rng.random((64, 3)).astype(np.float32)
    X[:, 0] = 0
    targets = np.eye(2, dtype=np.float32)[(X[:, 1] > X[:, 2]).astype(int)]
    settings = {"dropout": 0.0, "alpha": 0.1, "epochs": 400, "batch_size": 4, "rate": 0.01}
    random, ones = np.random.RandomState(0), np.ones(64, np.float32)
    layers = train_perceptron(X, targets, ones, [4], rng=random, **settings)
    first = layers[0][0]
    assert (first[0] == 0).all()
    assert (first[1:] != 0).any()


def test_axes_are_principal_and_of_equal_spread(rng):
    X = (rng.standard_normal((400, 3)) * [5, 2, 1]) @ np.linalg.qr(
        rng.standard_normal((6, 3))
    )[0].T
    X = X.astype(np.float32)
    mean, axes = whitened_axes(X, 10, 0.0, np.random.RandomState(0))
    assert axes.shape == (6, 3)
    on_axes = (X - mean) @ axes
    np.testing.assert_allclose(np.cov(on_axes.T, bias=True), np.eye(3), atol=0.02)


@pytest.fixture(scope="module")
def halves():
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    return X[:900], y[:900], X[900:], y[900:]


def test_symmetries_are_learned_and_averaged_over(halves):
    """An answer does not depend on which of the orders a row comes in."""
    X, y, X_test, y_test = halves
    mirror = np.arange(64).reshape(8, 8)[:, ::-1].ravel()
    committee = CommitteeClassifier(
        (48,),
        n_networks=2,
        max_iter=20,
        batch_size=64,
        symmetries=[np.arange(64), mirror],
        random_state=0,
    ).fit(X, y)
    p, q = (committee.predict_proba(rows) for rows in (X_test, X_test[:, mirror]))
    np.testing.assert_allclose(p, q, atol=1e-5)
    assert committee.score(X_test, y_test) > 0.85
    with pytest.raises(ValueError, match="symmetries must be rows that each hold"):
        committee.set_params(symmetries=[np.arange(63)]).fit(X, y)


def test_calibration_lowers_the_cross_entropy_and_changes_no_answer(halves):
    X, y, X_test, y_test = halves
    committee = CommitteeClassifier((64,), max_iter=60, dropout=0, alpha=0, random_state=0)
    committee.fit(X[:300], y[:300])
    before = committee.predict_proba(X_test)
    committee.calibrate(X_test, y_test)
    after = committee.predict_proba(X_test)
    rows = np.arange(len(y_test))
    assert -np.log(after[rows, y_test]).mean() < -np.log(before[rows, y_test]).mean()
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))


def test_half_precision_rows_are_enough(halves, tmp_path):
    X, y, X_test, y_test = halves
    settings = {"max_iter": 10, "n_networks": 1, "random_state": 0}
    full = CommitteeClassifier((32,), **settings).fit(X, y)
    half = CommitteeClassifier((32,), **settings).fit(X.astype(np.float16), y)
    assert abs(full.score(X_test, y_test) - half.score(X_test, y_test)) < 0.03
    save_model(half, tmp_path / "committee.npz")
    again = load_model(tmp_path / "committee.npz")
    np.testing.assert_array_equal(again.predict_proba(X_test), half.predict_proba(X_test))


def test_rows_of_no_weight_are_as_if_they_were_not_there(halves):
    """Non-regression test for: they turned the axes, and came up in mini-batches."""
    X, y, X_test, _ = halves
    weights = np.random.default_rng(0).uniform(0.5, 2, len(y)).round(2)
    weights[::3] = 0
    kept = weights > 0
    settings = {"max_iter": 2, "n_networks": 1, "random_state": 0}
    found = CommitteeClassifier((16,), **settings).fit(X, y, weights)
    alone = CommitteeClassifier((16,), **settings).fit(X[kept], y[kept], weights[kept])
    p, q = (each.predict_proba(X_test) for each in (found, alone))
    np.testing.assert_array_equal(p, q)


def test_weights_that_are_all_alike_are_none(halves):
    X, y, X_test, _ = halves
    settings = {"max_iter": 1, "n_networks": 1, "random_state": 0}
    found = CommitteeClassifier((16,), **settings).fit(X, y, np.full(len(y), 0.3))
    alone = CommitteeClassifier((16,), **settings).fit(X, y)
    p, q = (each.predict_proba(X_test) for each in (found, alone))
    np.testing.assert_array_equal(p, q)


def test_weights_that_cannot_be(halves):
    """Non-regression test for: a network learned what negative weights forbid."""
    X, y, _, _ = halves
    committee = CommitteeClassifier((16,))
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        committee.fit(X, y, -np.ones(len(y)))
    with pytest.raises(ValueError, match=r"[Ss]ample.weight"):
        committee.fit(X, y, np.zeros(len(y)))


@pytest.mark.parametrize("sizes", [(0,), (-3, 5), (2.5,), ("many",), [[4, 4]]])
def test_layers_have_whole_units(halves, sizes):
    """Non-regression test for: none at all were fitted, or numpy complained."""
    X, y, _, _ = halves
    with pytest.raises(ValueError, match="hidden_layer_sizes must be positive integers"):
        CommitteeClassifier(sizes).fit(X, y)


def test_calibrate_checks_its_rows(halves):
    """Non-regression test for: it failed without a word, and took names off frames."""
    pandas = pytest.importorskip("pandas")
    X, y, X_test, y_test = halves
    committee = CommitteeClassifier((16,), max_iter=2, n_networks=1, random_state=0)
    with pytest.raises(NotFittedError):
        committee.calibrate(X, y)
    frames = [
        pandas.DataFrame(rows, columns=[f"p{i}" for i in range(64)]) for rows in (X, X_test)
    ]
    committee.fit(frames[0], y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        committee.calibrate(frames[1], y_test[:5])
    # Labels that are not known are left out.
    known = y_test.copy()
    known[10:] = 99
    once = committee.calibrate(frames[1], known).temperature_
    assert once != 1
    again = committee.calibrate(frames[1][:10], y_test[:10]).temperature_
    assert again == pytest.approx(once)
