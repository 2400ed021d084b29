"""
Where in a photograph is which blur?
====================================

One half of a photograph moves, the rest is sharp. ``blur_map`` finds out which, and
``deblur`` takes the map in place of a PSF.
"""

# %%
# A photograph in two halves
# --------------------------

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import fftconvolve

from skblur import blur_map, deblur, motion_psf
from skblur.datasets import load_sharp_photos

sharp = load_sharp_photos()[8]
moved = fftconvolve(sharp, motion_psf(10, 20), mode="same")
seen = sharp.copy()
seen[:, 320:] = moved[:, 320:]
seen = np.rint(255 * seen.clip(0, 1)).astype(np.uint8)

# %%
# The map
# -------
# On the pixel grid: type, size, angle, probabilities. The summary says how much of the
# picture has which blur.

found = blur_map(seen)
for name, entry in found.summary().items():
    print(name, {key: round(value, 2) for key, value in entry.items()})

figure = plt.figure(figsize=(8, 6), layout="constrained")
found.plot(seen, figure=figure)

# %%
# Restored where it needs it
# --------------------------

restored = deblur(seen, found, method="tv")
figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for axis, (name, picture) in zip(
    axes, {"seen": seen, "restored": restored}.items(), strict=True
):
    axis.imshow(picture[100:330, 220:520], cmap="gray")
    axis.set_title(name)
    axis.axis("off")

plt.show()
