"""scikit-learn's own checks over every public estimator, which are found, not listed."""

import inspect
import pickle
import pkgutil
from importlib import import_module

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

import skblur
from skblur import (
    BlurTypeThenParamPipeline,
    CommitteeClassifier,
    DeblurTransformer,
    DirectionalProfileTransformer,
    GRNNRegressor,
    LogSpectrumTransformer,
    PSFBlurTransformer,
    RadialProfileTransformer,
    StackedRBMClassifier,
    StackedRBMRegressor,
    WelchSpectrumTransformer,
)
from skblur.rbm.borrowed import TAKES_WEIGHTS

TREE = DecisionTreeClassifier(random_state=0)
# Stacked networks: small ones, and what they are tried with.
SMALL_NETWORK = {
    "hidden_layer_sizes": (20, 10),
    "rescale": True,
    "batch_size": 10,
    "max_iter": 100,
}
HELD = {
    "rbm_learning_rate": 0.1,
    "rbm_batch_size": 10,
    "rbm_hold": 0.2,
    "learning_rate_init": 0.05,
    "random_state": 0,
}
DESCENT = {
    "batch_size": "auto",
    "activation": "tanh",
    "rbm_n_iter": 0,
    "solver": "sgd",
    "alpha": 1e-3,
    "learning_rate": "constant",
    "learning_rate_init": 0.02,
    "whiten": 1.0,
}
STOPPED = {
    "activation": "relu",
    "rbm_n_iter": 0,
    "early_stopping": True,
    "validation_fraction": 0.2,
    "n_iter_no_change": 60,
    "tol": 0.0,
}


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
        {"classifier": StackedRBMClassifier((8, 4), rbm_n_iter=1, max_iter=3)},
        {"classifier": TREE, "features": "passthrough", "random_state": 0},
        {"classifier": make_pipeline(StandardScaler(), TREE), "features": StandardScaler()},
        {"classifier": TREE, "regressor": make_pipeline(StandardScaler(), SVR())},
        {
            "classifier": TREE,
            "regressor": {
                "gaussian": Ridge(),
                2: {"size": SVR(), "angle": SVR()},
                3: DecisionTreeRegressor(random_state=0),
            },
        },
        {"classifier": TREE, "regressor": Ridge(), "memory": "cache"},
    ],
    CommitteeClassifier: [
        {"hidden_layer_sizes": (20,), "max_iter": 60, "batch_size": 20},
        {
            "hidden_layer_sizes": (20, 10),
            "n_networks": 1,
            "n_axes": 5,
            "floor": 0.1,
            "dropout": 0.0,
            "alpha": 0.1,
            "max_iter": 60,
            "batch_size": 20,
            "learning_rate_init": 0.01,
            "random_state": 0,
        },
    ],
    DeblurTransformer: [
        {"method": "wiener", "noise": 0.1},
        {"method": "richardson_lucy", "kind": "motion", "size": 3, "angle": 30},
        {"method": "tv", "kind": "none"},
        {"method": "wiener", "psf": [[0, 1, 0], [1, 4, 1], [0, 1, 0]]},
    ],
    DirectionalProfileTransformer: [
        {},
        {"regressor": Ridge(), "n_bins": 3, "cv": KFold(3)},
    ],
    GRNNRegressor: [
        {},
        {"sigma": 0.5},
        {"sigma": "scott"},
        {"spread": 0.6, "tolerance": 1e-3},
        {"standardize": True, "loo_samples": None},
        {"sigma": "silverman"},
        {"metric": "learned", "metric_max_iter": 5, "metric_samples": 50},
        {"metric": "learned", "metric_max_iter": 5, "n_components": 1},
        {"n_prototypes": 60, "random_state": 0},
    ],
    LogSpectrumTransformer: [
        {},
        {"taper": "hann"},
        {"taper": None},
        {"bandwidth": 1.5, "n_tapers": 2},
    ],
    PSFBlurTransformer: [
        {},
        {"kind": "motion", "size": 3, "angle": 30, "mode": "mirror"},
        {"kind": "defocus", "mode": "nearest"},
        {"kind": "none", "quantize": True},
        {"mode": "constant"},
        {"mode": "wrap"},
        {"kind": "motion", "size": (1, 3), "angle": (0, 180)},
        {"kind": "mixed", "size": {"gaussian": 1, "motion": (1, 3), "defocus": 2}},
        {"noise": 0.1, "random_state": 0},
    ],
    RadialProfileTransformer: [{}, {"n_bins": 3, "max_frequency": 0.7}],
    WelchSpectrumTransformer: [{}, {"window": 2}],
    StackedRBMClassifier: [
        {**SMALL_NETWORK, **HELD, "unlabeled": None},
        {**SMALL_NETWORK, **DESCENT},
        {**SMALL_NETWORK, **STOPPED},
    ],
    StackedRBMRegressor: [
        {**SMALL_NETWORK, **HELD},
        {**SMALL_NETWORK, **DESCENT, "code": "outputs"},
        {**SMALL_NETWORK, **STOPPED, "loss": "absolute_error"},
    ],
}
OF_ROWS = [cls for cls in all_estimators() if get_tags(cls()).input_tags.two_d_array]
# Those of photographs of any size: scikit-learn's checks feed matrices.
OF_PHOTOS = [cls for cls in all_estimators() if cls not in OF_ROWS]

NOT_A_REPETITION = (
    "mini-batches are drawn by row, so a weight of 2 is not a row met twice; scikit-learn "
    "excepts its own MLPClassifier for the same reason"
)
OF_MINI_BATCHES = StackedRBMClassifier, StackedRBMRegressor, CommitteeClassifier
DRAWN_BY_PLACE = (
    "what is drawn for a row follows from its place among the rows: with a fixed "
    "random_state the same rows get the same, but not in another order"
)


def expected_failures(estimator):
    """Checks that an estimator does not pass, with the reason."""
    if isinstance(estimator, BlurTypeThenParamPipeline):
        estimator = estimator.classifier
    if isinstance(estimator, OF_MINI_BATCHES):
        return {
            "check_sample_weight_equivalence_on_dense_data": NOT_A_REPETITION,
            "check_sample_weights_invariance": NOT_A_REPETITION,
        }
    if isinstance(estimator, PSFBlurTransformer) and draws(estimator):
        return {
            "check_methods_sample_order_invariance": DRAWN_BY_PLACE,
            "check_methods_subset_invariance": DRAWN_BY_PLACE,
        }
    return {}


# Before scikit-learn 1.7 networks take no weights, and rows are drawn by theirs.
SAME_AGAIN = "check_regressor_data_not_an_array"
ROUNDING_DRAWS = "weights that differ by rounding draw other rows, and those other weights"


def is_reweighed(estimator):
    """Whether the weights of its rows follow from its own predictions."""
    return getattr(estimator, "loss", None) == "absolute_error"


def draws(blur):
    """Whether a `PSFBlurTransformer` leaves anything to chance."""
    return blur.noise or blur.kind == "mixed" or isinstance(blur.size, tuple)


# What does not go through the checks.
IN_ALL = {
    "image_shape": "the checks feed rows of many lengths",
    "warm_start": "a second fit goes on from the first, and the checks want the same again",
    "verbose": "it only prints",
}
IN_SOME = {
    (CommitteeClassifier, "symmetries"): "they are orders of as many features as there are",
    (DeblurTransformer, "method", "epll"): "it takes a second for a few rows",
    (StackedRBMClassifier, "class_weight"): (
        "partial_fit refuses to balance unseen classes, as SGDClassifier's does"
    ),
    (StackedRBMClassifier, "class_weight", "balanced"): "as above",
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where a pipeline with a memory has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("checks"))
        yield


# Of the checks' data some are far outside [0, 1], and some are too few to learn from: the
# estimators warn, as they should.
@pytest.mark.filterwarnings("ignore::skblur.PixelRangeWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.usefixtures("folder")
@parametrize_with_checks(
    [cls(**settings) for cls in OF_ROWS for settings in SETTINGS.get(cls, [{}])],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_checks(estimator, check):
    name = check.func.__name__
    if name == SAME_AGAIN and not TAKES_WEIGHTS and is_reweighed(estimator):
        pytest.skip(ROUNDING_DRAWS)
    check(estimator)


@pytest.mark.parametrize("cls", OF_ROWS, ids=lambda cls: cls.__name__)
def test_every_setting_is_checked(cls):
    """Each parameter with another value than its default, each option by its name."""
    settings = [cls(**each).get_params(deep=False) for each in SETTINGS.get(cls, [{}])]
    for name, default in cls().get_params(deep=False).items():
        tried = [each[name] for each in settings]
        if name not in IN_ALL and (cls, name) not in IN_SOME:
            assert any(repr(value) != repr(default) for value in tried), name
        for constraint in cls._parameter_constraints[name]:
            for option in getattr(constraint, "options", ()):
                assert option in tried or (cls, name, option) in IN_SOME, (name, option)


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
