"""A figure without a window, and how much of a picture a screen shows."""

__all__ = []


def new_figure(**settings):
    """A matplotlib figure that belongs to no window; `settings` as of ``Figure``.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        msg = "figures need matplotlib: pip install matplotlib"
        raise ImportError(msg) from error
    return Figure(layout="constrained", **settings)


def shown_pixels(shape):
    """Every so many pixels: no screen shows more."""
    every = slice(None, None, max(max(shape[:2]) // 1000, 1))
    return every, every
