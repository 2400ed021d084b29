"""
Tune the spread like any other parameter
========================================

A general regression neural network has one parameter, the spread sigma: how far a
training row makes itself felt. skblur finds it by leaving rows out, and because every
stage is a scikit-learn estimator, ``GridSearchCV`` finds it too, inside the pipeline that
first names the blur and then measures it.
"""

# %%
# Patches with known blurs
# ------------------------
# 1500 patches of 32 x 32 pixels from inside blurred photographs, equally many of each blur.

import tempfile

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV, train_test_split

from skblur import BlurTypeThenParamPipeline, GRNNRegressor, StackedRBMClassifier
from skblur.datasets import load_sharp_photos, make_blur_patches
from skblur.metrics import parameter_errors

X, y = make_blur_patches(load_sharp_photos(), 1500, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y[:, 0], random_state=0)

# %%
# Search
# ------
# The spread belongs to the second step, so the classifier need not be trained again for
# every candidate: ``memory`` keeps it, once per fold. The score counts a patch of the wrong
# type as 0, one of the right type by how near its parameters are.

model = BlurTypeThenParamPipeline(
    StackedRBMClassifier((60, 12), max_iter=40, learning_rate_init=0.003, batch_size=50),
    GRNNRegressor(),
    random_state=0,
)
spreads = np.geomspace(0.1, 6, 9)
with tempfile.TemporaryDirectory() as cache:
    model.set_params(memory=cache)
    search = GridSearchCV(model, {"regressor__sigma": spreads}, cv=3).fit(X_train, y_train)
best = search.best_params_["regressor__sigma"]
print(f"best spread {best:.2f}, cross-validated score {search.best_score_:.3f}")
print("errors on patches held out:", parameter_errors(y_test, search.predict(X_test)))

# %%
# Reading the curve
# -----------------
# A small spread listens to the nearest row alone and repeats its noise; a large one answers
# the mean of all rows. Between them lies a broad optimum. The spreads that leaving one out
# gives, one per type, without any fold, are the dotted lines.

left_out = model.set_params(regressor__sigma="loo", memory=None).fit(X_train, y_train)
figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
axis.semilogx(spreads, search.cv_results_["mean_test_score"], "o-", label="three folds")
for code, name in ((1, "gaussian"), (2, "motion"), (3, "defocus")):
    sigma = left_out.regressors_[code].regressor.sigma_
    axis.axvline(sigma, linestyle=":", color=f"C{code}", label=f"leave one out, {name}")
axis.set(xlabel="spread sigma", ylabel="score")
axis.legend()

# %%
# Patches of the same photograph stand on both sides of every fold here, which flatters the
# scores, though not the place of the optimum. ``make_blur_patches(...,
# return_groups=True)`` and ``GroupKFold`` keep photographs apart.

plt.show()
