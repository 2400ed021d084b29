"""The only classes that a model file can name: where they live and what they learn."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .declarations import (
    AnyOf,
    Array,
    Each,
    Has,
    Keyed,
    Nothing,
    Number,
    Text,
    Together,
    optional,
)
from .wholes import (
    balls_hold_rows,
    committee_fits,
    frame_holds_features,
    layers_fit,
    stack_fits,
    types_have_regressors,
)

__all__ = []

COUNT = Number(0, 2**53, whole=True)
FEATURES = Number(1, 2**53, whole=True, sets="features")
POSITIVE = Number(1e-12, 1e12)
CODE = Number(0, 2**31, whole=True)
NAMES = Array("features", kinds="U")
LABELS = Array("classes", kinds="fiuUb")
CODES = Array("classes", kinds="fiu", low=0, most=2**31)
SIDES = Together(*[Number(1, 2**31, whole=True)] * 2)
MATRIX, VECTOR = Array(None, None), Array(None)
# Of features that a transformation puts in another order.
WAY = {"kinds": "iu", "low": 0}
# Errors and losses may have been anything.
CURVE = Each(AnyOf(Number(), Number(whole=True)))
SCORES = Array(None, None, finite=False)
FREQUENCIES = Array("bins")
JUDGES = {"classes_": CODES, "evidence_": POSITIVE, "model_": Has("predict")}
PARAMETERS = Keyed(CODE, Has("predict_with_std"))


@dataclass(frozen=True)
class Known:
    """Where a class lives, and what is declared of its attributes, by name.

    `learned` it always has, `sometimes` it may have, and `params` are declared beyond what
    scikit-learn's constraints say. `whole` is called with all of them and the sizes.
    `weights` are those that may be rounded.
    """

    home: str
    learned: dict = field(default_factory=dict)
    sometimes: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    whole: Callable = lambda state, sizes: None
    weights: tuple[str, ...] = ()


def _network(**learned):
    """Of scikit-learn's networks, whose other attributes follow from these."""
    weights = {"coefs_": Each(MATRIX, some=True), "intercepts_": Each(VECTOR)}
    counts = {"n_iter_": COUNT, "n_features_in_": FEATURES}
    return Known(
        "sklearn.neural_network",
        weights | counts | learned,
        # Some solvers have none.
        {"loss_curve_": CURVE},
        whole=layers_fit,
        weights=("coefs_",),
    )


def _of_images(**learned):
    """Of transformers of rows that hold images."""
    always = {"image_shape_": SIDES, "n_features_in_": FEATURES}
    return Known("skblur", always | learned, whole=frame_holds_features)


def _stack(**learned):
    always = {
        "mlp_": Has("predict"),
        "rbms_": Each(Has("transform")),
        "reconstruction_errors_": Each(Array(None, finite=False)),
        "scaler_": optional(Has("transform")),
        "loss_curve_": CURVE,
        "validation_scores_": optional(CURVE),
        "n_iter_": COUNT,
        "n_features_in_": FEATURES,
    }
    return Known("skblur", always | learned, {"pretrained_": COUNT}, whole=stack_fits)


_SCALER = ("scale_", "min_", "data_min_", "data_max_", "data_range_")
_GRNN = {
    "n_features_in_": FEATURES,
    "sigma_": AnyOf(POSITIVE, Array("features", low=1e-12)),
    "X_fit_": Array("rows", "kept"),
    "y_fit_": AnyOf(Array("rows"), Array("rows", "outputs")),
    "y_var_fit_": optional(Array("rows", "outputs", low=0)),
    "sample_weight_fit_": Array("rows", low=0),
    "center_": optional(Array("kept")),
    "components_": optional(Array("features", "kept", most=1e6)),
}

KNOWN_CLASSES = {
    "AlignedSpectrumTransformer": _of_images(),
    "BlurMapEstimator": Known("skblur", JUDGES),
    "BlurTypeThenParamPipeline": Known(
        "skblur",
        {
            "features_": AnyOf(Text(("passthrough",)), Has("transform")),
            "classifier_": Has("predict_proba"),
            "regressors_": PARAMETERS,
            "classes_": CODES,
            "n_features_in_": FEATURES,
        },
        whole=types_have_regressors,
    ),
    "CommitteeClassifier": Known(
        "skblur",
        {
            "n_features_in_": FEATURES,
            "mean_": Array("features"),
            "axes_": Array("features", "axes", most=1e6),
            "classes_": LABELS,
            "networks_": Each(Each(Together(MATRIX, VECTOR), some=True), some=True),
            "temperature_": POSITIVE,
            "n_iter_": COUNT,
        },
        params={
            "symmetries": optional(
                Array(None, "features", **WAY),
                Each(AnyOf(Array("features", **WAY), Each(COUNT))),
            )
        },
        whole=committee_fits,
        weights=("axes_", "networks_"),
    ),
    "DirectionalProfileTransformer": _of_images(
        frequencies_=FREQUENCIES, regressor_=Has("predict")
    ),
    "FoldedSpectrumTransformer": _of_images(frequencies_=Array(None, 2)),
    "GRNNRegressor": Known(
        "skblur",
        _GRNN,
        {
            "loo_scores_": SCORES,
            "metric_scores_": Array(None, finite=False),
            "groups_fit_": Array("rows", kinds="iufUb"),
            "ball_starts_": Array(None, kinds="iu", low=0),
            "ball_centers_": Array("balls", "kept"),
            "ball_radii_": Array("balls", low=0),
        },
        whole=balls_hold_rows,
    ),
    "HalfSpectrumTransformer": _of_images(),
    "LogSpectrumTransformer": _of_images(tapers_=Together(*[Array(None, None)] * 2)),
    "ParameterRegressor": Known(
        "skblur.pipeline.parameters",
        {
            "constants": Array(2, finite=False),
            "regressor": AnyOf(
                Has("predict"), Keyed(Text(("size", "angle")), Has("predict"))
            ),
        },
    ),
    "PatchBlurEstimator": Known("skblur", JUDGES),
    "PhotoBlurEstimator": Known(
        "skblur",
        {
            "classifier_": Has("predict_proba"),
            "regressors_": PARAMETERS,
            "classes_": CODES,
            "widest_": Keyed(CODE, POSITIVE),
            "least_std_": Keyed(CODE, Together(POSITIVE, POSITIVE)),
        },
        whole=types_have_regressors,
    ),
    "RadialProfileTransformer": _of_images(
        frequencies_=FREQUENCIES, weights_=Array("bins", "features")
    ),
    "StackedRBMClassifier": _stack(classes_=LABELS),
    "StackedRBMRegressor": _stack(
        target_mean_=AnyOf(Number(), Array(), Array("outputs")),
        target_scale_=AnyOf(Number(), Array(), Array("outputs")),
    ),
    "WelchSpectrumTransformer": _of_images(window_shape_=SIDES),
    "BernoulliRBM": Known(
        "sklearn.neural_network",
        {
            "components_": Array("units", "features"),
            "intercept_hidden_": Array("units"),
            "intercept_visible_": Array("features"),
        },
        weights=("components_",),
    ),
    "MLPClassifier": _network(
        classes_=LABELS, out_activation_=Text(("logistic", "softmax"))
    ),
    "MLPRegressor": _network(),
    "MinMaxScaler": Known(
        "sklearn.preprocessing",
        {name: Array("features") for name in _SCALER} | {"n_samples_seen_": COUNT},
    ),
    "StandardScaler": Known(
        "sklearn.preprocessing",
        {
            "mean_": optional(Array("features")),
            "var_": optional(Array("features", low=0)),
            "scale_": optional(Array("features", low=0)),
            "n_samples_seen_": AnyOf(Number(0), Array("features", kinds="iuf", low=0)),
        },
    ),
    "PCA": Known(
        "sklearn.decomposition",
        {
            "components_": Array("axes", "features"),
            "mean_": Array("features"),
            "explained_variance_": Array("axes", low=0),
            "explained_variance_ratio_": Array("axes", finite=False),
            "singular_values_": Array("axes"),
            "noise_variance_": Number(0),
            "n_components_": COUNT,
            "n_samples_": COUNT,
        },
    ),
    "Pipeline": Known(
        "sklearn.pipeline",
        params={
            "steps": Each(
                Together(Text(), AnyOf(Nothing(), Text(("passthrough",)), Has("fit"))),
                some=True,
            )
        },
    ),
}

# What any estimator may have learned of its features.
OF_FEATURES = {"n_features_in_": FEATURES, "feature_names_in_": NAMES}
