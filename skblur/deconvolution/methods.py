"""The methods by name: each makes a picture of an `Observation`, on its grid."""

from .epll import deblur_epll
from .richardson_lucy import deblur_richardson_lucy
from .tv import deblur_tv
from .wiener import deblur_wiener

__all__ = ["METHODS", "STOPPED_BY_NOISE"]

# From the fastest to the best.
METHODS = {
    "wiener": deblur_wiener,
    "richardson_lucy": deblur_richardson_lucy,
    "tv": deblur_tv,
    "epll": deblur_epll,
}
# Those that stop when the misfit is that of the noise: to them it is the noise alone, not
# all that the PSF cannot explain.
STOPPED_BY_NOISE = {"richardson_lucy"}
