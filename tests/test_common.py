"""scikit-learn's own checks over every public estimator, which are found, not listed."""

import inspect
import pickle
import pkgutil
from importlib import import_module

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

import skblur
from skblur import (
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    DeblurTransformer,
    GRNNRegressor,
    StackedRBMClassifier,
    StackedRBMRegressor,
)


def all_estimators():
    """Every estimator that a module of the package names public."""
    found = set()
    for info in pkgutil.walk_packages(skblur.__path__, "skblur."):
        module = import_module(info.name)
        values = [getattr(module, name) for name in getattr(module, "__all__", ())]
        classes = [value for value in values if inspect.isclass(value)]
        found |= {each for each in classes if issubclass(each, BaseEstimator)}
    return sorted(found, key=lambda each: each.__name__)


# The settings in which an estimator goes through the checks, where not (only) the default
# ones: their data are few and lie outside [0, 1], which the networks' default refuses.
SETTINGS = {
    BlurTypeThenParamPipeline: [
        {"classifier": StackedRBMClassifier((8, 4), rbm_n_iter=1, max_iter=3)}
    ],
    CommitteeClassifier: [{"hidden_layer_sizes": (20,), "max_iter": 60, "batch_size": 20}],
    DeblurTransformer: [{"method": "wiener", "noise": 0.1}],
    GRNNRegressor: [
        {},
        {"sigma": 0.5},
        {"sigma": "scott"},
        {"metric": "learned", "metric_max_iter": 5},
        {"n_prototypes": 60},
    ],
    StackedRBMClassifier: [
        {
            "hidden_layer_sizes": (20, 10),
            "rescale": True,
            "learning_rate_init": 0.01,
            "batch_size": 20,
        }
    ],
    StackedRBMRegressor: [
        {
            "hidden_layer_sizes": (20, 10),
            "rescale": True,
            "learning_rate_init": 0.05,
            "batch_size": 20,
        }
    ],
}
OF_ROWS = [cls for cls in all_estimators() if get_tags(cls()).input_tags.two_d_array]
# Those of photographs of any size: scikit-learn's checks feed matrices.
OF_PHOTOS = [cls for cls in all_estimators() if cls not in OF_ROWS]

NOT_A_REPETITION = (
    "mini-batches are drawn by row, so a weight of 2 is not a row met twice; scikit-learn "
    "excepts its own MLPClassifier for the same reason"
)
EXPECTED_FAILURES = {
    name: {
        "check_sample_weight_equivalence_on_dense_data": NOT_A_REPETITION,
        "check_sample_weights_invariance": NOT_A_REPETITION,
    }
    for name in (
        "StackedRBMClassifier",
        "StackedRBMRegressor",
        "BlurTypeThenParamPipeline",
        "CommitteeClassifier",
    )
}


def test_every_public_estimator_is_found():
    """Whatever the package offers at its top level, and nothing else."""
    offered = {getattr(skblur, name) for name in skblur.__all__}
    estimators = {
        each
        for each in offered
        if inspect.isclass(each) and issubclass(each, BaseEstimator)
    }
    assert set(all_estimators()) == estimators
    assert set(SETTINGS) <= estimators


@parametrize_with_checks(
    [cls(**settings) for cls in OF_ROWS for settings in SETTINGS.get(cls, [{}])],
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES.get(
        type(estimator).__name__, {}
    ),
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("cls", all_estimators(), ids=lambda cls: cls.__name__)
def test_init_only_assigns(cls):
    parameters = cls().get_params(deep=False)
    assert vars(cls()) == parameters
    assert np.all([not name.endswith("_") for name in parameters])


@pytest.mark.parametrize("cls", OF_PHOTOS, ids=lambda cls: cls.__name__)
def test_estimators_of_photographs(cls, photos):
    """What scikit-learn's checks ask of the others."""
    estimator = cls()
    assert clone(estimator).get_params().keys() == estimator.get_params().keys()
    with pytest.raises(NotFittedError):
        estimator.estimate(photos[0])
    for name in estimator.get_params(deep=False):
        with pytest.raises(ValueError, match=f"The '{name}' parameter"):
            clone(estimator).set_params(**{name: object()}).fit([], [])


@pytest.mark.parametrize("cls", OF_PHOTOS, ids=lambda cls: cls.__name__)
def test_estimators_of_photographs_survive_pickle(cls, fitted_photo_estimators, photos):
    estimator = fitted_photo_estimators[cls]
    again = pickle.loads(pickle.dumps(estimator))
    before = photos[0].copy()
    expected, found = (e.estimate(photos[0]) for e in (estimator, again))
    assert str(found) == str(expected)
    np.testing.assert_array_equal(photos[0], before)
