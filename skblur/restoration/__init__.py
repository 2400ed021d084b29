"""Restoring a blurred picture: `skblur.deblur`, its methods, its scikit-learn form."""
