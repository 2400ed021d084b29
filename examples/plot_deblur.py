"""
Restore a photograph whose blur nobody knows
============================================

A colour photograph is taken by a camera that moves. Nothing but the picture is left; the
blur is estimated from it and undone.
"""

# %%
# The picture
# -----------
# The camera is simulated: the blur is done in linear light, then come noise, the tone curve
# and JPEG.

import matplotlib.pyplot as plt
import numpy as np
from skimage import data
from skimage.metrics import peak_signal_noise_ratio

from skblur import deblur, estimate_blur, motion_psf
from skblur.camera import Camera, take_photo

sharp = data.astronaut()
psf = motion_psf(9, 30)
camera = Camera(noise=0.003, jpeg_quality=95)
seen = take_photo(sharp, psf, camera, channel_axis=-1, random_state=0)

# %%
# What has happened to it
# -----------------------

found = estimate_blur(seen, channel_axis=-1)
print(found)
print({name: round(std, 2) for name, std in found.std.items()})

# %%
# Restored
# --------
# A part of it, for the sake of time; ``"tv"`` takes a tenth of the time of ``"epll"``. What
# adds up in a blur is light, so the picture is restored in linear light: 2.4 is the
# power of sRGB's tone curve.

part = np.s_[20:240, 150:370]
blurred = seen[part]
restored = {
    method: deblur(blurred, found.psf, method=method, gamma=2.4, channel_axis=-1)
    for method in ("wiener", "tv", "epll")
}

# %%
# The part of the sharp photograph that was in front of the lens there begins half a PSF
# further in.

half = len(psf) // 2
truth = sharp[half:-half, half:-half][part] / 255
pictures = {"blurred": blurred} | restored
figure, axes = plt.subplots(2, 2, figsize=(8, 8.4), layout="constrained")
for axis, (name, picture) in zip(axes.flat, pictures.items(), strict=True):
    gain = peak_signal_noise_ratio(truth, picture.astype(float), data_range=1)
    axis.imshow(picture)
    axis.set_title(f"{name}, PSNR {gain:.1f} dB")
    axis.axis("off")
figure.suptitle(str(found))

# %%
# No frame around the picture rings: what lies outside of it is taken as unknown, and solved
# for as far as the PSF reaches.
#
# A photograph of your own
# ------------------------
# Put its path here. What a real camera blurred is seldom one PSF from corner to corner, nor
# exactly of its type. Given the estimate in place of its PSF, ``deblur`` takes the
# difference for noise, of at least 1 %, and rings less.

PHOTO = None

if PHOTO is not None:
    from PIL import Image

    photo = np.asarray(Image.open(PHOTO).convert("RGB"))
    found = estimate_blur(photo, channel_axis=-1)
    restored = deblur(photo, found, method="tv", gamma=2.4, channel_axis=-1)
    figure, axes = plt.subplots(1, 2, figsize=(12, 6), layout="constrained")
    for axis, picture in zip(axes, (photo, restored), strict=True):
        axis.imshow(picture)
        axis.axis("off")
    figure.suptitle(str(found))

plt.show()
