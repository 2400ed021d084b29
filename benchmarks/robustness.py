"""How the shipped patch model bears noise, JPEG, little contrast and wide blurs.

    python benchmarks/robustness.py --images FOLDER
    python benchmarks/robustness.py --quick

One set of blurred patches, 32 x 32 pixels; noise and compression are put on the same
patches at every level. For each level the classification rate, the errors of the
parameters over the patches whose type was found, the mean confidence and the expected
calibration error of the probabilities: 0 if, of the patches that the model is x % sure
of, x % are right. Written: the tables, and figures of them and of the reliability.

``--quick`` takes few patches of the photographs that scikit-image and scikit-learn carry.
"""

import argparse
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from reporting import Table, new_figure, progress
from sets import read_photographs

from skblur import PSFBlurTransformer, load_pretrained
from skblur.blurs.types import blur_type, parametric_types
from skblur.camera.steps import JPEG_BLOCK, compress
from skblur.datasets import load_sharp_photos, make_blur_patches
from skblur.metrics import angle_error, classification_rate, parameter_errors

SIDE = 32
MIN_STD = 0.02
NOISES = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03)
QUALITIES = (100, 95, 90, 80, 70, 50, 30)
CONTRASTS = (0.02, 0.04, 0.07, 0.1, 0.15, 0.25, 0.5)
SIZE_BINS = 5
CONFIDENCE_BINS = 15
FEWEST = 10
FIGURES = {
    "patches": "d",
    "rate": ".4f",
    "sigma": ".3f",
    "length": ".3f",
    "angle": ".2f",
    "angle median": ".2f",
    "radius": ".3f",
    "confidence": ".3f",
    "ECE": ".4f",
}


def main():
    args = parse_arguments()
    photos = load_sharp_photos() if args.images is None else read_photographs(args.images)
    patches = draw_patches(photos, args.n, args.seed)
    model = load_pretrained("patch32")
    sets = {
        "noise, % of full scale": {
            100 * noise: patches.noisy(noise, args.seed) for noise in NOISES
        },
        "JPEG quality": {quality: patches.compressed(quality) for quality in QUALITIES},
    }
    tables, answers = [], []
    for name, levels in sets.items():
        table = new_table(args.output, name)
        for level in progress(levels, f"{name} {{}}".format):
            answers.append(Answers.of(model, levels[level], patches.y))
            table.add(f"{level:g}", *answers[-1].figures())
        tables.append(table)
    # The first set is that of no noise.
    tables.append(contrast_table(answers[0], patches.noisy(0, args.seed), args.output))
    size_table(answers[0], args.output)
    pooled = Answers.joined(answers)
    draw_levels(tables, args.output / "robustness.png")
    overall = {"8 bits, no noise": answers[0], "all levels of noise and JPEG": pooled}
    table = new_table(args.output, "calibration, overall")
    for name, each in overall.items():
        table.add(name, *each.figures())
    draw_reliability(overall, args.output / "reliability.png")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, help="folder of sharp photographs")
    parser.add_argument("--quick", action="store_true", help="a trial run")
    parser.add_argument("--n", type=int, help="patches (6000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    if args.images is None and not args.quick:
        parser.error("--images is needed, or --quick")
    args.n = args.n or (1500 if args.quick else 6000)
    return args


# ---------------------------------------------------------------- patches


class Patches(NamedTuple):
    """Blurred patches a block wider than needed, not yet rounded."""

    wide: np.ndarray  # (n, SIDE + JPEG_BLOCK, SIDE + JPEG_BLOCK)
    corners: np.ndarray  # (n, 2), row and column of the part that is looked at
    y: np.ndarray

    def noisy(self, noise, seed):
        """With Gaussian noise, in 8 bits, (n, 1024)."""
        camera = PSFBlurTransformer("none", noise=noise, quantize=True, random_state=seed)
        return camera.fit_transform(cut(self.wide, self.corners))

    def compressed(self, quality):
        """Through JPEG of a quality; its blocks lie anywhere across the patch."""
        seen = [compress(image[None].clip(0, 1), quality)[0] for image in self.wide]
        return cut(np.array(seen), self.corners)


def draw_patches(photos, n_patches, seed):
    """Patches of the paper's blurs; those that are flat are left out."""
    side = SIDE + JPEG_BLOCK
    X, y = make_blur_patches(
        photos, n_patches, image_shape=(side, side), quantize=False, random_state=seed
    )
    wide = X.reshape(-1, side, side)
    corners = np.random.default_rng(seed).integers(JPEG_BLOCK, size=(n_patches, 2))
    kept = cut(wide, corners).std(axis=1) >= MIN_STD
    return Patches(wide[kept], corners[kept], y[kept])


def cut(wide, corners):
    """The parts that are looked at, flattened, (n, 1024)."""
    parts = [
        image[top : top + SIDE, left : left + SIDE].ravel()
        for image, (top, left) in zip(wide, corners, strict=True)
    ]
    return np.array(parts)


# ---------------------------------------------------------------- figures


class Answers(NamedTuple):
    """What is true of patches, what was found, and how sure the model was."""

    true: np.ndarray
    found: np.ndarray
    confidence: np.ndarray

    @classmethod
    def of(cls, model, X, y):
        """Answers of a model to patches."""
        return cls(y, model.predict(X), model.predict_proba(X).max(axis=1))

    @classmethod
    def joined(cls, answers):
        """Several sets of answers as one."""
        return cls(*(np.concatenate(parts) for parts in zip(*answers, strict=True)))

    def take(self, rows):
        """The answers to some of the patches."""
        return Answers(*(values[rows] for values in self))

    def figures(self):
        """Numbers in the order of `FIGURES`; None where there is no such patch."""
        errors = parameter_errors(self.true, self.found)
        code = blur_type("motion").code
        motion = (self.true[:, 0] == code) & (self.found[:, 0] == code)
        angles = angle_error(self.found[motion, 2], self.true[motion, 2])
        return [
            len(self.true),
            classification_rate(self.true, self.found),
            *(errors.get(name) for name in ("sigma", "length", "angle")),
            float(np.median(angles)) if len(angles) else None,
            errors.get("radius"),
            float(self.confidence.mean()),
            self.calibration_error(),
        ]

    def reliability(self):
        """Share of patches, mean confidence and rate, per occupied bin of confidence."""
        right = self.true[:, 0] == self.found[:, 0]
        which = np.minimum(self.confidence * CONFIDENCE_BINS, CONFIDENCE_BINS - 1)
        which = which.astype(int)
        count, sure, hits = (
            np.bincount(which, weights, CONFIDENCE_BINS)
            for weights in (None, self.confidence, right)
        )
        used = count > 0
        count, sure, hits = count[used], sure[used], hits[used]
        return count / count.sum(), sure / count, hits / count

    def calibration_error(self):
        """Mean distance of confidence and rate over the bins, weighted by their share."""
        share, confidence, rate = self.reliability()
        return float(share @ np.abs(confidence - rate))


def new_table(output, name):
    """A table of `FIGURES` against something, in a file called after it."""
    path = output / f"robustness_{name.split()[0].strip(',').lower()}.txt"
    title = f"Shipped model patch32 against {name}"
    return Table(path, title, {name: ""} | FIGURES)


def contrast_table(answers, X, output):
    """Figures by the standard deviation of the patch."""
    table = new_table(output, "contrast, standard deviation")
    contrast = X.std(axis=1)
    for low, high in pairwise(CONTRASTS):
        rows = (contrast >= low) & (contrast < high)
        if rows.any():
            table.add(f"{low:g} to {high:g}", *answers.take(rows).figures())
    return table


def size_table(answers, output):
    """Figures by type and size of the blur."""
    table = new_table(output, "size of the blur, px")
    for kind in parametric_types():
        edges = np.linspace(*kind.size.paper, SIZE_BINS + 1)
        for low, high in pairwise(edges):
            size = answers.true[:, 1]
            rows = (answers.true[:, 0] == kind.code) & (size >= low) & (size <= high)
            if rows.any():
                name = f"{kind.name}, {kind.size.name} {low:g} to {high:g}"
                table.add(name, *answers.take(rows).figures())


def draw_levels(tables, path):
    """Classification rate and mean confidence against each disturbance."""
    figure, axes = new_figure(1, len(tables), (4 * len(tables), 3.6))
    for axis, table in zip(axes[0], tables, strict=True):
        name = next(iter(table.columns))
        levels = [row[name] for row in table.rows]
        axis.plot(levels, table.values("rate"), marker="o", label="classification rate")
        axis.plot(levels, table.values("confidence"), marker=".", label="mean confidence")
        axis.set(xlabel=name, ylim=(1 / 3, 1))
        axis.tick_params(axis="x", labelsize=7, rotation=30)
        axis.grid(alpha=0.3)
    axes[0, 0].legend()
    figure.savefig(path, dpi=120)


def draw_reliability(sets, path):
    """Rate against confidence; dots as large as their share of the patches."""
    figure, axes = new_figure(1, 1, (5, 5))
    axis = axes[0, 0]
    axis.plot([0, 1], [0, 1], color="grey", linewidth=1)
    for name, answers in sets.items():
        share, confidence, rate = answers.reliability()
        # A rate of a handful of patches is chance.
        drawn = share * len(answers.true) >= FEWEST
        share, confidence, rate = share[drawn], confidence[drawn], rate[drawn]
        label = f"{name}, error {answers.calibration_error():.3f}"
        line = axis.plot(confidence, rate, label=label)[0]
        axis.scatter(confidence, rate, 400 * share, color=line.get_color(), alpha=0.7)
    axis.set(
        xlabel="confidence", ylabel="classification rate", xlim=(0.3, 1.03), ylim=(0, 1.03)
    )
    axis.grid(alpha=0.3)
    axis.legend(loc="lower right")
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
