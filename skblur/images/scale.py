"""Change of size: halves and pyramids, means of blocks, resampling."""

import numpy as np

__all__ = []


def halve(luma):
    """Means of blocks of 2 x 2 pixels; an odd last row or column is left out."""
    height, width = (side // 2 * 2 for side in luma.shape)
    rows = luma[:height:2, :width] + luma[1:height:2, :width]
    halved = rows[:, ::2] + rows[:, 1::2]
    halved *= luma.dtype.type(0.25)
    return halved


def pyramid(luma, smallest):
    """The picture, then each time half as large, while both sides have `smallest`."""
    while min(luma.shape) >= smallest:
        yield luma
        luma = halve(luma)


def halvings_within(shape, side, smallest):
    """How often a picture is halved to have at most `side` pixels, and still `smallest`."""
    wanted = max(int(np.ceil(np.log2(max(shape) / side))), 0)
    return min(wanted, max(int(np.log2(min(shape) / smallest)), 0))


def level_size(size, level):
    """A size of pixels of the picture in pixels of a level of its pyramid."""
    return np.ldexp(size, -level)


def block_means(luma, factor):
    """Means of blocks of `factor` x `factor` pixels.

    What is missing of those at the far sides is as the last pixels there.
    """
    pads = [(0, -side % factor) for side in luma.shape]
    padded = np.pad(luma, pads, "edge")
    rows, columns = (side // factor for side in padded.shape)
    return padded.reshape(rows, factor, columns, factor).mean(axis=(1, 3))


def scaled(n_pixels, scale):
    """Whole pixels that a side has after a change of size."""
    # 0.7 of 10 pixels is 7, whatever rounding says.
    return int(n_pixels * scale + 1e-6)


def resize(planes, scale, resampling):
    """Change of size, exactly by `scale`: what is over at the far sides is left out."""
    if scale == 1:
        return planes
    from PIL import Image

    method = Image.Resampling[resampling.upper()]
    height, width = planes.shape[1:]
    size = scaled(width, scale), scaled(height, scale)
    box = (0, 0, min(size[0] / scale, width), min(size[1] / scale, height))
    pictures = [Image.fromarray(plane).resize(size, method, box) for plane in planes]
    return np.stack([np.asarray(picture) for picture in pictures])
