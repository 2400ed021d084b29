"""Which blur is in a picture, and how much.

skblur names the blur of a photograph (none, Gaussian, motion, defocus), gives its
parameters in pixels and degrees, and hands over the point spread function. Every
stage is a scikit-learn estimator.
"""

__version__ = "0.1.0"
