"""Rows without labels, networks that go on learning, and warnings."""

import copy

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from skblur import StackedRBMClassifier, StackedRBMRegressor, load_model, save_model

# Networks of so few epochs are quick, not good, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LAYERS = (60, 20)
TRAIN = 1200


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(X))
    return (X[order] / 16).astype(np.float32), y[order]


@pytest.fixture(scope="module")
def network():
    return StackedRBMClassifier(LAYERS, random_state=0)


def few_known(y, n_known):
    known = y[:TRAIN].copy()
    known[n_known:] = -1
    return known


def test_default_names_digits(digits):
    """Non-regression test for a default that named 27 % of them, without a warning."""
    X, y = digits
    network = StackedRBMClassifier(random_state=0, max_iter=60).fit(X[:TRAIN], y[:TRAIN])
    assert network.score(X[TRAIN:], y[TRAIN:]) > 0.96


def test_rows_without_a_label_help(digits, network):
    X, y = digits
    test = X[TRAIN:], y[TRAIN:]
    semi = clone(network).fit(X[:TRAIN], few_known(y, 100))
    alone = clone(network).fit(X[:100], y[:100])
    without = clone(network).set_params(rbm_n_iter=0, max_iter=600).fit(X[:100], y[:100])
    assert semi.score(*test) > alone.score(*test) + 0.02
    assert semi.score(*test) > without.score(*test) + 0.03
    np.testing.assert_array_equal(semi.classes_, np.arange(10))


def test_rows_without_a_label_train_the_rbms_only(digits, network):
    """With the RBMs given, the network is that of the labelled rows alone."""
    X, y = digits
    given = clone(network).pretrain(X[:TRAIN])
    semi = copy.deepcopy(given).fit(X[:TRAIN], few_known(y, 100))
    alone = copy.deepcopy(given).fit(X[:100], y[:100])
    np.testing.assert_array_equal(semi.predict_proba(X), alone.predict_proba(X))


def test_pretrain_once_fit_often(digits, network):
    X, y = digits
    given = clone(network).pretrain(X)
    with pytest.raises(NotFittedError):
        given.predict(X)
    before = [rbm.components_.copy() for rbm in given.rbms_]
    first = given.fit(X[:100], y[:100]).predict_proba(X)
    again = given.fit(X[:100], y[:100]).predict_proba(X)
    np.testing.assert_array_equal(first, again)
    for rbm, components in zip(given.rbms_, before, strict=True):
        np.testing.assert_array_equal(rbm.components_, components)
    # Asked again it begins anew.
    given.pretrain(X[:300])
    assert np.abs(given.rbms_[0].components_ - before[0]).max() > 0.01


def test_pretrain_has_to_fit(digits, network):
    X, y = digits
    given = clone(network).set_params(rbm_n_iter=1).pretrain(X[:200])
    with pytest.raises(ValueError, match=r"layers of \[60, 20\] units on 64 features"):
        given.set_params(hidden_layer_sizes=(50, 20)).fit(X[:100], y[:100])
    with pytest.raises(ValueError, match="pretrain has nothing to train"):
        clone(network).set_params(rbm_n_iter=0).pretrain(X)


def test_pretrain_keeps_the_range_of_the_features(digits):
    X, y = digits
    given = StackedRBMClassifier(LAYERS, rbm_n_iter=1, rescale=True, random_state=0)
    given.pretrain(X[:TRAIN] * 16).fit(X[:100] * 8, y[:100])
    np.testing.assert_allclose(given.scaler_.data_max_, X[:TRAIN].max(axis=0) * 16)


@pytest.mark.parametrize("labels", [(-1, 1), (-1, 7)])
def test_one_other_label_makes_it_a_class(digits, labels):
    X, y = digits
    y = np.where(y < 5, *labels)
    network = StackedRBMClassifier((20,), rbm_n_iter=1, max_iter=3).fit(X[:300], y[:300])
    np.testing.assert_array_equal(network.classes_, labels)


@pytest.mark.parametrize(("unlabeled", "label"), [(None, -1), ("?", -1), (-1, "?")])
def test_other_labels_are_classes(digits, unlabeled, label):
    X, y = digits
    y = np.array(["zero", "one", "?"])[y % 3] if label == "?" else y % 3 - 1
    network = StackedRBMClassifier((20,), rbm_n_iter=1, max_iter=3, unlabeled=unlabeled)
    network.fit(X[:300], y[:300])
    assert len(network.classes_) == 3
    assert label in network.classes_


def test_unknown_text(digits, network):
    X, y = digits
    names = np.array([f"digit {each}" for each in y[:TRAIN]])
    names[300:] = "?"
    by_name = clone(network).set_params(unlabeled="?").fit(X[:TRAIN], names)
    by_number = clone(network).fit(X[:TRAIN], few_known(y, 300))
    np.testing.assert_array_equal(by_name.predict_proba(X), by_number.predict_proba(X))
    assert by_name.calibrate(X[TRAIN:], [f"digit {each}" for each in y[TRAIN:]])


def test_weights_of_rows_without_a_label_do_not_count(digits, network):
    X, y = digits
    known = few_known(y, 200)
    network = clone(network).set_params(rbm_n_iter=1, max_iter=20)
    weights = np.where(known >= 0, 1.0, 7.0)
    plain, weighted = (clone(network).fit(X[:TRAIN], known, w) for w in (None, weights))
    np.testing.assert_array_equal(plain.predict_proba(X), weighted.predict_proba(X))


def test_the_first_layer_is_held(digits, network):
    X, y = digits
    held = clone(network).set_params(rbm_hold=1).fit(X[:300], y[:300])
    np.testing.assert_array_equal(held.mlp_.coefs_[0].T, held.rbms_[0].components_)
    assert np.abs(held.mlp_.coefs_[1].T - held.rbms_[1].components_).max() > 0.1
    parts = clone(network).set_params(max_iter=41, early_stopping=True).fit(X, y)
    assert parts.n_iter_ == len(parts.loss_curve_) == len(parts.validation_scores_) <= 41


def test_the_first_layer_is_held_where_most_rows_have_no_label(digits, network):
    X, y = digits
    auto = clone(network).set_params(rbm_n_iter=2, max_iter=10)
    for n_known, hold in ((500, 0.5), (700, 0.0)):
        known = few_known(y, n_known)
        found = clone(auto).fit(X[:TRAIN], known)
        expected = clone(auto).set_params(rbm_hold=hold).fit(X[:TRAIN], known)
        np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))


def test_partial_fit_learns(digits, network):
    X, y = digits
    network = clone(network).pretrain(X[:TRAIN])
    for _ in range(12):
        for first in range(0, TRAIN, 100):
            rows = slice(first, first + 100)
            network.partial_fit(X[rows], y[rows], classes=np.arange(10))
    assert network.score(X[TRAIN:], y[TRAIN:]) > 0.93
    assert network.n_iter_ == len(network.loss_curve_) == 144


def test_partial_fit_goes_on_from_fit(digits, network):
    X, y = digits
    network = clone(network).set_params(max_iter=20).fit(X[:TRAIN], y[:TRAIN])
    before = network.mlp_.coefs_[0].copy()
    network.partial_fit(X[:TRAIN], few_known(y, 300))
    assert 0 < np.abs(network.mlp_.coefs_[0] - before).max() < 0.5
    assert network.score(X[TRAIN:], y[TRAIN:]) > 0.9
    # Rows of no label change nothing.
    before = network.mlp_.coefs_[0].copy()
    network.partial_fit(X[:5], np.full(5, -1))
    np.testing.assert_array_equal(network.mlp_.coefs_[0], before)


def test_what_partial_fit_refuses(digits, network):
    X, y = digits
    network = clone(network).set_params(rbm_n_iter=1)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        network.partial_fit(X[:50], y[:50])
    network.partial_fit(X[:50], y[:50], classes=np.arange(10))
    with pytest.raises(ValueError, match="labels that are not among the classes"):
        network.partial_fit(X[:50], y[:50] + 5)
    with pytest.raises(ValueError, match="are not those of the first call"):
        network.partial_fit(X[:50], y[:50], classes=np.arange(12))
    with pytest.raises(ValueError, match="cannot balance classes"):
        network.set_params(class_weight="balanced").partial_fit(X[:50], y[:50])


def test_warm_start_goes_on(digits, network):
    X, y = digits
    warm = clone(network).set_params(warm_start=True, max_iter=15).fit(X[:TRAIN], y[:TRAIN])
    rbms, last = warm.rbms_, warm.loss_curve_[-1]
    warm.fit(X[:TRAIN], y[:TRAIN])
    assert warm.rbms_ is rbms
    assert warm.loss_curve_[0] < 2 * last
    # Other classes are another network.
    warm.fit(X[:TRAIN], y[:TRAIN] % 5)
    assert warm.rbms_ is not rbms
    assert len(warm.classes_) == 5


def test_regressor_goes_on(digits):
    X, y = digits
    y = y.astype(float)
    coder = StackedRBMRegressor(LAYERS, rbm_n_iter=5, random_state=0, warm_start=True)
    coder.set_params(max_iter=30).pretrain(X).fit(X[:TRAIN], y[:TRAIN])
    rbms, first = coder.rbms_, coder.score(X[TRAIN:], y[TRAIN:])
    coder.fit(X[:TRAIN], y[:TRAIN])
    assert coder.rbms_ is rbms
    assert coder.score(X[TRAIN:], y[TRAIN:]) > first - 0.02
    scale = coder.target_scale_
    coder.partial_fit(X[:TRAIN], 10 * y[:TRAIN])
    assert coder.target_scale_ == scale
    again = StackedRBMRegressor(LAYERS, rbm_n_iter=2, loss="absolute_error", random_state=0)
    for _ in range(40):
        again.partial_fit(X[:TRAIN], y[:TRAIN])
    assert again.score(X[TRAIN:], y[TRAIN:]) > 0.5


def test_a_network_that_learns_nothing_says_so(digits):
    X, y = digits
    network = StackedRBMClassifier((20,), rbm_n_iter=0, max_iter=3, learning_rate_init=1e-6)
    with pytest.warns(ConvergenceWarning, match=r"learned next to nothing.*Raise max_iter"):
        network.fit(X[:300], y[:300])
    coder = StackedRBMRegressor((20,), rbm_n_iter=0, max_iter=3, learning_rate_init=1e-6)
    with pytest.warns(ConvergenceWarning, match="StackedRBMRegressor has learned next to"):
        coder.fit(X[:300], y[:300].astype(float))


def test_a_network_that_is_still_learning_says_so(digits):
    X, y = digits
    network = StackedRBMClassifier(rbm_n_iter=0, max_iter=5, random_state=0)
    with pytest.warns(ConvergenceWarning, match="was still learning when it stopped"):
        network.fit(X[:TRAIN], y[:TRAIN])


def test_early_stopping_on_few_rows_and_one_class(digits):
    X, y = digits
    network = StackedRBMClassifier(
        (10,), rbm_n_iter=1, early_stopping=True, random_state=0, learning_rate_init=0.05
    )
    rows = [np.flatnonzero(y == 0)[0], *np.flatnonzero(y == 1)[:4]]
    network.fit(X[rows], y[rows])
    assert len(network.validation_scores_) == network.n_iter_ > 0
    one = clone(network).fit(X[:5], np.zeros(5))
    np.testing.assert_array_equal(one.predict(X[:3]), 0)
    with pytest.raises(ValueError, match="n_samples=3 0 can be spared"):
        clone(network).fit(X[:3], [0, 1, 2])


def test_log_probabilities(digits, network):
    X, y = digits
    network = clone(network).set_params(rbm_n_iter=1, max_iter=20).fit(X, y)
    np.testing.assert_allclose(
        np.exp(network.predict_log_proba(X)), network.predict_proba(X), rtol=1e-5
    )
    network.mlp_.coefs_[-1] *= 1e4
    assert np.isfinite(network.predict_log_proba(X)).all()


def test_partial_fit_of_a_network_out_of_a_file(digits, network, tmp_path):
    """Non-regression test for a network that had lost its random state with the file."""
    X, y = digits
    small = clone(network).set_params(rbm_n_iter=1, max_iter=3)
    coder = StackedRBMRegressor((9,), rbm_n_iter=1, max_iter=3)
    for each in (small, coder):
        save_model(each.fit(X[:200], y[:200]), tmp_path / "network.npz")
        again = load_model(tmp_path / "network.npz").partial_fit(X[:200], y[:200])
        assert np.isfinite(again.predict(X)).all()
        (tmp_path / "network.npz").unlink()


def test_names_out_of_a_data_frame_are_saved(digits, network, tmp_path):
    X, y = digits
    names = np.array([f"digit {each}" for each in y[:200]], object)
    small = clone(network).set_params(rbm_n_iter=1, max_iter=3).fit(X[:200], names)
    save_model(small, tmp_path / "network.npz")
    again = load_model(tmp_path / "network.npz")
    np.testing.assert_array_equal(again.predict(X), small.predict(X))


def test_weights_of_batches_that_lack_classes_or_labels(digits, network):
    X, y = digits
    small = clone(network).set_params(rbm_n_iter=1, class_weight={1: 2.0})
    small.partial_fit(X[:50], y[:50], classes=np.arange(10))
    zeros = np.flatnonzero(y == 0)[:5]
    small.partial_fit(X[zeros], y[zeros])
    before = small.mlp_.coefs_[0].copy()
    small.partial_fit(X[:5], np.full(5, -1), sample_weight=np.ones(5))
    np.testing.assert_array_equal(small.mlp_.coefs_[0], before)


def test_rows_of_no_weight_are_left_out(digits, network):
    X, y = digits
    small = clone(network).set_params(rbm_n_iter=0, max_iter=30, batch_size=20)
    weights = (np.arange(200) < 40).astype(float)
    weighted = clone(small).fit(X[:200], y[:200], weights)
    alone = clone(small).fit(X[:40], y[:40])
    np.testing.assert_allclose(weighted.predict_proba(X), alone.predict_proba(X), rtol=1e-3)
    known = few_known(y, 30)[:60]
    with pytest.raises(ValueError, match="above zero for a row with a target"):
        clone(small).fit(X[:60], known, np.where(known < 0, 1.0, 0.0))


def test_pretrain_forgets_the_network(digits, network):
    X, y = digits
    small = clone(network).set_params(rbm_n_iter=1, max_iter=3, warm_start=True)
    small.fit(X[:200], y[:200]).pretrain(X[:300, :40])
    with pytest.raises(NotFittedError):
        small.predict(X[:, :40])
    small.set_params(rescale=True)
    with pytest.raises(ValueError, match="rescale=True was not so in pretrain"):
        small.fit(X[:200, :40], y[:200])


def test_warm_regressor_with_other_targets_begins_anew(digits):
    X, y = digits
    coder = StackedRBMRegressor((9,), rbm_n_iter=1, max_iter=3, warm_start=True)
    coder.fit(X[:200], y[:200])
    assert coder.fit(X[:200], np.column_stack([y, y])[:200]).predict(X).shape == (len(X), 2)
    coder.set_params(hidden_layer_sizes=(5,)).fit(
        X[:200], 1000.0 * np.column_stack([y, y])[:200]
    )
    assert (coder.target_scale_ > 1000).all()


def test_warm_start_in_another_dtype(digits, network):
    X, y = digits
    small = clone(network).set_params(rbm_n_iter=1, max_iter=3, warm_start=True)
    small.fit(X[:200].astype(np.float64), y[:200]).fit(X[:200], y[:200])
    assert small.predict_proba(X).dtype == np.float32


def test_the_warning_points_at_the_caller(digits, network):
    X, y = digits
    idle = clone(network).set_params(rbm_n_iter=0, max_iter=3, learning_rate_init=1e-6)
    with pytest.warns(ConvergenceWarning) as caught:
        idle.fit(X[:300], y[:300])
    assert caught[0].filename == __file__
    idle.set_params(early_stopping=True, n_iter_no_change=1, max_iter=50, tol=1.0)
    with pytest.warns(ConvergenceWarning, match="Raise n_iter_no_change or"):
        idle.fit(X[:300], y[:300])


def test_a_network_that_goes_on_is_not_warned_of(digits, network, recwarn):
    X, y = digits
    warm = clone(network).set_params(warm_start=True, max_iter=40).fit(X, y)
    warm.set_params(max_iter=1).fit(X, y)
    assert not [w for w in recwarn if issubclass(w.category, ConvergenceWarning)]


def test_early_stopping_of_numbers_holds_two_rows_out(digits):
    X, y = digits
    coder = StackedRBMRegressor((9,), rbm_n_iter=1, max_iter=3, early_stopping=True)
    assert np.isfinite(coder.fit(X[:10], y[:10]).validation_scores_).all()
    with pytest.raises(ValueError, match="n_samples=2 1 can be spared"):
        coder.fit(X[:2], y[:2])


def test_calibrate_checks_its_rows(digits, network):
    X, y = digits
    small = clone(network).set_params(rbm_n_iter=1, max_iter=3).fit(X[:200], y[:200])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        small.calibrate(X[:5], y[:60])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden_layer_sizes": ()}, "units of one layer or more"),
        ({"hidden_layer_sizes": (5, 0)}, "hidden_layer_sizes must be positive integers"),
        ({"hidden_layer_sizes": (5.5,)}, "hidden_layer_sizes must be positive integers"),
        ({"rbm_n_iter": [-1, 1]}, "rbm_n_iter must be numbers above zero"),
        ({"rbm_learning_rate": ["fast", 1]}, "rbm_learning_rate must be numbers"),
    ],
)
def test_settings_that_cannot_be(digits, network, settings, message):
    X, y = digits
    with pytest.raises(ValueError, match=message):
        clone(network).set_params(**settings).fit(X[:50], y[:50])
