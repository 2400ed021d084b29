"""BlurTypeThenParamPipeline: first which blur, then how much of it."""

from typing import Any, Literal, Self, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, _fit_context
from sklearn.pipeline import Pipeline
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metadata_routing import UNUSED, _raise_for_params
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    check_memory,
)

from ..blurs.targets import as_target_rows, check_types
from ..blurs.types import blur_type as type_of
from ..images.pixels import validate_pixels
from ..metrics import blur_score
from ..threads import one_blas_thread_for_few
from .base import SteppedEstimator
from .parameters import fit_each, fit_params_by_type
from .routing import fit_params_of
from .steps import fit_step, last_step

__all__ = ["BlurTypeThenParamPipeline"]


class BlurTypeThenParamPipeline(SteppedEstimator):
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
        A regressor or a `Pipeline` that ends in one, cloned for each type, and one of a
        single output for each output; or a dict from the type (name or code) to a
        regressor of its own, where ``{"size": ..., "angle": ...}`` in place of one gives
        each parameter its own. None is ``GRNNRegressor()``.

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

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, if all are strings.

    See Also
    --------
    skblur.datasets.make_blur_patches : Makes training data.
    skblur.load_pretrained : A trained one.
    skblur.StratifiedBlurKFold : Folds for a search: ``GridSearchCV(..., cv=...)``.
    skblur.metrics : Scorers for a search, also of the type alone.

    Notes
    -----
    The parameters of the steps are reached by name also while the step is None:
    ``set_params(regressor__sigma=0.5)``, or ``regressor__motion__sigma`` with a dict.

    It routes metadata of `fit` to its steps as they request them, by
    ``GRNNRegressor().set_fit_request(groups=True)``, where scikit-learn's metadata routing
    is enabled. `score` takes weights itself.

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

    # `fit` itself has no use for them: they are routed to the steps.
    __metadata_request__fit = {"sample_weight": UNUSED, "groups": UNUSED}

    def __init__(
        self,
        classifier: BaseEstimator | None = None,
        regressor: BaseEstimator | dict[Any, Any] | None = None,
        *,
        features: BaseEstimator | Literal["passthrough"] | None = None,
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.classifier = classifier
        self.regressor = regressor
        self.features = features
        self.memory = memory
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        **fit_params: Any,
    ) -> Self:
        """Train the classifier on all rows, each type's regressor on its own.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches: floats of full scale 1, or integers of uint8 or uint16.

        y : array-like of shape (n_samples, 3), (n_samples, 2) or (n_samples,)
            Rows ``(type, size, angle)``; what is left out is taken for 0. Types are codes
            or names.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights, given to every step whose `fit` takes them, of a `Pipeline` to its
            last step. With scikit-learn's metadata routing enabled they go to the steps
            that request them.

        groups : array-like of shape (n_samples,), default=None
            What the patches were cut out of. They go where weights would: a
            `GRNNRegressor` takes them.

        **fit_params : dict
            Other metadata, only with metadata routing enabled.

        Returns
        -------
        self : BlurTypeThenParamPipeline
            The fitted pipeline.
        """
        _raise_for_params(fit_params, self, "fit")
        X = validate_pixels(self, X)
        targets = _check_targets(y, X)
        types = check_types(targets, "y")
        check_consistent_length(X, groups)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        metadata = {"sample_weight": sample_weight, "groups": groups, **fit_params}
        given, codes = self._steps(), np.unique(types).tolist()
        params = fit_params_of(self, given, metadata)
        features, classifier, regressors = self._unfitted_steps(codes)
        memory = check_memory(self.memory)
        self.features_, X = memory.cache(_fit_transform)(features, X, params["features"])
        fit_classifier = memory.cache(fit_step)
        self.classifier_ = fit_classifier(classifier, X, types, params["classifier"])
        self.classes_ = self.classifier_.classes_
        by_type = fit_params_by_type(given["regressor"], params["regressor"], codes)
        self.regressors_ = fit_each(regressors, X, targets, by_type)
        return self

    @one_blas_thread_for_few
    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
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
        if not len(X):
            return y
        y[:, 0] = types = self.classifier_.predict(X)
        for code in np.unique(types):
            rows = types == code
            y[rows, 1:] = self.regressors_[code].predict(X[rows])
        return y

    @available_if(lambda self: _has_probabilities(self))
    @one_blas_thread_for_few
    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
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
        if not len(X):
            return np.zeros((0, len(self.classes_)))
        return self.classifier_.predict_proba(X)

    @available_if(lambda self: hasattr(last_step(self.classifier_), "calibrate"))
    def calibrate(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Set how sure the classifier is, by patches that it has not been trained on.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        y : array-like of shape (n_samples, 3) or (n_samples,)
            Rows ``(type, size, angle)``, or types alone, by code or name.

        Returns
        -------
        self : BlurTypeThenParamPipeline
            The same object, its classifier changed.
        """
        X, y = self.extract_features(X), as_target_rows(y, "y")
        if isinstance(self.classifier_, Pipeline):
            X = self.classifier_[:-1].transform(X)
        last_step(self.classifier_).calibrate(X, y[:, 0])
        return self

    @overload
    def predict_parameters(
        self, X: ArrayLike, blur_type: str | int, return_std: Literal[False] = False
    ) -> NDArray[np.float64]: ...

    @overload
    def predict_parameters(
        self, X: ArrayLike, blur_type: str | int, return_std: Literal[True]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...

    @one_blas_thread_for_few
    def predict_parameters(
        self, X: ArrayLike, blur_type: str | int, return_std: bool = False
    ) -> NDArray[np.float64] | tuple[NDArray[np.float64], NDArray[np.float64]]:
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
        code = type_of(blur_type).code
        X = self.extract_features(X)
        if code not in self.regressors_:
            raise ValueError(
                f"blur_type must be one of {sorted(self.regressors_)}, got {code}"
            )
        regressor = self.regressors_[code]
        return regressor.predict_with_std(X) if return_std else regressor.predict(X)

    def extract_features(self, X: ArrayLike) -> NDArray[Any]:
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
        X = validate_pixels(self, X, reset=False, ensure_min_samples=0)
        if self.features_ == "passthrough":
            return X
        if len(X):
            return self.features_.transform(X)
        # Transformers want a row.
        return self.features_.transform(np.zeros((1, X.shape[1]), X.dtype))[:0]

    def score(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> float:
        """`skblur.metrics.blur_score` of the predictions: type and parameters together.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Flattened patches.

        y : array-like of shape (n_samples, 3)
            Rows ``(type, size, angle)``; types are codes or names.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        float
            In [0, 1]; 1 is perfect. A sample of the wrong type counts 0, one of the
            right type by how near its parameters are.
        """
        return blur_score(y, self.predict(X), sample_weight)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.two_d_labels = True
        return tags


def _fit_transform(features, X, fit_params):
    """Cached: the fitted transformer and what it makes of the rows."""
    if features == "passthrough":
        return features, X
    if hasattr(features, "fit_transform"):
        return features, features.fit_transform(X, **fit_params)
    return features, features.fit(X, **fit_params).transform(X)


def _check_targets(y, X):
    """Rows (type, size, angle); columns that are not given are 0."""
    if y is None:
        msg = "BlurTypeThenParamPipeline requires y to be passed, but the target y is None"
        raise ValueError(msg)
    targets = as_target_rows(y, "y")
    check_consistent_length(X, targets)
    return targets


def _has_probabilities(pipeline):
    classifier = getattr(pipeline, "classifier_", pipeline.classifier)
    return classifier is None or hasattr(classifier, "predict_proba")
