"""SteppedEstimator: steps by name, also while they are None or mappings of steps."""

from collections.abc import Mapping
from typing import Any, Self

from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import MetadataRouter

from ..grnn import GRNNRegressor
from ..rbm import StackedRBMClassifier
from ..spectra.log_spectrum import LogSpectrumTransformer
from .drawing import visual_block
from .parameters import regressors_by_type
from .routing import router_of
from .steps import nested_params, seed, set_in_mapping, unfitted

__all__ = []

# What None stands for.
DEFAULTS = {
    "features": LogSpectrumTransformer,
    "classifier": StackedRBMClassifier,
    "regressor": GRNNRegressor,
}


class SteppedEstimator(BaseEstimator):
    """Has features, classifier and regressor: their names, clones and metadata."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
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
        for name, step in self._steps().items():
            params |= nested_params(name, step)
        return params

    def set_params(self, **params: Any) -> Self:
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

    def get_metadata_routing(self) -> MetadataRouter:
        """Where weights, groups and other metadata go: see scikit-learn's user guide.

        Returns
        -------
        MetadataRouter
            What the steps request of `fit`, and what `score` itself does.
        """
        return router_of(self, self._steps())

    def _steps(self):
        """The steps by name, those that are None as their defaults."""
        return {
            name: default() if getattr(self, name) is None else getattr(self, name)
            for name, default in DEFAULTS.items()
        }

    def _unfitted_steps(self, codes):
        """Clones of the steps, one regressor per type, seeded where asked for."""
        features, classifier, regressor = map(unfitted, self._steps().values())
        regressors = regressors_by_type(regressor, codes)
        if self.random_state is not None:
            rng = check_random_state(self.random_state)
            for step in (features, classifier, *regressors.values()):
                seed(step, rng)
        return features, classifier, regressors

    def _sk_visual_block_(self):
        return visual_block(self._steps())
