"""BlurTypeThenParamPipeline: first which blur, then how much of it."""

from collections.abc import Mapping

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    check_memory,
    validate_data,
)

from ..blurs.targets import as_target_rows
from ..blurs.types import blur_type, blur_types
from ..grnn import GRNNRegressor
from ..metrics import blur_score
from ..rbm import StackedRBMClassifier
from ..spectra.log_spectrum import LogSpectrumTransformer
from .parameters import fit_regressors, fit_weighted, regressors_by_type
from .steps import nested_params, seed, set_in_mapping, unfitted

__all__ = ["BlurTypeThenParamPipeline"]

# What None stands for.
DEFAULTS = {
    "features": LogSpectrumTransformer,
    "classifier": StackedRBMClassifier,
    "regressor": GRNNRegressor,
}


class BlurTypeThenParamPipeline(BaseEstimator):
    """Classify the blur type of patches, then regress the parameters of that type.

    The paper's two steps as one estimator. A transformer turns patches into features;
    a classifier trained on all rows tells the type; one regressor per type, trained on
    the rows of that type, gives its parameters. Angles are regressed as the point
    ``(cos 2w, sin 2w)``, so that 179 and 1 degrees are neighbours. A parameter that is
    the same in all rows of a type, such as the angle of a Gaussian, is not regressed.

    Parameters
    ----------
    classifier : estimator, default=None
        A classifier or a `Pipeline` that ends in one. None is
        ``StackedRBMClassifier()``.

    regressor : estimator or dict, default=None
        A regressor of several outputs or a `Pipeline` that ends in one, cloned for each
        type; or a dict from the type (name or code) to a regressor of its own, where
        ``{"size": ..., "angle": ...}`` in place of one gives each parameter its own.
        None is ``GRNNRegressor()``.

    features : transformer, "passthrough" or None, default=None
        Turns the patches into what classifier and regressors get. None is
        ``LogSpectrumTransformer()``; ``"passthrough"`` gives them the patches.

    memory : str, object with the joblib.Memory interface or None, default=None
        Folder in which the features and the trained classifier are kept, so that a
        search over the regressor's parameters trains the classifier once per fold.

    random_state : int, RandomState instance or None, default=None
        Seeds the steps whose own ``random_state`` is None.

    Attributes
    ----------
    features_ : transformer or "passthrough"
        Fitted transformer.

    classifier_ : estimator
        Fitted classifier of types.

    regressors_ : dict of int to ParameterRegressor
        One per type.

    classes_ : ndarray of shape (n_classes,)
        Codes of the types: 0 none, 1 gaussian, 2 motion, 3 defocus.

    n_features_in_ : int
        Number of values of a patch.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns, if all are strings.

    See Also
    --------
    skblur.datasets.make_blur_patches : Makes training data.
    skblur.load_pretrained : A trained one.

    Notes
    -----
    The parameters of the steps are reached by name also while the step is None:
    ``set_params(regressor__sigma=0.5)``, or ``regressor__motion__sigma`` with a dict.

    References
    ----------
    Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
    Image Processing 25(4), 2016, figure 2.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skblur import BlurTypeThenParamPipeline
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y = make_blur_patches(load_sharp_photos(), 600, random_state=0)
    >>> model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=1000)).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2, 3)
    """

    _parameter_constraints: dict = {
        "classifier": [HasMethods(["fit", "predict"]), None],
        "regressor": [HasMethods(["fit", "predict"]), dict, None],
        "features": [HasMethods(["fit", "transform"]), StrOptions({"passthrough"}), None],
        "memory": [str, HasMethods(["cache"]), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        classifier=None,
        regressor=None,
        *,
        features=None,
        memory=None,
        random_state=None,
    ):
        self.classifier = classifier
        self.regressor = regressor
        self.features = features
        self.memory = memory
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, sample_weight=None):
        """Train the classifier on all rows, each type's regressor on its own.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        y : array-like of shape (n_samples, 3), (n_samples, 2) or (n_samples,)
            Rows ``(type, size, angle)``; what is left out is taken for 0.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights, given to every step whose `fit` takes them.

        Returns
        -------
        self : BlurTypeThenParamPipeline
            The fitted pipeline.
        """
        X = validate_data(self, X, dtype=(np.float32, np.float64))
        targets = _check_targets(y, X)
        types = targets[:, 0].astype(int)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        features, classifier, regressors = self._unfitted_steps(np.unique(types).tolist())
        memory = check_memory(self.memory)
        self.features_, X = memory.cache(_fit_transform)(features, X)
        self.classifier_ = memory.cache(fit_weighted)(classifier, X, types, sample_weight)
        self.classes_ = self.classifier_.classes_
        self.regressors_ = fit_regressors(
            regressors, list(regressors), X, targets, sample_weight
        )
        return self

    def predict(self, X):
        """Type and parameters of patches.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        Returns
        -------
        ndarray of shape (n_samples, 3)
            Rows ``(type, size, angle)``: the code of the type; sigma, length or radius
            in pixels; the angle in degrees, in [0, 180).
        """
        X = self.extract_features(X)
        y = np.zeros((len(X), 3))
        y[:, 0] = types = self.classifier_.predict(X)
        for code in np.unique(types):
            rows = types == code
            y[rows, 1:] = self.regressors_[code].predict(X[rows])
        return y

    @available_if(lambda self: _has_probabilities(self))
    def predict_proba(self, X):
        """Probabilities of the types.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        X = self.extract_features(X)
        return self.classifier_.predict_proba(X)

    @available_if(lambda self: hasattr(_last_step(self.classifier_), "calibrate"))
    def calibrate(self, X, y):
        """Set how sure the classifier is, by patches that it has not been trained on.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        y : array-like of shape (n_samples, 3) or (n_samples,)
            Rows ``(type, size, angle)``, or types alone.

        Returns
        -------
        self : BlurTypeThenParamPipeline
            The same object, its classifier changed.
        """
        X, y = self.extract_features(X), as_target_rows(y, "y")
        if isinstance(self.classifier_, Pipeline):
            X = self.classifier_[:-1].transform(X)
        _last_step(self.classifier_).calibrate(X, y[:, 0])
        return self

    def predict_parameters(self, X, blur_type, return_std=False):
        """Parameters of patches whose type is known.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        blur_type : str or int
            Name or code of the type of all of them.

        return_std : bool, default=False
            Whether to return standard deviations too.

        Returns
        -------
        parameters : ndarray of shape (n_samples, 2)
            Size in pixels and angle in degrees.

        std : ndarray of shape (n_samples, 2)
            Only with ``return_std=True``: their standard deviations, NaN where the
            regressor gives none.
        """
        code = _as_code(blur_type)
        X = self.extract_features(X)
        if code not in self.regressors_:
            raise ValueError(
                f"blur_type must be one of {sorted(self.regressors_)}, got {code}"
            )
        regressor = self.regressors_[code]
        return regressor.predict_with_std(X) if return_std else regressor.predict(X)

    def extract_features(self, X):
        """What `classifier_` and `regressors_` get to see of patches.

        With it both can be asked about the same patches for the price of one spectrum.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        Returns
        -------
        ndarray of shape (n_samples, n_extracted)
            The output of `features_`, or the patches if that is ``"passthrough"``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float32, np.float64))
        return X if self.features_ == "passthrough" else self.features_.transform(X)

    def score(self, X, y, sample_weight=None):
        """`skblur.metrics.blur_score` of the predictions: type and parameters together.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        y : array-like of shape (n_samples, 3)
            Rows ``(type, size, angle)``.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        float
            In [0, 1]; 1 is perfect. A sample of the wrong type counts 0, one of the
            right type by how near its parameters are.
        """
        return blur_score(y, self.predict(X), sample_weight)

    def get_params(self, deep=True):
        """Parameters, with those of the steps, also of a step that is None.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include the parameters of the steps.

        Returns
        -------
        dict
            Names to values.
        """
        params = super().get_params(deep=False)
        if not deep:
            return params
        for name, default in DEFAULTS.items():
            step = params[name]
            step = default() if step is None else step
            params |= nested_params(name, step)
        return params

    def set_params(self, **params):
        """Set parameters, also of a step that is None: it becomes its default first.

        Parameters
        ----------
        **params : dict
            Names to values, such as ``regressor__sigma=0.5``.

        Returns
        -------
        self : BlurTypeThenParamPipeline
            The same object.
        """
        for name, default in DEFAULTS.items():
            nested = [key for key in params if key.startswith(f"{name}__")]
            step = params.get(name, getattr(self, name))
            if nested and step is None:
                params[name] = default()
            elif nested and isinstance(step, Mapping):
                values = {key.removeprefix(f"{name}__"): params.pop(key) for key in nested}
                params[name] = set_in_mapping(step, values)
        return super().set_params(**params)

    def _unfitted_steps(self, codes):
        """Clones of the steps, one regressor per type, seeded where asked for."""
        features, classifier, regressor = (
            default() if getattr(self, name) is None else unfitted(getattr(self, name))
            for name, default in DEFAULTS.items()
        )
        regressors = regressors_by_type(regressor, codes)
        if self.random_state is not None:
            rng = check_random_state(self.random_state)
            for step in (features, classifier, *regressors.values()):
                seed(step, rng)
        return features, classifier, regressors

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.two_d_labels = True
        return tags


def _fit_transform(features, X):
    """Cached: the fitted transformer and what it makes of the rows."""
    if features == "passthrough":
        return features, X
    return features, features.fit_transform(X)


def _check_targets(y, X):
    """Rows (type, size, angle); columns that are not given are 0."""
    if y is None:
        msg = "BlurTypeThenParamPipeline requires y to be passed, but the target y is None"
        raise ValueError(msg)
    targets = as_target_rows(y, "y")
    check_consistent_length(X, targets)
    if (targets[:, 0] != np.rint(targets[:, 0])).any():
        names = {each.code: each.name for each in blur_types()}
        msg = f"the first column of y must be the codes of the types {names}: integers"
        raise ValueError(msg)
    return targets


def _as_code(key):
    return blur_type(key).code


def _last_step(classifier):
    return classifier[-1] if isinstance(classifier, Pipeline) else classifier


def _has_probabilities(pipeline):
    classifier = getattr(pipeline, "classifier_", pipeline.classifier)
    return classifier is None or hasattr(classifier, "predict_proba")
