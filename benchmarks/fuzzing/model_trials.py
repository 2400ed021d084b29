"""What `load_model`, a loaded model and the command make of broken models."""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from skblur import (
    BlurTypeThenParamPipeline,
    ModelFileError,
    PatchBlurEstimator,
    PhotoBlurEstimator,
    estimate_blur,
    load_model,
)
from skblur.datasets import load_sharp_photos

from .checks import check_estimate, check_rows
from .command import command_answers
from .model_mutants import SEALED, model_mutant
from .outcomes import Broken, Trial, ran_out

__all__ = ["ModelTrials"]

SECONDS = 5.0
# What says that it is larger is refused; its members, its arrays and what is made of them
# are each as large.
MAX_MEGABYTES, MEGABYTES = 64, 300
COMMAND_EVERY = 10
METHODS = ("predict", "predict_proba", "transform")
JUDGES = (BlurTypeThenParamPipeline, PatchBlurEstimator, PhotoBlurEstimator)
N_ROWS = 7
SIDE = 128


class ModelTrials:
    """Trials of mutants of models, by their numbers.

    Parameters
    ----------
    seeds : dict of str to bytes
        Valid models, by name.

    seed : int
        Of the mutants.

    folder : str or path-like
        Where the files go, one at a time.
    """

    def __init__(self, seeds, seed, folder):
        self.seeds, self.seed = seeds, seed
        self._path = Path(folder) / "mutant.npz"
        self._picture_path = Path(folder) / "picture.png"
        self._picture = (255 * load_sharp_photos()[2][:SIDE, :SIDE]).astype(np.uint8)
        Image.fromarray(self._picture).save(self._picture_path)
        self._expected = {}
        for name, data in seeds.items():
            self._path.write_bytes(data)
            model = load_model(self._path)
            features = getattr(model, "n_features_in_", None)
            rows = np.random.default_rng(0).random((N_ROWS, features or 1))
            self._expected[name] = rows, answers(model, rows, self._picture)
        self._trial = Trial(SECONDS, MEGABYTES)

    def __call__(self, number):
        """The outcome of a mutant."""
        return self._trial.run(*self.prepared(number))

    def prepared(self, number):
        """A mutant, its file written, and the function that asks what comes of it."""
        mutant = model_mutant(self.seeds, self.seed, number)
        self._path.write_bytes(mutant.data)
        command = number // len(self.seeds) % COMMAND_EVERY == 0
        return mutant, partial(self._ask, mutant, command)

    def _ask(self, mutant, command):
        name = self._ask_functions(mutant)
        if command:
            answered = command_answers(self._picture_path, "--model", self._path)
            if answered and name == "refused":
                raise Broken("the command takes a model that load_model refuses")
        return name

    def _ask_functions(self, mutant):
        rows, expected = self._expected[mutant.seed]
        try:
            model = load_model(self._path, max_megabytes=MAX_MEGABYTES)
        except ModelFileError as error:
            if ran_out(error):
                raise
            return "refused"
        found = answers(model, rows, self._picture)
        if same(found, expected):
            return "same answer"
        if SEALED not in mutant.edits and not self._is_whole(model):
            raise Broken("damage that was not noticed")
        return "other answer" if found else "no answer"

    def _is_whole(self, model):
        """Whether a model is one of the seeds: a splice may have left nothing else."""
        return any(
            same(answers(model, rows, self._picture), expected)
            for rows, expected in self._expected.values()
        )


def answers(model, rows, picture):
    """What a model says to rows and to a picture, as lists of arrays.

    What it refuses as it is documented, by a ValueError, is left out.
    """
    methods = [method for method in METHODS if hasattr(model, method)]
    if hasattr(model, "estimate"):
        methods = []
    found = [_of_rows(model, method, rows) for method in methods]
    if isinstance(model, JUDGES):
        found.append(_of_picture(model, picture))
    return [array for array in found if array is not None]


def _of_rows(model, method, rows):
    try:
        found = np.asarray(getattr(model, method)(rows))
    except ValueError:
        return None
    check_rows(method, found)
    return found


def _of_picture(model, picture):
    try:
        found = estimate_blur(picture, model=model, free_psf=False)
    except ValueError:
        return None
    check_estimate(found)
    numbers = *found.probabilities.values(), *found.parameters.values()
    return np.array([*numbers, *found.std.values()])


def same(found, expected):
    """Whether two lists of arrays are equal in every bit."""
    return len(found) == len(expected) and all(map(np.array_equal, found, expected))
