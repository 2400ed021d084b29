"""
Sort a folder by what blurred its photographs
=============================================

Holiday photographs lie in one folder: sharp ones, soft ones, moved ones, some out of focus,
and a file that is damaged. One command writes a report about all of them and sorts them
into folders that are called as their blur.
"""

# %%
# The folder
# ----------
# Twelve photographs, taken by simulated cameras: the settings of each (noise, tone curve,
# sharpening, JPEG, ...) are drawn at random. Their blur is known, because it was put there.

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from skblur import blur_types, estimate_many, read_image
from skblur.datasets import load_sharp_photos, make_blur_photos

photos, targets = make_blur_photos(
    load_sharp_photos(as_gray=False),
    12,
    size={"gaussian": (1.5, 4), "motion": (8, 20), "defocus": (3, 8)},
    image_shape=(240, 320),
    random_state=4,
)
truth = {
    f"img{number:02}.jpg": blur_types()[int(target[0])].name
    for number, target in enumerate(targets)
}
scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name, "holiday")
folder.mkdir()
for name, photo in zip(truth, photos, strict=True):
    Image.fromarray(np.rint(255 * photo).astype(np.uint8)).save(folder / name, quality=95)
(folder / "img12.jpg").write_bytes(b"no picture")

# %%
# The command
# -----------
# ``-o`` writes the report, row by row. ``--sort-into`` makes a folder for each blur that is
# found and links the photographs into it; ``--copy`` would copy them. ``--no-free-psf``
# looks for no path of a shaken camera, which takes a second where it does: it is not needed
# for sorting. What is less sure than ``--min-confidence`` is called undecided.

command = "skblur estimate holiday -o report.csv --sort-into sorted --no-free-psf"
command += " --min-confidence 0.9"
done = subprocess.run(
    [sys.executable, "-m", *command.split()],
    cwd=scratch.name,
    capture_output=True,
    text=True,
)
print(done.stdout, done.stderr, sep="\n")

# %%
# The damaged file got a message on the error output, and the others were answered all the
# same. The exit status is 1, for a script to know that there was one.

assert done.returncode == 1
assert "img12.jpg" in done.stderr

# %%
# The report
# ----------
# A row for each, with name, confidence, parameters and their deviations, probabilities,
# shares of the picture, and the error where there was one. Any table program reads it.

with open(Path(scratch.name, "report.csv"), newline="") as file:
    rows = {Path(row["file"]).name: row for row in csv.DictReader(file)}
assert set(rows) == {*truth, "img12.jpg"}
damaged = rows.pop("img12.jpg")
assert damaged["error"]
assert not damaged["blur_type"]


def likeliest(row):
    """Name and probability of the likeliest type of a row."""
    probabilities = {name: float(row[f"p_{name}"]) for name in set(truth.values())}
    name = max(probabilities, key=probabilities.get)
    return name, probabilities[name]


for name, row in rows.items():
    print(
        f"{name}: {row['blur_type']:10} likeliest {likeliest(row)}, in truth {truth[name]}"
    )

# %%
# The folders
# -----------
# Each column is a folder. Over a photograph stands its likeliest blur, and how likely that
# is.

places = {path.name: path.parent.name for path in Path(scratch.name, "sorted").glob("*/*")}
assert places == {name: row["blur_type"] for name, row in rows.items()}
blurs = "none", "gaussian", "motion", "defocus", "undecided"
figure, axes = plt.subplots(3, 5, figsize=(10, 5.6), layout="constrained")
for axis in axes.flat:
    axis.axis("off")
for column, blur in zip(axes.T, blurs, strict=True):
    names = sorted(name for name, place in places.items() if place == blur)
    column[0].annotate(
        f"{blur}/", (0.5, 1.2), xycoords="axes fraction", ha="center", weight="bold"
    )
    for axis, name in zip(column, names, strict=False):
        image, _ = read_image(folder / name)
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        axis.set_title("{}, {:.2f}".format(*likeliest(rows[name])), fontsize="small")

# %%
# What has been named is named rightly. Of the two that are left for the eye the likeliest
# name is right once; the bricks were taken sharp.

named = {name: blur for name, blur in places.items() if blur != "undecided"}
assert all(truth[name] == blur for name, blur in named.items())
wrong = [name for name, row in rows.items() if likeliest(row)[0] != truth[name]]
assert [(truth[name], places[name]) for name in wrong] == [("none", "undecided")]
assert likeliest(rows[wrong[0]])[0] == "gaussian"
assert len(named) == 10

# %%
# From Python
# -----------
# The same answers come from ``estimate_many``, one after the other, with the error in place
# of the answer where a file cannot be read. The answers are objects: here the motions are
# put in the order of their length.

answers = dict(estimate_many(sorted(folder.iterdir()), free_psf=False))
errors = [path for path, found in answers.items() if isinstance(found, Exception)]
assert [Path(path).name for path in errors] == ["img12.jpg"]
moved = {
    Path(path).name: found
    for path, found in answers.items()
    if path not in errors and found.blur_type == "motion"
}
for name, found in sorted(moved.items(), key=lambda each: each[1].length):
    true_length = targets[[*truth].index(name), 1]
    print(f"{name}: {found}, in truth {true_length:.1f} px")
    assert places[name] == "motion"
    assert abs(found.length / true_length - 1) < 0.15

scratch.cleanup()
plt.show()
