"""
Which blur, and how much?
=========================

A picture is blurred, and the first question is what blurred it. A score of sharpness
does not answer that; here the answer has a name and numbers with units.
"""

# %%
# Three ways to spoil a photograph
# --------------------------------
# A sharp photograph is blurred in three ways: by a Gaussian, by a straight motion of 12
# pixels at 30 degrees, and by a lens out of focus whose disc has a radius of 5 pixels.
# The frame that the blur cannot fill is cut off, and the result is rounded to 8 bits.

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import fftconvolve
from skimage import data

from skblur import defocus_psf, estimate_blur, gaussian_psf, motion_psf
from skblur.datasets import load_sharp_photos

sharp = load_sharp_photos()[4]
true_psfs = {
    "gaussian, sigma 2.5 px": gaussian_psf(2.5),
    "motion, 12 px at 30 deg": motion_psf(12, 30),
    "defocus, radius 5 px": defocus_psf(5),
}
pictures = {
    name: np.rint(255 * fftconvolve(sharp, psf, mode="valid").clip(0, 1)).astype(np.uint8)
    for name, psf in true_psfs.items()
}

# %%
# One call
# --------
# ``estimate_blur`` sees the blurred picture alone.

found = {name: estimate_blur(picture) for name, picture in pictures.items()}
for name, estimate in found.items():
    print(f"{name:24} -> {estimate}")

# %%
# The answer carries the point spread function, ready for a deconvolution. Above each
# blurred picture stands what was done to it, below it the PSF that was estimated from it.

figure, axes = plt.subplots(
    2, 3, figsize=(10, 6), height_ratios=(2, 1), layout="constrained"
)
for column, name in zip(axes.T, pictures, strict=True):
    column[0].imshow(pictures[name], cmap="gray")
    column[0].set_title(name)
    psf = found[name].psf
    half = len(psf) / 2
    column[1].imshow(psf, cmap="magma", extent=(-half, half, -half, half))
    column[1].set(xlim=(-12, 12), ylim=(-12, 12), xlabel="pixels")
    column[1].set_facecolor("black")
    column[0].axis("off")
axes[1, 0].set_ylabel("estimated PSF")

# %%
# A picture that a camera blurred
# -------------------------------
# Nobody knows the true kernel of this clock, only that the camera moved sideways. Its
# motion is wider than the model has been trained on (20 pixels), and so the length is an
# underestimate: the answer ends where the experience ends. The direction is right.

print("clock:", estimate_blur(data.clock()))

plt.show()
