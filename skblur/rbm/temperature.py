"""Temperature scaling: how sure a network is, set by rows that it has not seen."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

# Natural logarithm of the temperatures that are looked at.
BOUNDS = (-2.0, 3.0)


def fit_temperature(logits, classes):
    """The number that logits are to be divided by for the least cross-entropy.

    After Guo et al., "On calibration of modern neural networks", ICML 2017.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Logarithms of probabilities, up to a constant per row.
    classes : ndarray of shape (n_samples,)
        Column of the class that each row has.

    Returns
    -------
    float
    """
    logits = np.asarray(logits, np.float64)
    of_class = logits[np.arange(len(logits)), classes]

    def cross_entropy(log_temperature):
        sharpness = np.exp(-log_temperature)
        return np.mean(logsumexp(sharpness * logits, axis=1) - sharpness * of_class)

    found = minimize_scalar(cross_entropy, bounds=BOUNDS, method="bounded")
    return float(np.exp(found.x))
