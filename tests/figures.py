"""What tests of figures ask of every figure."""

import io

import numpy as np


def rendered(figure):
    """Pixels (rows, columns, 3) of a figure as it is written to a file."""
    import matplotlib.image

    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=60)
    file.seek(0)
    return matplotlib.image.imread(file)[..., :3]


def check_layout(figure, most_empty=0.08):
    """All is within the frame, axes do not overlap, and no wide band of it is empty."""
    pixels = rendered(figure)
    boxes = [axis.get_tightbbox() for axis in figure.axes]
    frame = figure.bbox
    for i, box in enumerate(boxes):
        assert frame.x0 - 1 <= box.x0 < box.x1 <= frame.x1 + 1
        assert frame.y0 - 1 <= box.y0 < box.y1 <= frame.y1 + 1
        for other in boxes[:i]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            down = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert min(across, down) <= 1
    ink = (pixels < 1).any(axis=2)
    for axis in (0, 1):
        places = np.flatnonzero(ink.any(axis=axis))
        ends = -1, ink.shape[1 - axis]
        widest = np.diff(np.concatenate([ends[:1], places, ends[1:]])).max()
        assert widest <= most_empty * ink.shape[1 - axis]
