"""save_model, load_model: files without pickle, a JSON header and plain arrays."""

import json
from hashlib import sha256
from io import SEEK_END
from numbers import Real
from os import PathLike
from typing import Any

import numpy as np
import sklearn
from sklearn.base import BaseEstimator

from .. import __version__
from ..files.archives import (
    MAX_MEMBERS,
    Members,
    array_bytes,
    array_from,
    write_members,
)
from .encoding import Arrays, Encoder, decode
from .model_file_error import ModelFileError

__all__ = ["load_model", "save_model"]

FORMAT = "skblur-model-2"
HEADER, SEAL = "header.json", "header.sha256"
MAX_HEADER = 2**24


def save_model(
    model: BaseEstimator, path: str | PathLike[str], *, compact: bool = False
) -> None:
    """Write a fitted model to a file that holds no code.

    Parameters
    ----------
    model : estimator
        A fitted `BlurTypeThenParamPipeline`, or one of its steps. What has been
        learned is kept; random states and caches are not.

    path : str or path-like
        Where to write, usually ``*.npz``. Written aside and moved into place, so that
        a file is never half there.

    compact : bool, default=False
        Round the float32 weights of networks to hundredths of their root mean square by
        row and column: a third of the size. The shipped models are so. All else, such as
        the rows of a GRNN, stays as it is.

    Raises
    ------
    TypeError
        If the model holds something that is neither a number, a text, an array nor one
        of the known estimators.

    ValueError
        If what it has learned is nothing that `load_model` would believe, such as weights
        that are not finite.

    See Also
    --------
    load_model : The way back.

    Notes
    -----
    The file is a zip archive of

    - ``header.json``: ``format`` ("skblur-model-2"), the versions of ``skblur`` and
      ``scikit-learn`` that wrote it, ``arrays`` (of each its ``dtype``, ``shape`` and
      ``sha256``) and ``model``, in which an estimator is ``{"class": name, "state":
      {attribute: value}}``, and what JSON does not have is ``{"array": name}``,
      ``{"list": [...]}``, ``{"tuple": [...]}`` or ``{"dict": [[key, value], ...]}``;
    - ``header.sha256``: the checksum of the header;
    - the arrays, each as a ``.npy`` file, which `numpy.load` reads.

    ``{"compact": name}`` is a matrix that is held in three arrays, ``name.planes`` of
    bytes, and ``name.rows`` and ``name.columns`` of scales: with
    ``codes = planes[0] + 256 * planes[1]`` it is ``((codes >> 1) ^ -(codes & 1)) *
    columns * rows[:, None]``.

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
    encoder = Encoder(compact)
    encoded = encoder.encode(model, "model")
    contents = {f"{name}.npy": array_bytes(array) for name, array in encoder.arrays.items()}
    header = {
        "format": FORMAT,
        "skblur": __version__,
        "scikit-learn": sklearn.__version__,
        "arrays": {
            name: {
                "dtype": array.dtype.newbyteorder("<").str,
                "shape": array.shape,
                "sha256": sha256(contents[f"{name}.npy"]).hexdigest(),
            }
            for name, array in encoder.arrays.items()
        },
        "model": encoded,
    }
    text = json.dumps(header, indent=1).encode()
    if len(text) > MAX_HEADER or len(contents) > MAX_MEMBERS - 2:
        raise ValueError("the model is made of more parts than a model file holds")
    seal = sha256(text).hexdigest()
    write_members(path, {HEADER: text, SEAL: seal, **contents})


def load_model(path: str | PathLike[str], *, max_megabytes: float = 512) -> Any:
    """Read a model that `save_model` wrote. Nothing is unpickled or executed.

    Checksums tell a damaged file, and every estimator in it is compared with what its
    class declares: kinds, shapes and ranges of all that it has learned.

    Parameters
    ----------
    path : str or path-like
        The file.

    max_megabytes : float, default=512
        A file that would take more memory is refused before it is unpacked.

    Returns
    -------
    estimator
        The fitted model.

    Raises
    ------
    ModelFileError
        If the file is not a model of skblur, or a damaged one, or too large. It is a
        ValueError.

    ValueError
        If `max_megabytes` is not a positive number.

    OSError
        If it cannot be read.

    See Also
    --------
    save_model : Writes one.

    Examples
    --------
    See `save_model`.
    """
    if not (isinstance(max_megabytes, Real) and 0 < max_megabytes < np.inf):
        raise ValueError(f"max_megabytes must be a positive number, got {max_megabytes!r}")
    with open(path, "rb") as file:
        return read_model(file, path, int(max_megabytes * 2**20))


def read_model(file, name, max_bytes=2**29):
    """The model in an open file; `name` is what messages call it."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    try:
        if size > max_bytes:
            raise ValueError("it is too large: raise max_megabytes")
        return _read(Members(file.read(size), max_bytes), max_bytes)
    except MemoryError:
        raise
    # Whatever damage does to the libraries that read it: zlib, zipfile, json, NumPy and
    # scikit-learn have an exception each, and more than one.
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        msg = f"{name} is not a model written by skblur.save_model: {reason:.400}"
        raise ModelFileError(msg) from error


def _read(members, max_bytes):
    header = _header(members)
    arrays = {
        name: _array(members, name, entry) for name, entry in header["arrays"].items()
    }
    try:
        model = decode(header["model"], Arrays(arrays, max_bytes - members.size))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{error} (it was written by skblur {header['skblur']})"
        ) from error
    if not isinstance(model, BaseEstimator):
        raise ValueError(f"it holds no estimator but a {type(model).__name__}")
    return model


def _header(members):
    if HEADER not in members or SEAL not in members:
        raise ValueError(f"it has no {HEADER} or no {SEAL}")
    if members.infos[HEADER].file_size > MAX_HEADER:
        raise ValueError(f"its {HEADER} is too large")
    text = members.read(HEADER)
    if sha256(text).hexdigest().encode() != members.read(SEAL):
        raise ValueError(f"its {HEADER} is damaged")
    header = json.loads(text)
    if header["format"] != FORMAT:
        version = header["skblur"]
        raise ValueError(
            f"its format is {header['format']}, of skblur {version}, not {FORMAT}"
        )
    return header


def _array(members, name, entry):
    content = members.read(f"{name}.npy")
    if sha256(content).hexdigest() != entry["sha256"]:
        raise ValueError(f"its array {name} is damaged")
    return array_from(content, entry["dtype"], entry["shape"])
