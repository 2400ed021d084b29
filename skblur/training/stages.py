"""Stages: what a training does one after the other, said and kept."""

from collections.abc import Mapping
from contextlib import nullcontext, redirect_stdout
from functools import partial

from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from ..pipeline.steps import last_step
from .checkpoints import Checkpoints
from .progress import Progress
from .start import Start

__all__ = []


class Stages:
    """The drawing of samples and the fits of networks, in the order of their names.

    To pipelines it is a ``memory``, which sees every network that they fit.

    Parameters
    ----------
    names : sequence of str
        What the stages are called.

    verbose : bool
        Whether to print how far they are.

    checkpoints : Checkpoints, default=None
        Keeps what has been done.

    start : Start, default=None
        Networks that the fits go on from.
    """

    # Tells scikit-learn's pipelines that their steps need no clones.
    location = None

    def __init__(self, names, verbose, checkpoints=None, start=None):
        self.names, self.checkpoints, self.start = list(names), checkpoints, start
        self.progress = Progress(len(self.names)) if verbose else None
        self.n_begun, self.n_done = 0, 0

    def __deepcopy__(self, memo):
        # The clones of a pipeline are fitted in the same training.
        return self

    def printing(self):
        """A context in which lines that networks print come with their stage."""
        return nullcontext() if self.progress is None else redirect_stdout(self.progress)

    def begin(self, n_steps):
        """The next stage begins: so many samples or epochs."""
        if self.progress is not None:
            self.progress.begin(self.names[self.n_begun], n_steps)
        self.n_begun, self.n_done = self.n_begun + 1, 0

    def go_on_from(self, model):
        """Fits from now on start from the networks of a model."""
        self.start = Start(model, type(model))

    def draw(self, make, n_samples, rng):
        """The arrays that `make` draws by `rng`, or drew in a run before this one."""
        if self.checkpoints is None:
            arrays = make()
        else:
            name = f"rows-{self.n_begun:02}-{self.n_done:09}"
            arrays = self.checkpoints.arrays(name, make, rng)
        self.n_done += n_samples
        if self.progress is not None:
            self.progress.count(self.n_done)
        return arrays

    def cache(self, function, **of_joblib):
        """`function`, a fit of a step, as a stage if the step is a network."""
        del of_joblib

        def staged(step, X, *arguments, **keywords):
            network = last_step(step)
            if not hasattr(network, "max_iter"):
                return function(step, X, *arguments, **keywords)
            self.begin(network.max_iter)
            fit = function
            if self.start is not None:
                stage = self.names[self.n_begun - 1]
                fit = partial(self.start.going_on, function, stage)
            if self.checkpoints is None:
                return fit(step, X, *arguments, **keywords)
            return self._kept(fit, step, X, *arguments, **keywords)

        return staged

    def _kept(self, function, step, X, *arguments, **keywords):
        """What `function` returns, by the step that a run before this one has fitted."""
        name, results = f"model-{self.n_begun:02}", []

        def fit():
            results.append(function(step, X, *arguments, **keywords))
            # A transformer comes with what it has made of the rows.
            return results[0] if is_classifier(step) else results[0][1]

        fitted = self.checkpoints.model(name, fit)
        if results:
            return results[0]
        for there, wanted in zip(_parts(fitted), _parts(step), strict=True):
            # Such as random states, which no file holds.
            there.set_params(**wanted.get_params(deep=False))
        return fitted if is_classifier(step) else (fitted.transform(X), fitted)


def stages_of(
    model, names, images, blurs, checkpoints, verbose, *, start, kind, **settings
):
    """The stages of a training; if they are to be kept, with all that it depends on.

    `start` is a model of the same kind to go on from, or None.
    """
    start = None if start is None else Start(start, kind)
    kept = None
    if checkpoints is not None:
        names_of_kinds = [kind.name for kind in blurs.kinds]
        settings |= {"model": model, "kinds": names_of_kinds, "size": blurs.sizes}
        settings["start"] = None if start is None else start.checksum()
        kept = Checkpoints(checkpoints, images, settings)
    return Stages(names, verbose, kept, start)


def _parts(step):
    """Estimators that have parameters of their own."""
    return [part for _, part in step.steps] if isinstance(step, Pipeline) else [step]


def names_of_fits(kinds):
    """Names of the networks of types and of parameters, in the order of their fits."""
    return ["types", *(f"{kind.name} {p.name}" for kind in kinds for p in kind.parameters)]


def set_memory(memory, *steps):
    """Give all pipelines among steps, or mappings of steps, a memory; None is none."""
    for step in steps:
        if isinstance(step, Mapping):
            set_memory(memory, *step.values())
        elif isinstance(step, Pipeline):
            step.memory = memory


def set_memory_of(memory, model):
    """The same for a pipeline of type and parameters, and for what it has fitted."""
    model.memory = memory
    set_memory(memory, model.classifier, model.regressor)
    if hasattr(model, "classifier_"):
        fitted = [each.regressor for each in model.regressors_.values()]
        set_memory(memory, model.classifier_, *fitted)
    return model
