"""What is left of a picture's noise where slopes are taken away."""

__all__ = []


def cross_differences(luma):
    """Of a picture (H, W), (H - 1, W - 1): differences down of differences across, halved.

    Slopes cancel; white noise, of which four pixels come together, keeps its deviation.
    """
    return (luma[:-1, :-1] - luma[1:, :-1] - luma[:-1, 1:] + luma[1:, 1:]) / 2
