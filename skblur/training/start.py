"""Start: the networks of a model that is there, from which a training goes on."""

from collections.abc import Mapping
from copy import deepcopy
from hashlib import sha256

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ..blurs.types import blur_type
from ..pipeline.steps import last_step

__all__ = []


class Start:
    """Networks of a fitted model, by the names of the stages in which they are fitted.

    Those of stacked layers go on from their weights; a committee and a GRNN start anew.

    Parameters
    ----------
    model : estimator
        The model.

    kind : type
        What it has to be.

    Raises
    ------
    ValueError
        If it is something else, or not fitted.
    """

    def __init__(self, model, kind):
        if not isinstance(model, kind):
            msg = f"start must be a {kind.__name__}, got a {type(model).__name__}"
            raise ValueError(msg)
        check_is_fitted(model)
        # Of an estimator of maps the model inside.
        model = getattr(model, "model_", model)
        self.networks = {"types": last_step(model.classifier_)}
        for code, fitted in model.regressors_.items():
            each = blur_type(code)
            for parameter in each.parameters:
                network = _network_of(fitted.regressor, parameter.column)
                self.networks[f"{each.name} {parameter.name}"] = network
        self.networks = {
            name: network
            for name, network in self.networks.items()
            if hasattr(network, "warm_start") and hasattr(network, "mlp_")
        }

    def checksum(self):
        """A checksum of all weights."""
        total = sha256()
        for name, network in sorted(self.networks.items()):
            total.update(name.encode())
            for array in (*network.mlp_.coefs_, *network.mlp_.intercepts_):
                total.update(array.tobytes())
        return total.hexdigest()

    def going_on(self, function, stage, step, *arguments, **keywords):
        """What a fit of a step returns, if its network goes on from the stage's."""
        there, wanted = self.networks.get(stage), last_step(step)
        if type(there) is not type(wanted):
            return function(step, *arguments, **keywords)
        network = deepcopy(there).set_params(**wanted.get_params(deep=False))
        network.set_params(warm_start=True)
        if isinstance(step, Pipeline):
            step.steps[-1] = (step.steps[-1][0], network)
        else:
            step = network
        result = function(step, *arguments, **keywords)
        network.set_params(warm_start=False)
        return result


def _network_of(regressor, column):
    """The network before the GRNN, of the regressor of a parameter."""
    if isinstance(regressor, Mapping):
        regressor = regressor.get(column)
    return regressor[-2] if isinstance(regressor, Pipeline) and len(regressor) > 1 else None
