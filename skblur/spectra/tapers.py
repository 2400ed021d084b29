"""Tapers: what a patch is multiplied by, for its edges not to show in its spectrum."""

import numpy as np

__all__ = []

# To so many neighbours on either side the Hann taper spreads a frequency.
HANN_REACH = 2


def make_tapers(taper, side, bandwidth=None, n_tapers=None):
    """Tapers (n, side) of unit energy; a single pixel is left alone."""
    if taper is None or side == 1:
        tapers = np.ones((1, side))
    elif taper == "hann":
        # Without the zeros at its ends.
        tapers = np.hanning(side + 2)[None, 1:-1]
    else:
        from scipy.signal.windows import dpss

        # On very short sides fewer sequences exist, of a smaller bandwidth.
        bandwidth, n_tapers = min(bandwidth, (side - 1) / 2), min(n_tapers, side - 1)
        tapers = dpss(side, bandwidth, n_tapers)
    return tapers / np.sqrt((tapers**2).sum(axis=1, keepdims=True))


def hann_response(side):
    """What the Hann taper makes of the power at one frequency: (side,), of sum 1."""
    response = np.abs(np.fft.fft(make_tapers("hann", side)[0])) ** 2
    return response / response.sum()
