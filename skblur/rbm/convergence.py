"""Whether fine-tuning has come to an end, or has not learned anything."""

import warnings

from sklearn.exceptions import ConvergenceWarning

__all__ = []

# A network that explains less than this share of what guessing leaves has learned nothing.
LEARNED = 0.1
ADVICE = (
    "Raise {} or learning_rate_init, or take a smaller batch_size, more rows, fewer or "
    "wider layers."
)


def warn_unless_converged(curve, chance, name, *, stopped_early):
    """Warn of a network that guesses, or was still learning fast when it had to stop.

    Parameters
    ----------
    curve : list of float
        Training loss after each epoch.
    chance : float
        Loss of a guess that does not look at the features.
    name : str
        Of the estimator.
    stopped_early : bool
        Whether held-out rows ended it.
    """
    if not curve or chance <= 0:
        return
    middle, last = curve[(len(curve) - 1) // 2], curve[-1]
    if last > (1 - LEARNED) * chance:
        problem = (
            f"has learned next to nothing: its loss is {last:.3g}, and that of guessing "
            f"without a look at the features {chance:.3g}"
        )
    elif not stopped_early and middle - last > chance - middle:
        problem = (
            f"was still learning when it stopped: its loss fell from {chance:.3g} to "
            f"{middle:.3g} in the first half of the epochs, to {last:.3g} in the second"
        )
    else:
        return
    advice = ADVICE.format("n_iter_no_change" if stopped_early else "max_iter")
    # Past _train, fit and what scikit-learn wraps it in.
    warnings.warn(f"{name} {problem}. {advice}", ConvergenceWarning, stacklevel=5)
