"""save_model, load_model: files without pickle, a JSON header and plain arrays."""

import json
from collections.abc import Mapping
from importlib import import_module
from inspect import signature
from numbers import Integral, Real
from os import PathLike
from typing import Any
from zipfile import BadZipFile

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.neural_network import MLPClassifier, MLPRegressor

from ..files.archives import write_npz
from ..rbm.borrowed import assemble_mlp

__all__ = ["load_model", "save_model"]

FORMAT = "skblur-model-1"

# The only classes that a file can name, and where they live.
KNOWN_CLASSES = {
    "AlignedSpectrumTransformer": "skblur",
    "BlurMapEstimator": "skblur",
    "BlurTypeThenParamPipeline": "skblur",
    "CommitteeClassifier": "skblur",
    "DirectionalProfileTransformer": "skblur",
    "FoldedSpectrumTransformer": "skblur",
    "GRNNRegressor": "skblur",
    "HalfSpectrumTransformer": "skblur",
    "LogSpectrumTransformer": "skblur",
    "ParameterRegressor": "skblur.pipeline.parameters",
    "PatchBlurEstimator": "skblur",
    "PhotoBlurEstimator": "skblur",
    "RadialProfileTransformer": "skblur",
    "StackedRBMClassifier": "skblur",
    "StackedRBMRegressor": "skblur",
    "WelchSpectrumTransformer": "skblur",
    "BernoulliRBM": "sklearn.neural_network",
    "MLPClassifier": "sklearn.neural_network",
    "MLPRegressor": "sklearn.neural_network",
    "MinMaxScaler": "sklearn.preprocessing",
    "StandardScaler": "sklearn.preprocessing",
    "PCA": "sklearn.decomposition",
    "Pipeline": "sklearn.pipeline",
}


def save_model(model: BaseEstimator, path: str | PathLike[str]) -> None:
    """Write a fitted model to a file that holds no code.

    Parameters
    ----------
    model : estimator
        A fitted `BlurTypeThenParamPipeline`, or one of its steps. What has been
        learned is kept; random states and caches are not.

    path : str or path-like
        Where to write, usually ``*.npz``. Written aside and moved into place, so that
        a file is never half there.

    Raises
    ------
    TypeError
        If the model holds something that is neither a number, a text, an array nor one
        of the known estimators.

    See Also
    --------
    load_model : The way back.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from skblur import GRNNRegressor, load_model, save_model
    >>> X = np.random.default_rng(0).random((20, 3))
    >>> model = GRNNRegressor(sigma=0.5).fit(X, X[:, 0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(model, os.path.join(folder, "model.npz"))
    ...     again = load_model(os.path.join(folder, "model.npz"))
    >>> bool((again.predict(X) == model.predict(X)).all())
    True
    """
    arrays = {}
    header = {"format": FORMAT, "model": _encode(model, arrays, "model")}
    write_npz(path, header=np.array(json.dumps(header)), **arrays)


def load_model(path: str | PathLike[str]) -> Any:
    """Read a model that `save_model` wrote. Nothing is unpickled or executed.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    estimator
        The fitted model.

    Raises
    ------
    ValueError
        If the file is not a model of skblur.

    See Also
    --------
    save_model : Writes one.

    Examples
    --------
    See `save_model`.
    """
    with open(path, "rb") as file:
        return read_model(file, path)


def read_model(file, name):
    try:
        with np.load(file, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        header = json.loads(str(arrays.pop("header")))
        if header["format"] != FORMAT:
            raise ValueError(f"its format is {header['format']!r}")
        return _decode(header["model"], arrays)
    except (ValueError, KeyError, TypeError, EOFError, AttributeError, BadZipFile) as error:
        msg = f"{name} is not a model written by skblur.save_model ({FORMAT}): {error}"
        raise ValueError(msg) from error


def _encode(value, arrays, where):
    """JSON of a value; arrays are put aside under the name of their place."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufU":
        arrays[where] = value
        return {"array": where}
    if isinstance(value, np.ndarray) and all(isinstance(v, str) for v in value.flat):
        # Names out of a data frame are objects.
        return _encode(value.astype(str), arrays, where)
    if isinstance(value, (list, tuple)):
        items = [_encode(v, arrays, f"{where}.{i}") for i, v in enumerate(value)]
        return {type(value).__name__: items}
    if isinstance(value, Mapping):
        items = [
            [_encode(k, arrays, where), _encode(v, arrays, f"{where}.{k}")]
            for k, v in value.items()
        ]
        return {"dict": items}
    name = type(value).__name__
    known = KNOWN_CLASSES.get(name)
    if known is not None and type(value) is getattr(import_module(known), name):
        state = _state_of(value).items()
        return {"class": name} | {
            "state": {k: _encode(v, arrays, f"{where}.{k}") for k, v in state}
        }
    msg = (
        f"{where} is a {name}, which a model file cannot hold: it holds numbers, texts, "
        f"arrays and the estimators {sorted(KNOWN_CLASSES)}"
    )
    raise TypeError(msg)


def _decode(value, arrays):
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "list" in value:
        return [_decode(item, arrays) for item in value["list"]]
    if "tuple" in value:
        return tuple(_decode(item, arrays) for item in value["tuple"])
    if "dict" in value:
        return {_decode(k, arrays): _decode(v, arrays) for k, v in value["dict"]}
    cls = getattr(import_module(KNOWN_CLASSES[value["class"]]), value["class"])
    return _restore(cls, {k: _decode(v, arrays) for k, v in value["state"].items()})


def _state_of(estimator):
    """Parameters and what has been learned, by name; private attributes are left out."""
    if not isinstance(estimator, BaseEstimator):
        return vars(estimator)
    state = estimator.get_params(deep=False)
    if not isinstance(state.get("random_state"), (int, type(None))):
        state["random_state"] = None
    if state.get("memory") is not None:
        state["memory"] = None
    learned = {k: v for k, v in vars(estimator).items() if k.endswith("_") and k[0] != "_"}
    return state | learned


def _restore(cls, state):
    if cls in (MLPClassifier, MLPRegressor):
        return _restore_mlp(cls, state)
    restored = cls.__new__(cls)
    # A parameter that has come since the file was written has its default.
    vars(restored).update(_defaults(cls) | state)
    return restored


def _defaults(cls):
    if not issubclass(cls, BaseEstimator):
        return {}
    given = signature(cls.__init__).parameters.values()
    return {p.name: p.default for p in given if p.default is not p.empty}


def _restore_mlp(cls, state):
    """Anew from its weights: scikit-learn's private attributes change between versions."""
    learned = {k: state.pop(k) for k in list(state) if k.endswith("_")}
    state.pop("hidden_layer_sizes")
    known = {k: v for k, v in state.items() if k in cls().get_params()}
    weights = learned.pop("coefs_"), learned.pop("intercepts_")
    mlp = assemble_mlp(*weights, learned.pop("classes_", None), **known)
    mlp.loss_curve_, mlp.n_iter_ = learned["loss_curve_"], learned["n_iter_"]
    return mlp
