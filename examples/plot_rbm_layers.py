"""
What the layers of a pre-trained network learn
==============================================

``StackedRBMClassifier`` is first trained without labels, as a stack of restricted Boltzmann
machines: each layer learns to describe what the layer below shows it in fewer numbers, from
which it can be drawn again. Only then is the network told which blur is which. Here its
layers are opened, one after the other, before and after they are told.
"""

# %%
# Spectra without labels
# ----------------------
# 3000 patches of blurred photographs, and the logarithm of the power spectrum of each: 32
# x 32 numbers in [0, 1] with the lowest frequencies in the middle. The patches of three
# of the ten photographs are set aside. The layers have 100, 30 and 10 units.

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from skblur import LogSpectrumTransformer, StackedRBMClassifier
from skblur.datasets import load_sharp_photos, make_blur_patches

X, y, photo = make_blur_patches(
    load_sharp_photos(), 3000, return_groups=True, random_state=0
)
spectra, types = LogSpectrumTransformer().fit_transform(X), y[:, 0]
test = np.isin(photo, (2, 5, 8))
train = ~test

network = StackedRBMClassifier((100, 30, 10), rbm_n_iter=15, max_iter=30, random_state=0)
network.pretrain(spectra[train])

# %%
# The first layer
# ---------------
# The weights with which units look at a spectrum, in the grid of the spectrum. Power at a
# red frequency excites a unit, power at a blue one silences it. Some look along a
# direction, as bands and stripes of a motion lie; some at rings around the middle, as
# bells and discs have; some at the arms of a cross, which upright and level edges write.
# All look the same when they are turned by 180 degrees, for so do the spectra, and nobody
# had to tell them.

figure = plt.figure(figsize=(7, 4.6), layout="constrained")
network.plot_filters(0, pretrained=True, n_filters=40, figure=figure)
plt.show()

filters = network.rbms_[0].components_.reshape(-1, 32, 32)
turned = np.roll(filters[:, ::-1, ::-1], 1, axis=(1, 2))
likeness = np.corrcoef(filters.ravel(), turned.ravel())[0, 1]
print(f"correlation of the filters with themselves, turned by 180 degrees: {likeness:.3f}")
assert likeness > 0.98

# %%
# How well a layer draws again what it was shown
# ----------------------------------------------
# The error of every epoch of each layer, in units of the variance of what the layer is
# shown. Most is learned in the first five epochs.

codes = [spectra]
for rbm in network.rbms_:
    codes.append(rbm.transform(codes[-1]))

figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
for index, errors in enumerate(network.reconstruction_errors_):
    relative = errors / codes[index][train].var(axis=0).mean()
    sizes = f"{codes[index].shape[1]} to {codes[index + 1].shape[1]}"
    axis.plot(np.arange(1, 16), relative, marker="os^"[index], label=sizes)
    assert relative[4] - relative[-1] < 0.3 * (relative[0] - relative[-1])
    assert relative[-1] < 0.2
axis.set(ylim=(0, None), xlabel="epoch", ylabel="squared error / variance")
axis.legend(title="layer")
plt.show()

# %%
# A spectrum goes up through the layers and is drawn again from the numbers at the top of
# them. These are spectra of the photographs that were set aside.


def drawn_again(code, n_layers):
    for rbm in reversed(network.rbms_[:n_layers]):
        code = expit(code @ rbm.components_ + rbm.intercept_visible_)
    return code


def lost(rows, n_layers):
    error = drawn_again(codes[n_layers][rows], n_layers) - spectra[rows]
    return np.mean(error**2) / spectra[test].var(axis=0).mean()


names = {1: "gaussian", 2: "motion", 3: "defocus"}
shown = [row for code in names for row in np.flatnonzero(test & (types == code))[:2]]
figure, axes = plt.subplots(4, 6, figsize=(8.5, 6.2), layout="constrained")
for n_layers, line in enumerate(axes):
    for axis, row in zip(line, shown, strict=True):
        again = drawn_again(codes[n_layers][row], n_layers)
        axis.imshow(again.reshape(32, 32), cmap="gray", vmin=0, vmax=1)
        axis.set(xticks=[], yticks=[])
    line[0].set_ylabel(f"from {codes[n_layers].shape[1]}\nnumbers")
for axis, row in zip(axes[0], shown, strict=True):
    axis.set_title(names[types[row]])
plt.show()

whole = [lost(test, n_layers) for n_layers in (1, 2, 3)]
of_type = {name: lost(test & (types == code), 3) for code, name in names.items()}
for code, error in zip(codes[1:], whole, strict=True):
    print(f"from {code.shape[1]:3} numbers: squared error / variance {error:.2f}")
for name, error in of_type.items():
    print(f"from  10 numbers, {name}: {error:.2f}")
assert whole[0] < whole[1] < whole[2] < 0.5
assert of_type["motion"] > 1.5 * max(of_type["gaussian"], of_type["defocus"])

# %%
# With every layer something is lost: first the grain and the faint stripes of the
# motions, and with the last of them a direction that is not one of a few. Bells stay
# bells, and motions lose most.
#
# What the deeper layers like
# ---------------------------
# The weights of a deeper unit are those of other units. What it looks for shows in what
# it likes: the mean of the 50 spectra that excite it most, less the mean of all. The
# upper three rows are the 30 units of the second layer, the last row the 10 of the third.

favourites = [
    np.argsort(-unit)[:50] for code in codes[2:] for unit in code[train].T.astype(float)
]
figure, axes = plt.subplots(4, 10, figsize=(9, 3.9), layout="constrained")
for axis, best in zip(axes.flat, favourites, strict=True):
    liked = spectra[train][best].mean(axis=0) - spectra[train].mean(axis=0)
    axis.imshow(liked.reshape(32, 32), cmap="RdBu_r", vmin=-0.3, vmax=0.3)
    axis.set(xticks=[], yticks=[])
axes[1, 0].set_ylabel("second layer")
axes[3, 0].set_ylabel("third")
plt.show()

share = np.array([[np.mean(types[train][best] == c) for c in names] for best in favourites])
for code, of_units in zip(names, share[30:].T, strict=True):
    print(f"share of {names[code]:8} in what each of the ten likes:", of_units.tolist())
assert np.sum(share[30:, 1] > 0.8) >= 3
assert share[30:, 2].max() < 0.7

# %%
# Some of the ten like motions and little else, each in directions of its own, though
# nobody has spoken of motions. None likes discs alone: bells of the same width have much
# the same spectra.
#
# Before and after they are told
# ------------------------------
# ``fit`` makes the stack a network, and tunes all layers until its outputs name the
# types. The ten numbers of the last layer, before and after, along their two principal
# axes, for the photographs that were set aside:

network.fit(spectra[train], types[train])
last = {"before": codes[3], "after": network.transform(spectra)}
figure, axes = plt.subplots(1, 2, figsize=(9, 4.6), layout="constrained")
styles = {1: ("o", "tab:blue"), 2: ("^", "tab:orange"), 3: ("s", "black")}
for axis, (when, code) in zip(axes, last.items(), strict=True):
    flat = PCA(2).fit(code[train]).transform(code)
    for each, (marker, color) in styles.items():
        rows = test & (types == each)
        axis.plot(*flat[rows].T, marker, color=color, ms=4, mfc="none", label=names[each])
    axis.set(title=when, xlabel="first axis", ylabel="second axis")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plt.show()


def told_by_neighbours(features):
    classifier = KNeighborsClassifier(15).fit(features[train], types[train])
    return classifier.score(features[test], types[test])


rates = {when: told_by_neighbours(code) for when, code in last.items()}
rates["principal axes"] = told_by_neighbours(
    PCA(10, random_state=0).fit(spectra[train]).transform(spectra)
)
for name, rate in rates.items():
    print(f"{name:14} {rate:.3f} of the types are told by 15 neighbours")
assert 0.6 < rates["before"] < rates["principal axes"] < rates["after"]

# %%
# Before, Gaussians and motions lie at two sides, and discs all over. After, each type has
# an end of its own, and what lies between the ends is in doubt. The nearest neighbours
# read it so, too.
#
# So pre-training alone does not tell the types: of ten numbers, ten principal axes are
# the better ones. What it gives is a start, and that is worth something where labels are
# few: ``benchmarks/pretraining.py`` measures how much.
