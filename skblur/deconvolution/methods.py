"""The methods by name: each makes a picture of an `Observation`, on its grid."""

from .epll import deblur_epll
from .richardson_lucy import deblur_richardson_lucy
from .tv import deblur_tv
from .wiener import deblur_wiener

__all__ = ["METHODS", "OF_NOISE_ALONE"]

# From the fastest to the best.
METHODS = {
    "wiener": deblur_wiener,
    "richardson_lucy": deblur_richardson_lucy,
    "tv": deblur_tv,
    "epll": deblur_epll,
}
# Those to which noise is the noise alone, not all that the PSF cannot explain: one is the
# best linear filter for it, the other stops when the misfit is that of the noise.
OF_NOISE_ALONE = {"wiener", "richardson_lucy"}
