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

from skblur import (
    WelchSpectrumTransformer,
    blur_types,
    defocus_psf,
    estimate_blur,
    gaussian_psf,
    motion_psf,
)
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
# ``estimate_blur`` sees the blurred picture alone. Beside the answer stand the standard
# deviations of its numbers.

found = {name: estimate_blur(picture) for name, picture in pictures.items()}
for name, estimate in found.items():
    std = ", ".join(f"{each} {value:.2f}" for each, value in estimate.std.items())
    print(f"{name:24} -> {estimate}; std: {std}")

gaussian, motion, defocus = found.values()
assert [each.blur_type for each in found.values()] == ["gaussian", "motion", "defocus"]
assert all(each.confidence > 0.95 for each in found.values())
assert abs(motion.length - 12) < 0.2
assert abs(motion.angle - 30) < 1
assert abs(defocus.radius - 5) < 0.05

# %%
# Length, angle and radius are nearly exact. The Gaussian is the hardest: its sigma is
# some percent off here.

assert 0.01 < abs(gaussian.sigma / 2.5 - 1) < 0.1
assert gaussian.std["sigma"] / 2.5 > 2 * max(
    motion.std["length"] / 12, defocus.std["radius"] / 5
)

# %%
# Why it can be seen
# ------------------
# The middle row is the logarithm of the power spectrum, averaged over windows of the
# picture: the lowest frequencies are in the middle, and bright is much power. A blur
# multiplies the spectrum of the scene, and each type does so in its own way. A Gaussian
# leaves a bell and takes away all that is fine. A motion writes dark stripes across its
# own direction, and a disc dark rings, which are the closer the wider the blur is. Where
# these zeros lie does not depend on the scene, and so the sizes come out nearly exactly.
# A bell has no zeros: how wide it was can only be told from what scenes are like, and its
# standard deviation says so.
#
# The answer carries the point spread function, ready for a deconvolution: the last row.

figure, axes = plt.subplots(
    3, 3, figsize=(9.5, 8.5), height_ratios=(5, 6, 6), layout="constrained"
)
for column, (name, picture) in zip(axes.T, pictures.items(), strict=True):
    spectrum = WelchSpectrumTransformer(picture.shape).fit_transform([picture.ravel()])
    psf = found[name].psf
    half = len(psf) / 2
    column[0].imshow(picture, cmap="gray")
    column[0].set_title(name)
    column[0].axis("off")
    column[1].imshow(spectrum.reshape(64, 64), cmap="gray", extent=(-0.5, 0.5, -0.5, 0.5))
    column[1].set_xlabel("cycles per pixel")
    column[2].imshow(psf, cmap="gray_r", extent=(-half, half, -half, half))
    column[2].set(xlim=(-12, 12), ylim=(-12, 12), xlabel="pixels")
axes[1, 0].set_ylabel("log spectrum\ncycles per pixel")
axes[2, 0].set_ylabel("estimated PSF\npixels")
plt.show()

# %%
# A picture that a camera blurred
# -------------------------------
# Nobody knows the true kernel of this clock, which scikit-image carries; only that
# something moved sideways.

clock = data.clock()
estimate = estimate_blur(clock)
print("clock:", estimate)

assert estimate.blur_type == "motion"
assert min(estimate.angle, 180 - estimate.angle) < 5
assert estimate.length > blur_types()[2].size.trained[1]

# %%
# The motion is longer than any that the regressor of lengths has learned of, which is no
# limit: wide blurs are looked for in smaller copies of the picture, where they are
# narrow.
#
# ``plot`` shows what speaks for the answer. Beside the picture is its spectrum, and over
# its right half the zeros that the spectrum of the PSF has, which are the stripes of a
# motion. Below is the power along the motion: as it was measured, and as it follows from
# the PSF and what scenes are like. The PSF with its standard deviations and the
# probabilities of all types come last.

estimate.plot(clock, figure=plt.figure(figsize=(9, 7), layout="constrained"))
plt.show()
