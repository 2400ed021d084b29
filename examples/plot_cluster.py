"""
Many photographs on several machines
====================================

A folder of a million photographs is nothing for one machine. ``estimate_many`` spreads its
photographs by joblib, and joblib over whatever it is told to: the processors of this
machine, or the machines of a Dask cluster. The cluster of this essay is a small one, two
workers in threads of this process, but nothing of what is asked of it knows that.
"""

# %%
# The photographs
# ---------------
# They are files: every worker reads those that it judges, and nothing large is sent. So all
# machines must see them under the same paths. Every second one is out of focus, by a radius
# that grows from 3 to 6 pixels.

import tempfile
from pathlib import Path

import dask
import matplotlib.pyplot as plt
import numpy as np
from distributed import Client, LocalCluster
from joblib import parallel_config
from PIL import Image

from skblur import defocus_psf, estimate_many
from skblur.camera import Camera, take_photo
from skblur.datasets import load_sharp_photos

folder = tempfile.TemporaryDirectory()
camera = Camera(noise=0.003, jpeg_quality=95)
true_radius = [0, 3, 0, 4, 0, 5, 0, 6]
sharp_photos, paths = load_sharp_photos()[2:], []
for number, (sharp, radius) in enumerate(zip(sharp_photos, true_radius, strict=True)):
    photo = take_photo(sharp[-300:, :300], defocus_psf(radius), camera, random_state=number)
    paths.append(Path(folder.name, f"{number}.jpg"))
    Image.fromarray(np.rint(255 * photo).astype(np.uint8)).save(paths[-1], quality=95)
paths.append(Path(folder.name, "gone.jpg"))

# %%
# On this machine
# ---------------
# One after the other. The last file is not there; its error is its answer, and stops
# nobody.

alone = list(estimate_many(paths, free_psf=False))
for name, found in alone:
    print(Path(name).name, found if not isinstance(found, Exception) else "cannot be read")

assert isinstance(alone[-1][1], FileNotFoundError)
assert all(not isinstance(found, Exception) for _, found in alone[:-1])

# %%
# On a cluster
# ------------
# For one that is there already it is ``Client("tcp://host:8786")``; the command does it by
# ``skblur estimate FOLDER --scheduler tcp://host:8786 -o report.csv``. The workers need
# skblur, and no other preparation. Without ``processes=False`` the workers of this machine
# are processes; in a script, what starts processes stands under
# ``if __name__ == "__main__":``.

local = {"processes": False, "dashboard_address": None}
with (
    dask.config.set({"temporary-directory": folder.name}),
    LocalCluster(n_workers=2, threads_per_worker=1, **local) as cluster,
    Client(cluster) as client,
    parallel_config("dask", client=client),
):
    spread = list(estimate_many(paths, free_psf=False))

# %%
# The answers are the same, to the last digit, and in the order of the photographs. Where
# the order does not matter, ``ordered=False`` gives them as they are found.

assert [name for name, _ in spread] == [name for name, _ in alone]
for (_, found), (_, expected) in zip(spread, alone, strict=True):
    assert found == expected or isinstance(expected, FileNotFoundError)

# %%
# What may go wrong
# -----------------
# A photograph that cannot be read is an answer, as above. A worker that dies, for want of
# memory or because its machine is taken away, loses nothing: what it was at is done once
# more. A photograph that every worker dies of has a ``ChildProcessError`` for its answer. A
# model of your own, given as ``model``, is sent to each worker once.
#
# What has been found
# -------------------

figure, axis = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
for row, (_, found) in enumerate(spread[:-1]):
    if found.radius is None:
        axis.annotate(found.blur_type, (0, row), va="center", ha="center", color="tab:blue")
    else:
        bar = {"xerr": found.std["radius"], "capsize": 4, "color": "tab:blue"}
        axis.errorbar(found.radius, row, fmt="o", **bar)
axis.annotate("cannot be read", (0, len(alone) - 1), va="center", ha="center", color="0.4")
axis.plot(true_radius[1::2], range(1, 8, 2), "|", color="tab:orange", markersize=14)
axis.set(yticks=range(9), yticklabels=[path.name for path in paths], ylim=(8.6, -0.6))
axis.set(
    xlim=(-0.8, 7),
    xticks=range(8),
    xlabel="radius of the defocus, pixels (orange: the truth)",
)

# %%
# The sharp photographs are called sharp, and the others have their radius, to a quarter of
# a pixel. More of joblib's own goes over a cluster in the same way: scikit-learn's
# ``GridSearchCV`` around an estimator of skblur, for example.

for (_, found), radius in zip(spread[:-1], true_radius, strict=True):
    assert found.blur_type == ("defocus" if radius else "none")
    assert abs((found.radius or 0) - radius) < 0.25

folder.cleanup()
plt.show()
