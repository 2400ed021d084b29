"""
The path of a shaken camera
===========================

A hand does not move a camera along a straight line at constant speed: it wanders, turns
back and rests. No formula has that PSF, but the photograph has it in it. It is found
without any assumption about its form, and undone.
"""

# %%
# A photograph, shaken
# --------------------
# The path is drawn at random as hands make it, some 21 pixels long. A simulated camera
# takes the photograph along it: the blur is in linear light, then come noise, the tone
# curve of sRGB and JPEG.

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import fftconvolve
from skimage import data

from skblur import deblur, estimate_blur, estimate_psf, motion_psf
from skblur.blurs.shake import hand_psf
from skblur.camera import Camera, take_photo

sharp = data.astronaut()[:300, 60:360]
path = hand_psf(21, 30, random_state=3)
camera = Camera(noise=0.003, jpeg_quality=95)
shaken = take_photo(sharp, path, camera, channel_axis=-1, random_state=0)

# %%
# What has happened to it
# -----------------------
# ``estimate_blur`` calls it a motion, with length and angle of its extent. The spectrum is
# not that of a straight motion, so it has looked for a PSF of no simple form as well, and
# has taken that.

found = estimate_blur(shaken, channel_axis=-1)
print(found)
assert found.blur_type == "motion"
assert found.free_psf is not None

# %%
# The path
# --------
# ``estimate_psf`` does nothing but look for the PSF. Given the power of the tone curve, 2.4
# for sRGB, it does so in the light that the camera added up. Where in the frame a blur puts
# the picture cannot be known; PSFs are centred on their mean.

found_path = estimate_psf(shaken, gamma=2.4, channel_axis=-1)


def likeness(one, other):
    """Correlation of two PSFs where they fit best; 1 if they differ by a shift alone."""
    overlap = fftconvolve(one, other[::-1, ::-1]).max()
    return overlap / np.sqrt((one**2).sum() * (other**2).sum())


straight = motion_psf(found.length, found.angle)
print(
    f"likeness to the true path: {likeness(path, found_path):.2f} of the PSF that was found"
)
print(f"{likeness(path, straight):.2f} of a straight motion of the same extent")
assert likeness(path, found_path) > 0.8 > 0.6 > likeness(path, straight)

figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
psfs = {"true path": path, "path found": found_path, "straight, same extent": straight}
for axis, (name, psf) in zip(axes, psfs.items(), strict=True):
    half = len(psf) / 2
    axis.imshow(np.sqrt(psf), cmap="gray_r", extent=(-half, half, -half, half))
    axis.set(xlim=(-15, 15), ylim=(-15, 15), xlabel="pixels", title=name)

# %%
# The darker a place, the longer the camera was there; square roots are shown, so that the
# faint parts are seen. It rested at the lower left, went up to the right and came back in a
# hook. All of that is in the PSF that was found. The straight one has the extent alone.
#
# Undone
# ------
# With the path, and with the straight motion in its place.

restored, wrong = (
    deblur(shaken, psf, method="tv", noise=0.03, gamma=2.4, channel_axis=-1)
    for psf in (found_path, straight)
)
half = len(path) // 2
truth = sharp[half:-half, half:-half] / 255


def decibel(picture):
    """Peak signal-to-noise ratio against the sharp photograph."""
    return -10 * np.log10(np.mean((picture - truth) ** 2))


gain = decibel(restored) - decibel(shaken)
print(f"gain: {gain:.1f} dB")
assert gain > 6
assert decibel(wrong) < decibel(shaken)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.7), layout="constrained")
pictures = {"shaken": shaken, "straight motion undone": wrong, "path undone": restored}
for axis, (name, picture) in zip(axes, pictures.items(), strict=True):
    axis.imshow(picture)
    axis.set_title(f"{name}, {decibel(picture):.1f} dB")
    axis.axis("off")

# %%
# The path gains several decibels of peak signal-to-noise ratio. To undo the wrong PSF is
# worse than to undo none.
#
# The noise of 3 % that is given to ``deblur`` is more than the camera made: a PSF that was
# found is a little wrong everywhere, and what it does not explain has to count as noise.
# ``deblur(photo, gamma=2.4, channel_axis=-1)`` does all of this in one call, with less
# noise: it doubts what it has found where there is contrast, and only there.

# sphinx_gallery_thumbnail_number = 2
plt.show()
