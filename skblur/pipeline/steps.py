"""Steps of a pipeline, also mappings of steps: their parameters, clones and seeds."""

from collections.abc import Mapping

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

__all__ = []


def last_step(step):
    """Of a `Pipeline` its last step, otherwise the step itself."""
    return step[-1] if isinstance(step, Pipeline) else step


def leaves(path, step):
    """Path and estimator of a step, of a mapping those of each of its steps."""
    if not isinstance(step, Mapping):
        yield path, step
        return
    for key, each in step.items():
        yield from leaves(f"{path}__{key}", each)


def nested_params(path, step):
    """Parameters of a step by name, through mappings of steps."""
    if isinstance(step, Mapping):
        params = {f"{path}__{key}": each for key, each in step.items()}
        for name, each in dict(params).items():
            params |= nested_params(name, each)
        return params
    if not hasattr(step, "get_params"):
        return {}
    return {f"{path}__{key}": value for key, value in step.get_params().items()}


def unfitted(step):
    """A clone, also of a mapping, where each entry becomes an estimator of its own."""
    if isinstance(step, Mapping):
        return {key: unfitted(each) for key, each in step.items()}
    return clone(step, safe=False)


def set_in_mapping(steps, values):
    """A mapping of steps with estimators, or parameters of them, set by name."""
    steps = dict(steps)
    by_name = {str(key): key for key in steps}
    for path, value in values.items():
        name, _, parameter = path.partition("__")
        if name not in by_name:
            raise ValueError(f"no regressor for {name!r}, there are: {sorted(by_name)}")
        key = by_name[name]
        if not parameter:
            steps[key] = value
        elif isinstance(steps[key], Mapping):
            steps[key] = set_in_mapping(steps[key], {parameter: value})
        else:
            steps[key].set_params(**{parameter: value})
    return steps


def seed(estimator, rng):
    """Set every ``random_state`` that is None, nested ones too, to a drawn integer."""
    if isinstance(estimator, Mapping):
        for _, each in sorted(estimator.items()):
            seed(each, rng)
        return
    if not hasattr(estimator, "get_params"):
        return
    for key, value in sorted(estimator.get_params(deep=True).items()):
        if value is None and (key == "random_state" or key.endswith("__random_state")):
            estimator.set_params(**{key: rng.randint(np.iinfo(np.int32).max)})


def fit_step(estimator, X, y, fit_params):
    """The fitted estimator: a function for a ``memory`` to cache."""
    return estimator.fit(X, y, **fit_params)
