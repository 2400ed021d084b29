"""Checkpoints: what a training has done, kept in a folder until it is done."""

import json
import os
import zlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from .. import __version__
from ..files.aside import written_aside
from ..images.arrays import as_image_array
from ..models.model_files import load_model, save_model
from .layout import columns_first, laid_out

__all__ = []

RECORD = "training.json"
# Megabytes of memory: what the training has written itself is not refused.
MOST = 2**20
# What is in a folder of checkpoints.
PATTERNS = ("rows-*.npz", "model-*.npz", "model-*.json")
# numpy.random.RandomState.get_state, after the name of the generator.
STATE = ("keys", "position", "has_gauss", "gauss")


class Checkpoints:
    """A folder for the rows that a training has drawn and the networks it has fitted.

    With the rows of a batch is kept how the generator stood after them: a training that
    goes on draws what it would have drawn.

    Parameters
    ----------
    folder : str or path-like
        Made if it is not there.

    images : sequence of array-like
        The photographs.

    settings : dict
        All else that the model depends on, as JSON can hold it.

    Raises
    ------
    ValueError
        If the folder is of another training, or holds something else.

    OSError
        If it cannot be written to.
    """

    def __init__(self, folder, images, settings):
        self.folder = Path(folder)
        seed = settings["random_state"]
        if not isinstance(seed, (int, np.integer)):
            msg = f"checkpoints need an integer as random_state, got {seed!r}"
            raise ValueError(msg)
        self.folder.mkdir(parents=True, exist_ok=True)
        record = {"skblur": __version__, **settings, "photographs": _prints(images)}
        # What comes back from the file has lists for tuples.
        record = json.loads(json.dumps(record, default=int))
        path = self.folder / RECORD
        if path.exists():
            _check_same(_record_in(path), record, self.folder)
        elif any(self.folder.iterdir()):
            msg = f"{self.folder} is not empty and holds no checkpoints: name a new folder"
            raise ValueError(msg)
        else:
            _write_json(path, record)

    def arrays(self, name, make, rng):
        """The arrays of this name, or those that `make` draws by `rng`, which are kept."""
        path = self.folder / f"{name}.npz"
        if path.exists():
            arrays, state = _arrays_in(path)
            rng.set_state(("MT19937", *state))
            return arrays
        arrays = tuple(make())
        state = dict(zip(STATE, rng.get_state()[1:], strict=True))
        with written_aside(path) as aside, open(aside, "wb") as file:
            np.savez(file, **state, **{f"array{i}": a for i, a in enumerate(arrays)})
        return arrays

    def model(self, name, fit):
        """The estimator of this name, or the one that `fit` gives, which is kept."""
        path, layout = (self.folder / f"{name}.{suffix}" for suffix in ("npz", "json"))
        if path.exists():
            places = json.loads(layout.read_text("utf-8"))
            return laid_out(load_model(path, max_megabytes=MOST), places)
        model = fit()
        _write_json(layout, columns_first(model))
        save_model(model, path)
        return model


def discard(folder):
    """Remove the checkpoints of a training, and the folder if nothing else is in it."""
    folder = Path(folder)
    for pattern in PATTERNS:
        for path in folder.glob(pattern):
            path.unlink()
    # Last, so that what is left of a removal that was stopped is known for what it is.
    (folder / RECORD).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _prints(images):
    """Of each photograph its shape, dtype and checksum."""
    prints = []
    for index, image in enumerate(images):
        image = np.ascontiguousarray(as_image_array(image, f"images[{index}]"))
        prints.append([*image.shape, str(image.dtype), zlib.crc32(image)])
    return prints


def _write_json(path, content):
    with written_aside(path) as aside:
        Path(aside).write_text(json.dumps(content, indent=0), "utf-8")


def _record_in(path):
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is no record of a training: {error}") from error


def _check_same(there, here, folder):
    different = [key for key in here if there.get(key) != here[key]]
    if not different:
        return
    key = different[0]
    if key == "photographs":
        what = f"it is of {len(there.get(key, []))} other photographs"
    else:
        what = f"there {key} is {there.get(key)}, here it is {here[key]}"
    msg = (
        f"{os.fspath(folder)} holds checkpoints of another training, {what}: name another "
        "folder, or train as there"
    )
    raise ValueError(msg)


def _arrays_in(path):
    """Arrays that were kept, and how the generator stood after them."""
    try:
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            state = [file[key] for key in STATE]
            arrays = [file[f"array{i}"] for i in range(len(file.files) - len(STATE))]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is damaged, remove it: {error}") from error
    keys, *numbers = state
    return tuple(arrays), (keys, *(number.item() for number in numbers))
