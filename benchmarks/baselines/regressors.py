"""What is to estimate the parameters of a blur whose type is given."""

from typing import NamedTuple

from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from skblur import DirectionalProfileTransformer, GRNNRegressor, RadialProfileTransformer
from skblur.training.patches import patch_model

SHIPPED = "GRNN on a network's outputs"
# The time of support vectors grows with the square of their rows.
MOST_SVM_ROWS = 6000


class Regression(NamedTuple):
    """An unfitted regressor of spectra, and of how many rows of a type at most.

    Or one regressor for each type by name, as `BlurTypeThenParamPipeline` takes them.
    """

    estimator: BaseEstimator | dict
    most_rows: int | None = None


def regressions(seed, quick):
    """Regressions by name.

    With `quick`, whatever is iterative runs for a few iterations only.
    """
    learned = {"metric": "learned", "random_state": seed}
    iterations = 40 if quick else 100
    boosting = HistGradientBoostingRegressor(
        max_iter=20 if quick else 100, max_features=0.2, random_state=seed
    )
    # A larger penalty drives unused weights into denormal numbers, ten times as slow.
    network = MLPRegressor(alpha=1e-5, early_stopping=True, random_state=seed)
    return {
        "GRNN, one spread": Regression(GRNNRegressor(random_state=seed)),
        "GRNN, spread per feature": Regression(
            GRNNRegressor(metric_max_iter=iterations, **learned)
        ),
        "GRNN, learned map to 16": Regression(
            GRNNRegressor(
                n_components=16,
                metric_samples=8000,
                metric_max_iter=iterations,
                **learned,
            )
        ),
        "GRNN on profiles, spread per feature": Regression(by_symmetry(learned)),
        SHIPPED: Regression(coded(seed)),
        "MLPRegressor": Regression(scaled_target(network)),
        "SVR, RBF kernel": Regression(OneByOne(scaled_target(SVR())), MOST_SVM_ROWS),
        "HistGradientBoosting": Regression(OneByOne(boosting)),
    }


def by_symmetry(settings):
    """The spectrum along the radius, or along the direction of motion; then a GRNN."""
    radial = make_pipeline(RadialProfileTransformer(24), GRNNRegressor(**settings))
    along = make_pipeline(
        DirectionalProfileTransformer(n_bins=24), GRNNRegressor(**settings)
    )
    return {"gaussian": radial, "motion": along, "defocus": radial}


def coded(seed):
    """The regressors of the shipped model."""
    model = patch_model()
    seeds = {
        name: seed
        for name in model.get_params()
        if name.startswith("regressor__") and name.endswith("__random_state")
    }
    return model.set_params(**seeds).regressor


def scaled_target(regressor):
    """Every target to mean 0 and deviation 1."""
    return TransformedTargetRegressor(regressor, transformer=StandardScaler())


class OneByOne(MultiOutputRegressor):
    """`MultiOutputRegressor` that takes a single target as a vector too."""

    def fit(self, X, y):
        """Fit one regressor per column of `y`."""
        return super().fit(X, y.reshape(len(y), -1))
