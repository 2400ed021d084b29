"""Of the parts of a photograph: how much of it has which blur."""

from .blur_map import blur_map

__all__ = []

# Pixels from window to window: shares need no finer map.
STRIDE = 32
# A map takes for sharp what may be. For the areas to be right on the mean, of composites
# and of CUHK, the odds are multiplied by this.
SHARP_ODDS = 0.42


def parts_of(luma, whole, scale=1.0):
    """`BlurMap.summary` of a photograph (H, W), and the shares that are to be expected.

    `whole` is what has been found of the whole photograph. Sizes are multiplied by `scale`,
    the pixels of the photograph to one of `luma`.
    """
    found = blur_map(luma, stride=STRIDE, whole=whole)
    return found.summary(scale), found.shares(SHARP_ODDS)
