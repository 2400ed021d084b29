"""Fine-tuning: epochs of a network of scikit-learn that starts from given weights."""

from typing import NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from ..threads import one_blas_thread_if_few
from . import borrowed

__all__ = []

# "auto" batches: so many to an epoch, of rows between these.
BATCHES, FEWEST, MOST = 20, 10, 200


class Rows(NamedTuple):
    """What a network learns from or is judged by."""

    X: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None

    def take(self, rows):
        """Some of them."""
        return Rows(*(None if array is None else array[rows] for array in self))

    def that_count(self):
        """Those of a weight above zero; weights that are all equal are none.

        Raises
        ------
        ValueError
            If there are rows and none counts.
        """
        if self.weight is None or len(self.weight) == 0:
            return self._replace(weight=None)
        if not self.weight.any():
            msg = "sample_weight must be above zero for a row with a target at least"
            raise ValueError(msg)
        rows = self if self.weight.all() else self.take(self.weight > 0)
        return rows._replace(weight=None) if np.ptp(rows.weight) == 0 else rows

    def seen_through(self, change):
        """The same with other features."""
        return self._replace(X=change(self.X))


class Phase(NamedTuple):
    """A part of fine-tuning."""

    n_epochs: int
    step: float
    first_layer_is_held: bool


def initial_weights(fan_in, fan_out, activation, dtype, rng):
    """Weights and biases as scikit-learn's networks start from (Glorot, Bengio 2010)."""
    bound = np.sqrt((2 if activation == "logistic" else 6) / (fan_in + fan_out))
    weights = rng.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype)
    return weights, rng.uniform(-bound, bound, fan_out).astype(dtype)


def rows_of_batch(batch_size, n_rows):
    """Rows of a mini-batch, of which there are no more than there are rows."""
    if batch_size == "auto":
        batch_size = min(max(n_rows // BATCHES, FEWEST), MOST)
    return min(batch_size, n_rows)


def learning_rates(schedule, initial, n_epochs):
    """Step of every epoch: constant, or half a cosine down to nearly zero."""
    if schedule == "constant":
        return np.full(n_epochs, initial)
    return initial * 0.5 * (1 + np.cos(np.pi * np.arange(n_epochs) / n_epochs))


def finetune(mlp, rows, rates, reweigh=None, stopper=None, report=None):
    """An epoch of shuffled mini-batches for each of the rates."""
    if stopper is not None:
        stopper.start(mlp)
    for rate in rates:
        borrowed.set_step(mlp, rate)
        run_epoch(mlp, rows, reweigh)
        if stopper is not None:
            stopper.update(mlp)
        if report is not None:
            report(mlp, stopper)
        if stopper is not None and stopper.should_stop:
            break
    if stopper is not None:
        stopper.restore_best(mlp)


def run_epoch(mlp, rows, reweigh=None):
    """One `partial_fit`; `reweigh` gives the weights of the rows anew."""
    X, y, weight = rows
    if reweigh is not None:
        weight = reweigh(mlp, X, y, weight)
    with one_blas_thread_if_few(mlp.batch_size):
        _pass_over(mlp, X, y, weight)


def _pass_over(mlp, X, y, weight):
    if weight is None:
        mlp.partial_fit(X, y)
    elif borrowed.TAKES_WEIGHTS:
        mlp.partial_fit(X, y, sample_weight=weight)
    else:
        # As many rows, each drawn as often as its weight says: the same loss on average.
        rng = check_random_state(mlp.random_state)
        weight = weight.astype(np.float64)
        drawn = rng.choice(len(X), len(X), p=weight / weight.sum())
        mlp.partial_fit(X[drawn], y[drawn])
