"""Values as JSON, arrays put aside: estimators by class and state, and the way back."""

from collections.abc import Mapping
from importlib import import_module
from inspect import signature
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils._param_validation import validate_parameter_constraints

from ..rbm.borrowed import assemble_mlp
from .compact import PARTS, check_parts, compacted, expanded
from .known_classes import KNOWN_CLASSES, OF_FEATURES

__all__ = []

CANNOT = (
    "a model file cannot hold: it holds numbers, texts, arrays and the estimators "
    f"{sorted(KNOWN_CLASSES)}"
)


class Encoder:
    """Makes JSON of values, and keeps their arrays under the names of their places."""

    def __init__(self, compact):
        self.compact, self.arrays, self.names = compact, {}, set()

    def encode(self, value, where, *, weights=False):
        """JSON of a value; `weights` are those of a network, which may be compacted.

        Raises
        ------
        TypeError
            If it is, or holds, what a file cannot.

        ValueError
            If an estimator has learned something that its class does not declare so.
        """
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, np.bool_):
            return bool(value)
        if isinstance(value, Integral):
            return int(value)
        if isinstance(value, Real):
            return float(value)
        if isinstance(value, np.ndarray):
            return self._array(value, where, weights)
        if isinstance(value, (list, tuple)):
            items = [
                self.encode(v, f"{where}.{i}", weights=weights) for i, v in enumerate(value)
            ]
            return {type(value).__name__: items}
        if isinstance(value, Mapping):
            items = [
                [self.encode(k, where), self.encode(v, f"{where}.{k}")]
                for k, v in value.items()
            ]
            return {"dict": items}
        return self._estimator(value, where)

    def _array(self, value, where, weights):
        value = _plain(value)
        if value.dtype.kind not in "biufU":
            raise TypeError(f"{where} is an array of {value.dtype}, which {CANNOT}")
        while where in self.names:
            # Of the keys 1 and "1", say.
            where += "_"
        self.names.add(where)
        parts = compacted(value) if self.compact and weights else None
        if parts is None:
            self.arrays[where] = value
            return {"array": where}
        self.arrays |= {f"{where}.{n}": part for n, part in zip(PARTS, parts, strict=True)}
        return {"compact": where}

    def _estimator(self, value, where):
        name = type(value).__name__
        if name not in KNOWN_CLASSES or type(value) is not _class_named(name):
            raise TypeError(f"{where} is a {name}, which {CANNOT}")
        state = _state_of(value, KNOWN_CLASSES[name])
        # What would be refused when it is read is not to be written.
        _check_state(type(value), state)
        encoded = {
            k: self.encode(v, f"{where}.{k}", weights=k in KNOWN_CLASSES[name].weights)
            for k, v in state.items()
        }
        return {"class": name, "state": encoded}


class Arrays:
    """Arrays of a file by name, compact ones expanded once, within some bytes."""

    def __init__(self, arrays, max_bytes):
        self.arrays, self.expanded, self.room = arrays, {}, max_bytes

    def plain(self, name):
        """An array as it is in the file."""
        return self.arrays[name]

    def compact(self, name):
        """A matrix out of its parts."""
        if name not in self.expanded:
            parts = [self.arrays[f"{name}.{part}"] for part in PARTS]
            check_parts(*parts)
            self.room -= 2 * parts[0].nbytes
            if self.room < 0:
                raise ValueError("it would take too much memory: raise max_megabytes")
            self.expanded[name] = expanded(*parts)
        return self.expanded[name]


def decode(value, arrays):
    """The value that a JSON stands for, every estimator as its class declares it.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is not.
    """
    if not isinstance(value, dict):
        return value
    if "class" in value:
        state = {str(k): decode(v, arrays) for k, v in value["state"].items()}
        return _restored(value["class"], state)
    ((kind, content),) = value.items()
    if kind == "array":
        return arrays.plain(content)
    if kind == "compact":
        return arrays.compact(content)
    if kind == "list":
        return [decode(item, arrays) for item in content]
    if kind == "tuple":
        return tuple(decode(item, arrays) for item in content)
    if kind == "dict":
        return {decode(k, arrays): decode(v, arrays) for k, v in content}
    raise ValueError(f"it holds a {kind!r:.40}")


def _class_named(name):
    return getattr(import_module(KNOWN_CLASSES[name].home), name)


def _state_of(estimator, known):
    """Parameters and what is declared of what has been learned, by name."""
    params = {}
    if isinstance(estimator, BaseEstimator):
        params = estimator.get_params(deep=False)
        if not isinstance(params.get("random_state"), (int, type(None))):
            params["random_state"] = None
        if "memory" in params:
            params["memory"] = None
    declared = known.learned | known.sometimes | OF_FEATURES
    return params | {k: _plain(v) for k, v in vars(estimator).items() if k in declared}


def _plain(value):
    """Names out of a data frame, and labels, are objects: as texts."""
    is_objects = isinstance(value, np.ndarray) and value.dtype.kind == "O"
    if is_objects and all(isinstance(v, str) for v in value.flat):
        return value.astype(str)
    return value


def _restored(name, state):
    if name not in KNOWN_CLASSES:
        raise ValueError(
            f"it holds a {name!r:.40}, which is not among {sorted(KNOWN_CLASSES)}"
        )
    cls = _class_named(name)
    params, learned = _check_state(cls, state)
    if cls in (MLPClassifier, MLPRegressor):
        return _assembled(cls, params, learned)
    restored = cls.__new__(cls)
    vars(restored).update(params | learned)
    return restored


def _check_state(cls, state):
    """Parameters and what has been learned, each as it is declared.

    Raises
    ------
    ValueError
        If it is not.
    """
    params = _params_of(cls, state)
    learned = {k: v for k, v in state.items() if k not in params}
    try:
        _check_params(cls, params)
        _check_learned(KNOWN_CLASSES[cls.__name__], params, learned)
    except (ValueError, TypeError) as error:
        raise ValueError(f"of its {cls.__name__}, {error}") from error
    return params, learned


def _params_of(cls, state):
    """Parameters of the constructor; one that has come since has its default."""
    if not issubclass(cls, BaseEstimator):
        return {}
    given = signature(cls.__init__).parameters.values()
    defaults = {p.name: p.default for p in given if p.default is not p.empty}
    names = {p.name for p in given} - {"self"}
    return defaults | {k: v for k, v in state.items() if k in names}


def _check_params(cls, params):
    if params.get("memory") is not None:
        raise ValueError("memory must be None: a file names no folder to write to")
    constraints = getattr(cls, "_parameter_constraints", {})
    validate_parameter_constraints(constraints, params, caller_name=cls.__name__)


def _check_learned(known, params, learned):
    """Each attribute as it is declared, and all of them or, if it is not fitted, none."""
    declared = known.learned | known.sometimes | OF_FEATURES
    missing = sorted(set(known.learned) - set(learned))
    if learned and missing:
        raise ValueError(f"{missing} must be there")
    if known.home.startswith("sklearn"):
        # Parameters come and go with its versions.
        learned = {k: v for k, v in learned.items() if k in declared or k.endswith("_")}
    strange = sorted(set(learned) - set(declared))
    if strange:
        raise ValueError(f"{strange!s:.80} is nothing that this version knows")
    sizes, both = {}, params | learned
    # What has the number of features in it goes first: arrays are compared with it.
    names = sorted(learned, key=lambda name: name != "n_features_in_")
    for name in [*names, *known.params]:
        try:
            (declared | known.params)[name](both[name], sizes)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from error
    if learned:
        known.whole(both, sizes)


def _assembled(cls, params, learned):
    """A network anew from its weights: private attributes change between versions."""
    if not learned:
        return cls(**params)
    params.pop("hidden_layer_sizes")
    weights = learned["coefs_"], learned["intercepts_"]
    mlp = assemble_mlp(*weights, learned.get("classes_"), **params)
    mlp.loss_curve_, mlp.n_iter_ = learned.get("loss_curve_", []), learned["n_iter_"]
    return mlp
