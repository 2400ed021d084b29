"""Parts of a picture that overlap, and how much each counts where they do."""

from itertools import pairwise, product

import numpy as np

__all__ = []


def overlapping(shape, counts, margin, seam):
    """Slices of parts of a picture, so many down and across, with their shares.

    As those of `spans`, along both axes.
    """
    lines = [spans(n, c, margin, seam) for n, c in zip(shape, counts, strict=True)]
    for (rows, down), (columns, across) in product(*lines):
        yield (rows, columns), np.outer(down, across)


def spans(n, count, margin, seam):
    """Slices of `n` places with their shares, float32, which together are 1 everywhere.

    Each is an equal part with a `margin` on both sides, in which nothing counts but what
    lies within the `seam`, of that width, between neighbours.
    """
    edges = np.linspace(0, n, count + 1).astype(int).tolist()
    parts, total = [], np.zeros(n)
    for first, last in pairwise(edges):
        part = slice(max(first - margin, 0), min(last + margin, n))
        place = np.arange(part.start, part.stop) + 0.5
        inside = np.minimum(place - first, last - place)
        share = np.clip(inside / seam + 0.5, 0, 1)
        # There is no neighbour beyond the frame.
        share[(place < first + seam) & (first == 0)] = 1
        share[(place > last - seam) & (last == n)] = 1
        parts.append((part, share))
        total[part] += share
    return [(part, (share / total[part]).astype(np.float32)) for part, share in parts]
