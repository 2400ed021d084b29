"""What the whole of a photograph says of its parts."""

import numpy as np
from scipy.special import logit, logsumexp

from ..blurs.none import NONE
from ..blurs.types import blur_types

__all__ = []

# How likely a part of a photograph is sharp, at least and at most: of one that is not sharp
# none is, but of a sharp one any may not be. Of composites of Berkeley train and of real
# photographs: with 0.5 a third of the area of sharp ones is called blurred.
LEAST_SHARP, MOST_SHARP = 1e-3, 0.75
# What the whole says of the type of a part, of a power of 1, and the least it says. With
# 0.3 of the area of real motions 0.96 is called motion, without 0.78, and composites, whose
# halves differ, lose nothing; with 1 they lose 2 % of their pixels.
POWER, LEAST_TYPE = 0.3, 0.05


def with_whole(log_p, whole):
    """Log probabilities (rows, columns, n_types) of parts, joined with those of the whole.

    `whole` is a `BlurEstimate` of the photograph. How likely a part is blurred at all and,
    if it is, how likely each blur is, are two things: neither changes the other. One that
    does not know what is sharp does not say how likely that is.
    """
    p = np.array([whole.probabilities.get(kind.name, 0.0) for kind in blur_types()])
    blurs = np.arange(len(p)) != NONE.code
    p_sharp = p[NONE.code]
    joined = log_p.copy()
    if NONE.name in whole.probabilities:
        joined[..., NONE.code] += logit(np.clip(p_sharp, LEAST_SHARP, MOST_SHARP))
    # Of a sharp photograph the whole says nothing of what is blurred in it.
    share = np.maximum(p[blurs] / max(1 - p_sharp, 1e-9), LEAST_TYPE)
    before = log_p[..., blurs]
    after = before + POWER * (1 - p_sharp) * np.log(share)
    totals = (logsumexp(each, axis=-1, keepdims=True) for each in (before, after))
    joined[..., blurs] = after + np.subtract(*totals)
    return joined
