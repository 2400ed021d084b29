"""One verdict of many witnesses: patches or windows of one photograph.

Each witness has probabilities of the types. The mean of their logarithms counts for as
many witnesses as are worth hearing: those of one photograph show the same scene and are not
independent (a logarithmic opinion pool). How much one counts is learned on photographs
whose type is known.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from ..blurs.types import type_name

__all__ = []

# No network is surer than this that a type it is not.
LEAST = 1e-4


def bounded_log(probabilities, least=LEAST):
    """Logarithms, bounded from below."""
    return np.log(np.maximum(probabilities, least))


def pool(log_p, evidence):
    """Probabilities (n_types,) of witnesses' log probabilities (n, n_types).

    `evidence` is what one of them counts.
    """
    return softmax(log_p.mean(axis=0) * (evidence * len(log_p)))


def weakened(probabilities, evidence):
    """Those of a witness that counts for less than it believes; of 1 the same."""
    if evidence == 1:
        return probabilities
    least = np.finfo(probabilities.dtype).tiny
    return pool(bounded_log(probabilities, least)[None], evidence)


def learn_evidence(log_p, columns):
    """What one witness counts, for the truth to be likeliest.

    Parameters
    ----------
    log_p : ndarray of shape (n_photographs, n_types)
        Means of the witnesses' log probabilities.
    columns : ndarray of shape (n_photographs,)
        Column of the true type.
    """
    rows = np.arange(len(columns))

    def cross_entropy(evidence):
        log_pooled = log_softmax(evidence * log_p, axis=1)
        # The derivative of the log-sum-exp is the mean under the pooled probabilities.
        mean = np.einsum("nt,nt->n", log_p, np.exp(log_pooled))
        gradient = (mean - log_p[rows, columns]).mean()
        return -log_pooled[rows, columns].mean(), gradient

    # Convex; no witness speaks against itself.
    found = minimize(cross_entropy, 1.0, jac=True, bounds=[(1e-3, 10)])
    return float(found.x[0])


def by_name(classes, probabilities):
    """Probabilities by the names of the types, as plain numbers."""
    pairs = zip(classes, probabilities, strict=True)
    return {type_name(code): float(probability) for code, probability in pairs}
