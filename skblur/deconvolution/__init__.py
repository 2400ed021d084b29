"""From a picture and its PSF to the sharp picture: what is observed, a file a method."""
