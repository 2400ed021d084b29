"""
Many photographs on several machines
====================================

A folder of a million photographs is nothing for one machine. ``estimate_many`` spreads its
photographs by joblib, and joblib over whatever it is told to: the processors of this
machine, or the machines of a Dask cluster. The cluster of this essay is a small one, two
processes on this machine, but nothing of what is written here knows that.
"""

# %%
# The photographs
# ---------------
# They are files: every worker reads those that it judges, and nothing large is sent. So all
# machines must see them under the same paths. Every second one is out of focus.

import tempfile
from collections import Counter
from pathlib import Path

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
paths = []
for number, sharp in enumerate(load_sharp_photos()[:8]):
    psf = defocus_psf(5) if number % 2 else np.ones((1, 1))
    photo = take_photo(sharp[:300, :300], psf, camera, random_state=number)
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
# For one that is there already it is ``Client("tcp://host:8786")``; the command does it
# by ``skblur estimate FOLDER --scheduler tcp://host:8786 -o report.csv``. The workers need
# skblur, and no other preparation.

with (
    LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    Client(cluster) as client,
    parallel_config("dask", client=client),
):
    spread = list(estimate_many(paths, free_psf=False))

# %%
# The answers are the same, to the last digit, and in the order of the photographs. Where
# the order does not matter, ``ordered=False`` gives them as they are found.

for (_, found), (_, expected) in zip(spread, alone, strict=True):
    assert found == expected or isinstance(expected, FileNotFoundError)

# %%
# What may go wrong
# -----------------
# A photograph that cannot be read is an answer, as above. A worker that dies, for want of
# memory or because its machine is taken away, loses nothing: what it was at is done once
# more. A photograph that every worker dies of has a ``ChildProcessError`` for its answer.
# A model of your own, given as ``model``, is sent to each worker once.
#
# What has been found
# -------------------

counts = Counter(getattr(found, "blur_type", "not there") for _, found in spread)
assert counts["not there"] == 1
figure, axis = plt.subplots(figsize=(6, 2.5), layout="constrained")
axis.barh(list(counts), list(counts.values()))
axis.set_xlabel("photographs")
axis.set_title("By two workers")

# %%
# More of joblib's own goes over a cluster in the same way: scikit-learn's ``GridSearchCV``
# around an estimator of skblur, for example.

folder.cleanup()
plt.show()
