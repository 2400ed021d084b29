"""
How sure is sure?
=================

``estimate_blur`` gives a probability with the name of the blur, and a standard deviation
with each number. Whether they can be believed is seen where the truth is known.
"""

# %%
# Photographs by a simulated camera
# ---------------------------------
# Each is a crop of a photograph that comes with scikit-image or scikit-learn, blurred or
# not, with noise, mosaic, tone curve, sharpening, resizing and JPEG drawn at random.

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from skblur import blur_types, estimate_blur
from skblur.datasets import load_sharp_photos, make_blur_photos

X, y = make_blur_photos(
    load_sharp_photos(as_gray=False),
    160,
    size={"gaussian": (1, 5), "motion": (5, 20), "defocus": (2, 10)},
    image_shape=(192, 256),
    random_state=0,
)
found = [estimate_blur(photo) for photo in X]
kinds = [blur_types()[code].name for code in y[:, 0].astype(int)]

# %%
# The probabilities
# -----------------
# Of the answers that are given a probability of about 0.8, eight in ten should be right.

likeliest = [
    max(each.probabilities, key=each.probabilities.get)
    for each in found
    if each.probabilities
]
confidence = np.array(
    [max(each.probabilities.values()) for each in found if each.probabilities]
)
truth = [kind for kind, each in zip(kinds, found, strict=True) if each.probabilities]
right = np.array([a == b for a, b in zip(likeliest, truth, strict=True)])
print(f"right: {right.mean():.2f}, mean probability: {confidence.mean():.2f}")

edges = [0.25, 0.6, 0.85, 0.97, 1.001]
figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
axes[0].plot([0.25, 1], [0.25, 1], color="grey")
for low, high in pairwise(edges):
    inside = (confidence >= low) & (confidence < high)
    if inside.any():
        n_inside = np.count_nonzero(inside)
        axes[0].scatter(confidence[inside].mean(), right[inside].mean(), 10 + 3 * n_inside)
        axes[0].annotate(f"  {n_inside}", (confidence[inside].mean(), right[inside].mean()))
axes[0].set(xlabel="probability", ylabel="share that is right", title="types")

# %%
# The standard deviations
# -----------------------
# Errors in units of their standard deviations: two in three should be below 1.

errors = [
    abs((each.sigma or each.length or each.radius) - size)
    / max(next(iter(each.std.values())), 1e-9)
    for each, kind, size in zip(found, kinds, y[:, 1], strict=True)
    if each.blur_type == kind != "none"
]
print(f"within one standard deviation: {np.mean(np.array(errors) < 1):.2f}")
axes[1].plot(np.sort(errors), np.linspace(0, 1, len(errors)))
axes[1].axvline(1, color="grey")
axes[1].axhline(0.68, color="grey")
axes[1].set(xlim=(0, 5), xlabel="error / standard deviation", title="sizes")
axes[1].set_ylabel("share of the photographs")

plt.show()
