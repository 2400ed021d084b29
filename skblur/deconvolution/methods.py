"""The methods by name: each makes a picture of an `Observation`, on its grid."""

from .epll import deblur_epll
from .richardson_lucy import deblur_richardson_lucy
from .tv import deblur_tv
from .wiener import deblur_wiener

__all__ = ["METHODS"]

# From the fastest to the best.
METHODS = {
    "wiener": deblur_wiener,
    "richardson_lucy": deblur_richardson_lucy,
    "tv": deblur_tv,
    "epll": deblur_epll,
}
