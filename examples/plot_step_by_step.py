"""
One photograph, step by step
============================

``estimate_blur`` is one call. Here its steps are taken by hand, one after the other:
windows, tapers, their mean spectrum, profiles, the probabilities of the types, a first
guess of the parameters, the fit to the zeros of the spectrum, the PSF, and the photograph
restored. In the end both ways have the same answer.
"""

# %%
# The photograph
# --------------
# A sharp photograph, seen by a simulated camera that moved by 12.7 pixels at 35 degrees.
# The blur is in linear light; then come noise and the tone curve of sRGB.

import matplotlib.pyplot as plt
import numpy as np

from skblur import (
    RadialProfileTransformer,
    WelchSpectrumTransformer,
    deblur,
    estimate_blur,
    load_pretrained,
    motion_psf,
)
from skblur.camera import Camera, take_photo
from skblur.datasets import load_sharp_photos
from skblur.estimation.refinement import refine
from skblur.images.scale import halve
from skblur.spectra.directional import directional_profiles
from skblur.spectra.photo_row import photo_row
from skblur.spectra.tapers import make_tapers
from skblur.spectra.welch import welch_power
from skblur.spectra.windows import are_telling, lay_windows

LENGTH, ANGLE = 12.7, 35
SIDE = 64
sharp = load_sharp_photos()[8]
photo = take_photo(sharp, motion_psf(LENGTH, ANGLE), Camera(noise=0.003), random_state=0)

# %%
# Windows
# -------
# What a blur does to a spectrum is the same all over the photograph, what the scene does is
# not. So the photograph is looked at through many windows of 64 x 64 pixels, which overlap
# by half. Some are left out: the sky is flat there, and says nothing of the blur.

windows = lay_windows(photo, (SIDE, SIDE))
telling = are_telling(windows)
print(f"{telling.sum()} of {telling.size} windows tell something")
assert 0.5 < telling.mean() < 0.95

figure, axis = plt.subplots(figsize=(7, 4.6), layout="constrained")
axis.imshow(photo, cmap="gray", vmin=0, vmax=1)
rows, columns = np.indices(telling.shape) * (SIDE // 2) + SIDE // 2
for chosen, name, style in ((telling, "telling", "o"), (~telling, "left out", "x")):
    axis.plot(columns[chosen], rows[chosen], style, markersize=4, label=name)
axis.set_title("middles of the windows")
axis.axis("off")
axis.legend(loc="lower right")

# %%
# Those that are left out are all in the upper half, where the sky is.

assert rows[~telling].max() < photo.shape[0] / 2
assert windows[~telling].std(axis=(1, 2)).max() < 0.015

# %%
# Tapers and the mean
# -------------------
# A window has edges, and they do not fit together. Its plain spectrum shows a cross that is
# not in the scene. A taper, which fades the window out towards its edges, takes the cross
# away. What is left is speckled: it is the spectrum of one piece of a scene. The mean over
# all telling windows is smooth, and the stripes that the motion left come out.


def log_power(patches):
    """Log of the mean power of windows (n, rows, columns), zero frequency centred."""
    power = np.mean(np.abs(np.fft.fft2(patches)) ** 2, axis=0)
    # Rounding to 8 bits leaves this much power at every frequency.
    return np.fft.fftshift(np.log1p(power / (1 / (12 * 255**2))))


taper = make_tapers("hann", SIDE)[0]
taper = np.outer(taper, taper)
patches = windows[telling].astype(float)
patches -= patches.mean(axis=(1, 2), keepdims=True)
one = patches[patches.std(axis=(1, 2)).argmax()]

figure, axes = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
axes[0].imshow(one, cmap="gray")
axes[0].set_title("one window")
axes[0].axis("off")
mean_level = log_power(patches * taper)
spectra = {
    "without a taper": log_power(one[None] / SIDE),
    "with a taper": log_power((one * taper)[None]),
    f"mean of {len(patches)}": mean_level,
}
for axis, (name, spectrum) in zip(axes[1:], spectra.items(), strict=True):
    axis.imshow(spectrum, extent=(-0.5, 0.5, -0.5, 0.5))
    axis.set(title=name, xlabel="cycles per pixel", xticks=[-0.5, 0, 0.5], yticks=[])

# %%
# This is what ``WelchSpectrumTransformer`` makes of a flattened photograph, but for the
# scale: its spectra end at 1.

welch = WelchSpectrumTransformer(photo.shape, window=SIDE)
spectrum = welch.fit_transform(photo.ravel()[None])
np.testing.assert_allclose(
    spectrum.reshape(SIDE, SIDE), mean_level / mean_level.max(), atol=1e-3
)

# %%
# Profiles
# --------
# Along the motion the spectrum has a valley at every multiple of 1 / length, where the
# motion leaves nothing. Averaged over rings, as ``RadialProfileTransformer`` does it for
# blurs that are the same in all directions, the valleys are gone.

n_bins = SIDE // 2
(along,) = directional_profiles(spectrum, np.array([ANGLE]), (SIDE, SIDE), n_bins)
rings = RadialProfileTransformer(n_bins).fit(spectrum)
(around,) = rings.transform(spectrum)
bins = (np.arange(n_bins) + 0.5) / SIDE

figure, axis = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
axis.plot(bins, along, "o-", color="tab:blue", markersize=4, label="along the motion")
axis.plot(rings.frequencies_, around, "s--", color="0.5", markersize=3, label="over rings")
for order in (1, 2, 3):
    line = axis.axvline(order / LENGTH, color="tab:orange", linestyle=":")
line.set_label("multiples of 1 / length")
axis.set(xlabel="cycles per pixel", ylabel="log power, in parts of the largest")
axis.legend()

# %%
# After each of the first three zeros the profile along the motion rises again; the one over
# rings does not.

zeros = np.array([1, 2, 3]) / LENGTH
half_way = zeros + 0.5 / LENGTH
for profile, places, rises in ((along, bins, True), (around, rings.frequencies_, False)):
    low, high = (np.interp(where, places, profile) for where in (zeros, half_way))
    assert ((high > low) == rises).all()

# %%
# Which blur
# ----------
# The classifier is asked about two kinds of mean spectra at full, half and quarter size, as
# one row: ``photo_row``. It is that of the shipped model. A photograph of at least 256 x
# 256 pixels is told with the probabilities that it gives.

photographs = load_pretrained("photo")
(probabilities,) = photographs.classifier_.predict_proba(photo_row(photo)[None])
for code, probability in zip(photographs.classes_, probabilities, strict=True):
    print(f"type {code:.0f}: {probability:.4f}")
motion = int(photographs.classes_[probabilities.argmax()])
assert motion == 2

# %%
# How much of it
# --------------
# A network and a GRNN guess length and angle, from the spectrum at full size and again from
# that at half of it, where everything is half as long. They say how sure they are. Each
# guess is where a fit begins: of a scene, a motion and noise, whose spectrum is compared
# with the measured one. The zeros say best how long the motion is. The better fit is the
# answer.

half_size = halve(photo)
smaller = WelchSpectrumTransformer(half_size.shape, window=SIDE)
both = np.vstack([spectrum, smaller.fit_transform(half_size.ravel()[None])])
guesses, deviations = photographs.regressors_[motion].predict_with_std(both)
guesses[1, 0], deviations[1, 0] = 2 * guesses[1, 0], 2 * deviations[1, 0]

power, _ = welch_power(photo)
share, degrees = photographs.least_std_[motion]
fits = [
    refine(power, "motion", *guess, std=np.maximum(std, [share * guess[0], degrees]))
    for guess, std in zip(guesses, deviations, strict=True)
]
best = min(fits, key=lambda fit: fit.misfit)
names = "guess at full size", "guess at half size", "fit to the spectrum"
values = np.vstack([guesses, best[:2]])
errors = np.vstack([deviations, best[2:4]])
for name, (length, angle) in zip(names, values, strict=True):
    print(f"{name}: {length:.2f} px, {angle:.1f} deg")

figure, axes = plt.subplots(1, 2, figsize=(9, 2.6), sharey=True, layout="constrained")
for axis, column, truth in zip(axes, (0, 1), (LENGTH, ANGLE), strict=True):
    axis.axvline(truth, color="tab:orange", linestyle=":", label="truth")
    axis.errorbar(values[:, column], range(3), xerr=errors[:, column], fmt="o", capsize=4)
axes[0].set(yticks=range(3), yticklabels=names, xlabel="length, pixels", ylim=(2.5, -0.5))
axes[1].set(xlabel="angle, degrees")
axes[1].legend(loc="lower right")

# %%
# Bars are standard deviations. The fit is nearer to the truth than either guess.

off = np.abs(values[:, 0] - LENGTH)
assert off[2] < min(off[:2])

# %%
# The same answer
# ---------------
# By hand or by ``estimate_blur``: the names, the numbers and the PSF are the same.

found = estimate_blur(photo)
print(found)
assert list(found.probabilities) == ["none", "gaussian", "motion", "defocus"]
np.testing.assert_allclose(list(found.probabilities.values()), probabilities, atol=1e-4)
np.testing.assert_allclose([found.length, found.angle], best[:2], rtol=1e-4)
psf = motion_psf(best.size, best.angle)
np.testing.assert_allclose(found.psf, psf, atol=1e-4)

# %%
# Restored
# --------
# With the PSF, in the linear light in which the camera was moved. The part of the sharp
# photograph that is left for the camera begins half a PSF further in.

restored = deblur(photo, psf, method="tv", gamma=2.4)
border = (np.array(sharp.shape) - photo.shape) // 2
truth = sharp[border[0] : -border[0], border[1] : -border[1]]


def decibel(picture):
    """Peak signal-to-noise ratio against the sharp photograph."""
    return -10 * np.log10(np.mean((picture - truth) ** 2))


print(f"{decibel(photo):.1f} dB blurred, {decibel(restored):.1f} dB restored")
assert decibel(restored) > decibel(photo) + 4

figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
pictures = {
    f"blurred, {decibel(photo):.1f} dB": photo,
    f"restored, {decibel(restored):.1f} dB": restored,
    "sharp": truth,
}
for axis, (name, picture) in zip(axes, pictures.items(), strict=True):
    axis.imshow(picture[60:300, 130:400], cmap="gray", vmin=0, vmax=1)
    axis.set_title(name)
    axis.axis("off")

# %%
# The roofs have their tiles again, and the railings their bars.

# sphinx_gallery_thumbnail_number = 2
plt.show()
