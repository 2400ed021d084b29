"""Of the parts of a photograph: how much of it has which blur."""

from ..blurs.types import parametric_types
from ..estimation.blur_estimate import BlurEstimate
from .blur_map import blur_map

__all__ = []

# Pixels from window to window: shares need no finer map.
STRIDE = 32
# In the map of a sharp photograph windows are taken for sharp unless they surely are not;
# for the shares to be right on the mean, with no more probability than this.
MOST_SHARP = 0.56


def parts_of(luma, whole, scale=1.0):
    """Of each blur the expected ``fraction`` of a photograph (H, W), and its parameters.

    `whole` is what has been found of the whole photograph. Sizes are multiplied by `scale`,
    the pixels of the photograph to one of `luma`.
    """
    sharp = min(whole.probabilities.get("none", 0.5), MOST_SHARP)
    found = blur_map(luma, stride=STRIDE, whole=BlurEstimate("none", {"none": sharp}))
    parts, shares = found.summary(), found.shares()
    for name, part in parts.items():
        part["fraction"] = shares[name]
    for kind in parametric_types():
        if kind.size.name in parts[kind.name]:
            parts[kind.name][kind.size.name] *= scale
    return parts
