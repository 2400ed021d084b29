"""Rows held out of fine-tuning, and who watches them."""

import copy

import numpy as np

__all__ = []


class EarlyStopper:
    """Has held-out rows judged, keeps the best weights, says when to stop.

    Parameters
    ----------
    judge : callable
        Loss and score of a network.
    scores : list
        Where the score after each epoch is put.
    tol : float
        By how much the loss must fall to count.
    patience : int
        Epochs without such a fall.
    """

    def __init__(self, judge, scores, *, tol, patience):
        self.judge, self.scores = judge, scores
        self.tol, self.patience = tol, patience

    def start(self, mlp):
        """Take the network for the best there is."""
        self.best_loss, self.stale = self.judge(mlp)[0], 0
        self._keep(mlp)

    def update(self, mlp):
        """Judge the network after an epoch."""
        loss, score = self.judge(mlp)
        self.scores.append(score)
        self.stale = 0 if loss < self.best_loss - self.tol else self.stale + 1
        if loss < self.best_loss:
            self.best_loss = loss
            self._keep(mlp)

    @property
    def should_stop(self):
        return self.stale >= self.patience

    def restore_best(self, mlp):
        mlp.coefs_, mlp.intercepts_ = self.best_weights

    def _keep(self, mlp):
        self.best_weights = copy.deepcopy((mlp.coefs_, mlp.intercepts_))


def hold_out(groups, fraction, least, rng):
    """Rows to train on and rows to hold out, so many of each class, at random.

    Parameters
    ----------
    groups : ndarray of shape (n_samples,)
        Classes; one and the same where there are none.
    fraction : float
        Share to hold out. Of every class at least one row is left to train on, and of all
        so many are held out as `least` says.
    least : int

    Raises
    ------
    ValueError
        If no class has a row to spare.
    """
    held, spare = [], []
    for name in np.unique(groups):
        rows = rng.permutation(np.flatnonzero(groups == name))
        n_held = min(round(fraction * len(rows)), len(rows) - 1)
        held.extend(rows[:n_held])
        spare.extend(rows[n_held:-1])
    n_missing = least - len(held)
    if n_missing > len(spare):
        msg = (
            f"early_stopping holds {least} of the rows out at least, and with "
            f"n_samples={len(groups)} {len(held) + len(spare)} can be spared: give more "
            "rows of a class or set early_stopping=False"
        )
        raise ValueError(msg)
    if n_missing > 0:
        held.extend(rng.choice(spare, n_missing, replace=False))
    held = np.sort(held)
    return np.setdiff1d(np.arange(len(groups)), held), held
