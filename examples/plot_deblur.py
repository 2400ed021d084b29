"""
Restore a photograph whose blur nobody knows
============================================

A colour photograph is taken by a camera that moves. Nothing but the picture is left; the
blur is estimated from it and undone: by several methods, and once in the wrong light.
"""

# %%
# The picture
# -----------
# The camera is simulated: it moves by 9 pixels at 30 degrees, in linear light; then come
# noise, the tone curve of sRGB and JPEG.

import matplotlib.pyplot as plt
import numpy as np
from skimage import data
from skimage.metrics import peak_signal_noise_ratio

from skblur import deblur, deblur_methods, estimate_blur, motion_psf
from skblur.camera import Camera, take_photo

sharp = data.astronaut()
psf = motion_psf(9, 30)
camera = Camera(noise=0.003, jpeg_quality=95)
seen = take_photo(sharp, psf, camera, channel_axis=-1, random_state=0)

# %%
# What has happened to it
# -----------------------
# The answer has a standard deviation for each parameter, and its PSF is an array.

found = estimate_blur(seen, channel_axis=-1)
print(found)
print({name: round(std, 2) for name, std in found.std.items()})
assert found.blur_type == "motion"
assert abs(found.length - 9) < 0.5
assert abs(found.angle - 30) < 2

# %%
# Restored
# --------
# A part of it, for the sake of time. What adds up in a blur is light, so the picture is
# restored in linear light: 2.4 is the power of sRGB's tone curve. ``gamma=1`` takes the
# values of the picture for light, which they are not.

part = np.s_[20:240, 150:370]
blurred = seen[part]
asked = {
    "wiener": ("wiener", 2.4),
    "tv": ("tv", 2.4),
    "epll": ("epll", 2.4),
    "epll in values": ("epll", 1),
}
restored = {
    name: deblur(blurred, found.psf, method=method, gamma=gamma, channel_axis=-1)
    for name, (method, gamma) in asked.items()
}
assert {method for method, _ in asked.values()} < set(deblur_methods())

# %%
# The part of the sharp photograph that was in front of the lens there begins half a PSF
# further in. Against it the peak signal-to-noise ratio (PSNR) is taken.

half = len(psf) // 2
truth = sharp[half:-half, half:-half][part] / 255
pictures = {"blurred": blurred} | restored | {"sharp": truth}
figure, axes = plt.subplots(2, 3, figsize=(9, 6.6), layout="constrained")
psnr = {}
for axis, (name, picture) in zip(axes.flat, pictures.items(), strict=True):
    axis.imshow(picture[20:160, 30:170])
    axis.set_title(name)
    axis.axis("off")
    if picture is not truth:
        psnr[name] = peak_signal_noise_ratio(truth, picture.astype(float), data_range=1)
        axis.set_title(f"{name}, {psnr[name]:.1f} dB")

# %%
# ``"wiener"`` is linear and the quickest; it keeps noise, and rings along the edges.
# ``"tv"`` likes flat parts between sharp edges. ``"epll"`` knows what patches of
# photographs are like, and makes the best pictures where the PSF is right; here it is an
# estimate, and ``"tv"`` gains more. In the values of the picture the same PSF explains
# less: a halo follows the hair, and half of the gain is lost.

gains = {name: float(psnr[name] - psnr["blurred"]) for name in restored}
print({name: round(gain, 1) for name, gain in gains.items()})
assert gains["tv"] > gains["epll"] > gains["wiener"] > 1
assert 0 < gains["epll in values"] < 0.6 * gains["epll"]

# %%
# No frame around the picture rings: what lies outside of it is taken as unknown, and solved
# for as far as the PSF reaches. So near the border the restoration gains as well.

border = np.ones(truth.shape[:2], bool)
border[8:-8, 8:-8] = False
errors = [
    np.mean((picture[border] - truth[border]) ** 2) for picture in (blurred, restored["tv"])
]
assert errors[1] < errors[0]

# %%
# A photograph of your own
# ------------------------
# Put its path here. What a real camera blurred is seldom one PSF from corner to corner, nor
# exactly of its type. Given the estimate in place of its PSF, ``deblur`` takes the
# difference for noise, of at least 1 %, and rings less.

PHOTO = None

if PHOTO is not None:
    from skblur import read_image

    photo, channel_axis = read_image(PHOTO)
    found = estimate_blur(photo, channel_axis=channel_axis)
    restored = deblur(photo, found, method="tv", gamma=2.4, channel_axis=channel_axis)
    figure, axes = plt.subplots(1, 2, figsize=(12, 6), layout="constrained")
    for axis, picture in zip(axes, (photo, restored), strict=True):
        axis.imshow(picture, cmap="gray")
        axis.axis("off")
    figure.suptitle(str(found))

plt.show()
