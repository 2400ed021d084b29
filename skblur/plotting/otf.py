"""OTFs of PSFs at any frequencies, in cycles per pixel to the right and upward."""

import numpy as np

__all__ = []


def otf_on_grid(psf, up, right):
    """OTF (n_up, n_right) at every frequency upward with every one to the right."""
    down, across = _waves(psf, -up), _waves(psf, right)
    return down @ psf @ across.T


def otf_along(psf, frequencies, angle):
    """OTF (n,) along a line, at an angle in degrees from the right, counter-clockwise."""
    turn = np.deg2rad(angle)
    down = _waves(psf, -frequencies * np.sin(turn))
    across = _waves(psf, frequencies * np.cos(turn))
    return np.einsum("ni,ij,nj->n", down, psf, across, optimize=True)


def _waves(psf, frequencies):
    """Waves (n, side) along a side of a PSF, whose middle pixel is the origin."""
    half = len(psf) // 2
    return np.exp(-2j * np.pi * np.outer(frequencies, np.arange(-half, half + 1)))
