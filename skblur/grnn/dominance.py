"""A word where the distances are in effect those of one feature."""

import warnings

import numpy as np

# As many features as count the same would give such distances; next to 1, one decides.
FEWEST = 1.01


def warn_of_dominance(variances, names=None):
    """Warn if nearly all of the squared distances come from one of several features.

    Parameters
    ----------
    variances : ndarray of shape (n_features,)
        Expected squared distances are twice these, summed.
    names : sequence of str, optional
        Of the features.

    Warns
    -----
    UserWarning
        If :math:`(\\sum_f v_f)^2 / \\sum_f v_f^2`, the effective number of features, is
        below 1.01. Constant features do not count, and nothing is said where variances
        overflowed.
    """
    if np.count_nonzero(variances) < 2 or not np.isfinite(variances).all():
        return
    shares = variances / variances.max()
    shares /= shares.sum()
    if 1 / np.sum(shares**2) >= FEWEST:
        return
    first = shares.argmax()
    name = first if names is None else repr(names[first])
    warnings.warn(
        f"Feature {name} has {shares[first]:.2%} of the variance of X, so distances are in "
        "effect those of this feature alone. Give all features a say with "
        'standardize=True, metric="learned" or a StandardScaler before.',
        UserWarning,
        stacklevel=4,
    )
