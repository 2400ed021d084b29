"""One verdict of many witnesses: levels, patches or windows of one photograph.

Each witness has probabilities of the types. Their logarithms are averaged by how far the
witnesses are trusted, and the mean counts for as many witnesses as are worth hearing: those
of one photograph show the same scene and are not independent (a logarithmic opinion pool).
How much is learned on photographs whose type is known.
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


def pooled_log(log_p, evidence, trust=None):
    """Log probabilities (n_types,), up to a constant, of witnesses' (n, n_types).

    `trust` is the relative weight of each, `evidence` what one of them counts.
    """
    return np.average(log_p, axis=0, weights=trust) * (evidence * len(log_p))


def pool(log_p, evidence, trust=None):
    """Probabilities (n_types,) of witnesses' log probabilities (n, n_types)."""
    return softmax(pooled_log(log_p, evidence, trust))


def weakened(probabilities, evidence):
    """Those of a witness that counts for less than it believes; of 1 the same."""
    if evidence == 1:
        return probabilities
    least = np.finfo(probabilities.dtype).tiny
    return pool(bounded_log(probabilities, least)[None], evidence)


def learn_trust(log_p, columns):
    """Trust of each witness, and the evidence of one, that make the truth likeliest.

    Parameters
    ----------
    log_p : ndarray of shape (n_photographs, n_witnesses, n_types)
        Of photographs that all have the same witnesses, such as levels.
    columns : ndarray of shape (n_photographs,)
        Column of the true type.

    Returns
    -------
    trust : ndarray of shape (n_witnesses,)
        Relative weights, of mean 1.
    evidence : float
        What one witness counts.
    """
    rows = np.arange(len(columns))

    def cross_entropy(weights):
        pooled = np.tensordot(log_p, weights, axes=(1, 0))
        log_pooled = log_softmax(pooled, axis=1)
        # The derivative of the log-sum-exp is the mean under the pooled probabilities.
        mean = np.einsum("nwt,nt->nw", log_p, np.exp(log_pooled))
        gradient = (mean - log_p[rows, :, columns]).mean(axis=0)
        return -log_pooled[rows, columns].mean(), gradient

    n_witnesses = log_p.shape[1]
    # Convex in the weights; none of them speaks against itself.
    found = minimize(
        cross_entropy,
        np.full(n_witnesses, 1 / n_witnesses),
        jac=True,
        bounds=[(1e-3, 10)] * n_witnesses,
    ).x
    return found / found.mean(), float(found.mean())


def by_name(classes, probabilities):
    """Probabilities by the names of the types, as plain numbers."""
    pairs = zip(classes, probabilities, strict=True)
    return {type_name(code): float(probability) for code, probability in pairs}
