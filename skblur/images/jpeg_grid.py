"""Whether a picture bears the blocks of JPEG, as what comes out of a camera does."""

import numpy as np

__all__ = []

# Rows and columns of a block.
BLOCK = 8
# Jumps between pixels count up to so many full scales: an edge is no more than a step.
MOST = 8 / 255
# At the borders of blocks the mean jump is so many times that elsewhere, and so many
# deviations of those between other pixels above them. 66 photographs and frames that
# cameras blurred have at least 1.08 and 2.7 both ways; 348 pictures that a program blurred
# at most 1.05 one way and 1.02 both.
RATIO, DEVIATIONS = 1.05, 2.0
# So many pixels a side are looked at, from the upper left corner, where blocks begin.
PART = 2048
# A side needs so many blocks.
LEAST_BLOCKS = 4


def has_jpeg_grid(luma):
    """Whether JPEG blocks show along rows and along columns.

    Blur wipes them out: a picture that has them was blurred before it was compressed, most
    likely in a camera, and in linear light.

    Parameters
    ----------
    luma : ndarray of shape (H, W)
        The picture, full scale 1, with its upper left corner: not a crop of it.

    Returns
    -------
    bool
        Whether they show.
    """
    part = luma[:PART, :PART]
    return all(_shows(each) for each in (part, part.T))


def _shows(luma):
    """Whether jumps from column to column are larger where blocks meet."""
    if luma.shape[1] < LEAST_BLOCKS * BLOCK:
        return False
    # The third difference: what is left of a jump where the picture is smooth.
    jumps = 3 * (luma[:, 1:-2] - luma[:, 2:-1]) + luma[:, 3:] - luma[:, :-3]
    mean = np.minimum(np.abs(jumps), MOST).mean(axis=0, dtype=np.float64)
    # The jump j is that before column j + 2.
    first = (2 + np.arange(len(mean))) % BLOCK
    of_phase = np.array([mean[first == phase].mean() for phase in range(BLOCK)])
    elsewhere = of_phase[1:]
    level = elsewhere.mean()
    return bool(of_phase[0] > max(RATIO * level, level + DEVIATIONS * elsewhere.std()))
