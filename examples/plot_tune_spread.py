"""
Tune the spread like any other parameter
========================================

A general regression neural network has one parameter, the spread sigma: how far a
training row makes itself felt. ``GridSearchCV`` finds it as it finds any parameter, inside
the pipeline that first names the blur and then measures it. The network also finds it by
itself, by leaving rows out. This essay does both, and sees that they agree.
"""

# %%
# Patches with known blurs
# ------------------------
# 1500 patches of 32 x 32 pixels from inside blurred photographs, equally many of each
# blur. Patches of one photograph resemble each other: whoever is asked about one must not
# have learned of the others. ``photo`` says which of the ten photographs each was cut
# from.

import tempfile
from pathlib import Path
from time import process_time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut, cross_val_score

from skblur import (
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    LogSpectrumTransformer,
    StackedRBMClassifier,
    StratifiedBlurKFold,
)
from skblur.datasets import load_sharp_photos, make_blur_patches

X, y, photo = make_blur_patches(
    load_sharp_photos(), 1500, return_groups=True, random_state=0
)

# %%
# A search over the pipeline
# --------------------------
# The spread belongs to the second step, so the classifier need not be trained again for
# every candidate: ``memory`` keeps it. In the end the folder holds four of them, one for
# each fold and one for the refit on all rows; then it is gone. The score counts a patch
# of the wrong type as 0, and one of the right type by how near its parameters are.

model = BlurTypeThenParamPipeline(
    StackedRBMClassifier((60, 12), rbm_n_iter=5, max_iter=30, batch_size=50),
    GRNNRegressor(),
    random_state=0,
)
spreads = np.geomspace(0.1, 6, 9)
folds = StratifiedBlurKFold(3)
with tempfile.TemporaryDirectory() as cache:
    model.set_params(memory=cache)
    search = GridSearchCV(model, {"regressor__sigma": spreads}, cv=folds)
    search.fit(X, y, groups=photo)
    model.set_params(regressor__sigma="loo")
    of_itself = cross_val_score(model, X, y, groups=photo, cv=folds).mean()
    trained = list(Path(cache).glob("**/fit_step/*/output.pkl"))
best = search.best_params_["regressor__sigma"]
print(f"score {search.best_score_:.3f} with the best spread of the search, {best:.2f}")
print(f"score {of_itself:.3f} with a spread for each type that is found in fit")

assert len(trained) == folds.n_splits + 1
assert not Path(cache).exists()
assert abs(of_itself - search.best_score_) < 0.02

# %%
# The second line is of the same pipeline with ``sigma="loo"``, the default, in the same
# folds. Nothing was searched for it.
#
# Leaving photographs out
# -----------------------
# What it does in ``fit``: every training row is predicted by the others, for many spreads
# at once, and the spread of the least squared error is taken. Given ``groups``, a row is
# left out together with its photograph. In a search that is ``LeaveOneGroupOut``, and
# here are both ways for each of the three sizes.

spectra = LogSpectrumTransformer().fit_transform(X)
found, searched, seconds = {}, {}, np.zeros(2)
for code in (1, 2, 3):
    rows = y[:, 0] == code
    sizes, groups = y[rows, 1], photo[rows]
    start = process_time()
    found[code] = GRNNRegressor().fit(spectra[rows], sizes, groups=groups)
    between = process_time()
    candidates = np.unique([*np.geomspace(0.1, 2, 9), found[code].sigma_])
    by_photo = GridSearchCV(
        GRNNRegressor(),
        {"sigma": candidates},
        cv=LeaveOneGroupOut(),
        scoring="neg_mean_squared_error",
    ).fit(spectra[rows], sizes, groups=groups)
    seconds += between - start, process_time() - between
    each_photo = [by_photo.cv_results_[f"split{i}_test_score"] for i in range(10)]
    error = -np.average(each_photo, axis=0, weights=np.bincount(groups)) / sizes.var()
    searched[code] = candidates, error
print(f"seconds: {seconds[0]:.2f} in fit, {seconds[1]:.2f} by search")

for code, (candidates, error) in searched.items():
    lowest = found[code].loo_scores_[:, 1].min()
    its_own = error[candidates == found[code].sigma_]
    np.testing.assert_allclose(its_own, lowest, rtol=1e-4)
    np.testing.assert_allclose(error.min(), lowest, rtol=1e-4)
assert seconds[1] > 3 * seconds[0]

# %%
# They are the same numbers: among the candidates of each search was the spread that the
# network had found, the search finds none better, and its error is that of
# ``loo_scores_`` to four digits. The search took a fit for each spread and photograph,
# the network one pass over the distances.
#
# Reading the curves
# ------------------
# On the left the error of each size in units of its variance, so that 1 is what answering
# the mean has; a length is hardly told by 500 rows. A small spread listens to the nearest
# row alone and repeats its noise; a large one answers the mean of all rows. Between them
# lies a broad optimum. The lines are of the network itself, the rings of the search.
#
# On the right the score of the pipeline, whose one spread has to do for all three types.
# Its best lies among theirs, which are dotted; whether it is half or double of that,
# matters little.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
styles = {
    1: ("tab:blue", "-", "sigma of a gaussian"),
    2: ("tab:orange", "--", "length of a motion"),
    3: ("black", "-.", "radius of a defocus"),
}
for code, (color, line, label) in styles.items():
    left.plot(*found[code].loo_scores_.T, color=color, linestyle=line, label=label)
    left.plot(*searched[code], "o", color=color, markerfacecolor="none")
    right.axvline(found[code].sigma_, color=color, linestyle=":", label=label)
left.set(xscale="log", xlim=(0.08, 2.5), ylim=(0, 2), xlabel="spread sigma")
left.set(ylabel="squared error / variance", title="a photograph left out")
left.legend()
right.semilogx(spreads, search.cv_results_["mean_test_score"], "o-", color="grey")
right.set(xlabel="spread sigma", ylabel="score", title="types and parameters, three folds")
plt.show()

own = {styles[code][2]: each.sigma_ for code, each in found.items()}
print("spreads:", {name: f"{sigma:.2f}" for name, sigma in own.items()})
assert min(own.values()) / 1.5 < best < 1.5 * max(own.values())
assert searched[2][1].min() > 0.75
near = (best / 2 < spreads) & (spreads < 2 * best)
assert search.cv_results_["mean_test_score"][near].min() > search.best_score_ - 0.03
