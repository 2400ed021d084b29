import numpy as np
import pytest
from figures import check_layout
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError

from skblur import StackedRBMClassifier
from skblur.plotting.filters import plot_filters

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def network():
    X, _ = load_digits(return_X_y=True)
    network = StackedRBMClassifier((30, 7), rbm_n_iter=2, max_iter=0, random_state=0)
    return network.fit(X[:200] / 16, np.arange(200) % 3)


def drawn(figure):
    """Pictures and their scales, panel by panel; empty panels have none."""
    images = [axis.images[0] for axis in figure.axes if axis.images]
    return [np.asarray(image.get_array()) for image in images], images


def test_strongest_filters_first(network):
    pictures, images = drawn(network.plot_filters(n_filters=10))
    filters = network.mlp_.coefs_[0].T
    order = np.argsort(-np.linalg.norm(filters, axis=1))[:10]
    np.testing.assert_array_equal(pictures, filters[order].reshape(10, 8, 8))
    for picture, image in zip(pictures, images, strict=True):
        most = np.percentile(np.abs(picture), 99)
        assert image.get_clim() == pytest.approx([-most, most])


def test_title_says_which_layer(network):
    first, last = (network.plot_filters(i, n_filters=10).get_suptitle() for i in (0, -1))
    assert first.startswith("layer 1 of 2: the 10 strongest of 30 units")
    assert last.startswith("layer 2 of 2: all 7 units")


@pytest.mark.parametrize(("n_filters", "n_empty"), [(10, 0), (7, 1), (1, 0), (30, 0)])
def test_few_places_are_empty(network, n_filters, n_empty):
    figure = network.plot_filters(n_filters=n_filters)
    assert sum(not axis.images for axis in figure.axes) == n_empty
    if n_filters > 1:
        check_layout(figure)


def test_a_few_large_weights_do_not_make_the_others_pale():
    """Non-regression test for filters of deep layers that were all but white."""
    weights = np.full((400, 1), 0.1)
    weights[:2] = 10
    (image,) = drawn(plot_filters([weights], 0))[1]
    assert image.get_clim() == pytest.approx([-0.1, 0.1])
    (image,) = drawn(plot_filters([np.eye(400, 1)], 0))[1]
    assert image.get_clim() == (-1, 1)
    (image,) = drawn(plot_filters([np.zeros((4, 1))], 0))[1]
    assert image.get_clim() == (-1, 1)


def test_higher_layers_are_sums_of_the_lower(network):
    pictures, _ = drawn(network.plot_filters(-1, pretrained=True, shape=(4, 16)))
    first, second = (rbm.components_ for rbm in network.rbms_)
    sums = sorted((second @ first).tolist())
    np.testing.assert_allclose(sorted(p.ravel().tolist() for p in pictures), sums)
    assert pictures[0].shape == (4, 16)


def test_before_and_after_fine_tuning_are_alike_where_there_was_none(network):
    before, after = (drawn(network.plot_filters(pretrained=p))[0] for p in (True, False))
    np.testing.assert_array_equal(before, after)


def test_what_cannot_be_drawn(network):
    with pytest.raises(ValueError, match=r"layer must be in \[-2, 2\), got 2"):
        network.plot_filters(2)
    with pytest.raises(ValueError, match=r"pictures of 64 features, got \(5, 5\)"):
        network.plot_filters(shape=(5, 5))
    with pytest.raises(ValueError, match="n_filters must be 1 or more"):
        network.plot_filters(n_filters=0)
    random = StackedRBMClassifier((3,), rbm_n_iter=0, max_iter=0)
    with pytest.raises(ValueError, match="no RBMs to draw"):
        random.fit(np.eye(4), [0, 0, 1, 1]).plot_filters(pretrained=True)
    with pytest.raises(NotFittedError):
        StackedRBMClassifier().plot_filters()
