"""The paper's experiment: name the blur, estimate its parameters, restore with them.

    python benchmarks/paper.py --train FOLDER --berkeley FOLDER --voc FOLDER
    python benchmarks/paper.py --quick

After Yan and Shao, "Blind image blur estimation via deep learning", IEEE Transactions on
Image Processing 25(4), 2016: 36 000 training patches, 12 000 of each blur, and 6 000 from
each of two folders of other photographs. Three tables, as text and as figures:

1. Classification rates CR1 and CR2 on the two test sets.
2. Mean absolute errors of the parameters of patches whose type is given, with the median
   for the angle.
3. Photographs restored by Richardson-Lucy with the true PSF and with the PSF of the
   parameters that the models of tables 1 and 2 estimate from the blurred photograph; and
   the paper's figure, a motion of length 10 at 45 degrees.

``--quick`` takes few patches, few iterations, and the photographs that scikit-image and
scikit-learn carry; its figures are those of a trial run.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from baselines import cepstrum, radon
from baselines.classifiers import SHIPPED as SHIPPED_CLASSIFIER
from baselines.classifiers import contenders
from baselines.regressors import SHIPPED, regressions
from baselines.restoration import Quality, blurred_photograph, deconvolve, quality
from reporting import Table, bar_panels, new_figure, progress
from sets import draw_patches, read_photographs, shipped_photographs
from sklearn.frozen import FrozenEstimator

from skblur import BlurTypeThenParamPipeline, estimate_blur
from skblur.blurs.targets import target_psf
from skblur.blurs.types import blur_type
from skblur.metrics import angle_error, classification_rate
from skblur.pipeline.parameters import ParameterRegressor
from skblur.pipeline.steps import unfitted

QUICK_TRAIN, QUICK_TEST = 1800, 900
# Photographs of each test folder that are restored, each with every blur.
RESTORED, QUICK_RESTORED = 10, 1
TYPES = [blur_type(name) for name in ("gaussian", "motion", "defocus")]
MOTION = blur_type("motion")
PAPER_MOTION = MOTION.target(length=10, angle=45)
PSFS = ("true", "estimated")
# Columns of table 2, and what the figure calls them.
ERRORS = {
    "sigma": "sigma, px",
    "length": "length, px",
    "angle": "angle, degrees",
    "median": "angle, median, degrees",
    "radius": "radius, px",
}
# These learn nothing, and know motion only.
CLASSICAL = {"cepstrum": cepstrum.estimate_motion, "Radon": radon.estimate_motion}


def main():
    args = parse_arguments()
    train_photos, test_photos = load_photographs(args)
    train = draw_patches(train_photos, args.n_train, args.seed)
    tests = {
        name: draw_patches(photos, args.n_test, args.seed + i)
        for i, (name, photos) in enumerate(test_photos.items(), 1)
    }
    classifier = classification(train, tests, args)
    regressors = parameters(train, tests, args)
    model = as_pipeline(classifier, regressors, train)
    restoration(model, test_photos, args)
    first = next(iter(test_photos.values()))[0]
    paper_figure(model, first, args.output / "paper_figure.png")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, help="folder of photographs to learn from")
    parser.add_argument("--berkeley", type=Path, help="folder of the first test set")
    parser.add_argument("--voc", type=Path, help="folder of the second test set")
    parser.add_argument("--quick", action="store_true", help="a trial run, two minutes")
    parser.add_argument("--n-train", type=int, help="patches to learn from (36000)")
    parser.add_argument("--n-test", type=int, help="patches of each test set (6000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    folders = [args.train, args.berkeley, args.voc]
    if None in folders and not (args.quick and folders == [None] * 3):
        parser.error("--train, --berkeley and --voc are all needed, or --quick alone")
    args.n_train = args.n_train or (QUICK_TRAIN if args.quick else 36000)
    args.n_test = args.n_test or (QUICK_TEST if args.quick else 6000)
    return args


def load_photographs(args):
    """Training photographs, and those of the two test sets by name."""
    if args.train is None:
        train, *tests = shipped_photographs()
        return train, dict(zip(("shipped 1", "shipped 2"), tests, strict=True))
    folders = {"Berkeley": args.berkeley, "VOC": args.voc}
    tests = {name: read_photographs(folder) for name, folder in folders.items()}
    return read_photographs(args.train), tests


# ---------------------------------------------------------------- 1. the type


def classification(train, tests, args):
    """Table 1; the network that ships, fitted."""
    title = f"1. Classification rates, {args.n_test} patches of {' and of '.join(tests)}"
    columns = {"what": "", "shown": "", "rows": "d", "CR1": ".4f", "CR2": ".4f"}
    columns |= {"seconds to train": ".0f"}
    table = Table(args.output / "paper_classification.txt", title, columns)
    for name, contender in progress(contenders(args.seed, args.quick).items(), by_name):
        if contender.estimator is None:
            table.add(name, contender.left_out)
            continue
        n_rows = min(contender.most_rows or args.n_train, args.n_train)
        shown = getattr(train, contender.shown)[:n_rows]
        start = time.perf_counter()
        fitted = contender.estimator.fit(shown, train.types[:n_rows])
        seconds = time.perf_counter() - start
        rates = [
            classification_rate(test.types, fitted.predict(getattr(test, contender.shown)))
            for test in tests.values()
        ]
        label = "patches" if contender.shown == "X" else contender.shown
        table.add(name, label, n_rows, *rates, seconds)
        if name == SHIPPED_CLASSIFIER:
            kept = fitted
    names = [row["what"] for row in table.rows]
    rates = {"CR1": table.values("CR1"), "CR2": table.values("CR2")}
    panels = {"classification rate": rates}
    bar_panels(args.output / "paper_classification.png", title, names, panels)
    return kept


def by_name(item):
    """What the progress bar says of a pair of a name and something."""
    return item[0]


# ---------------------------------------------------------------- 2. the parameters


def parameters(train, tests, args):
    """Table 2; the regressors of the shipped model, fitted."""
    title = f"2. Errors of the parameters, type given, {args.n_test // 3} patches of each"
    columns = {"what": "", "set": "", "rows": "d"} | dict.fromkeys(ERRORS, ".3f")
    columns |= {"seconds to train": ".0f"}
    table = Table(args.output / "paper_parameters.txt", title, columns)
    for name, regression in progress(regressions(args.seed, args.quick).items(), by_name):
        start = time.perf_counter()
        fitted = {kind.code: fit_type(regression, train, kind) for kind in TYPES}
        seconds = time.perf_counter() - start
        n_rows = min(regression.most_rows or args.n_train, args.n_train // 3)
        for test_name, test in tests.items():
            table.add(name, test_name, n_rows, *all_errors(fitted, test), seconds)
        if name == SHIPPED:
            kept = fitted
    for name, estimate in CLASSICAL.items():
        for test_name, test in tests.items():
            motion = test.types == MOTION.code
            errors = size_and_angle_errors(estimate(test.X[motion]), test.y[motion])
            table.add(name, test_name, 0, None, *errors, None, None)
    draw_parameters(table, tests, args.output / "paper_parameters.png")
    return kept


def fit_type(regression, train, kind):
    """A regressor of one type's size and, through (cos 2w, sin 2w), its angle."""
    rows = np.flatnonzero(train.types == kind.code)[: regression.most_rows]
    given = regression.estimator
    if isinstance(given, dict):
        given = given[kind.name]
    fitted = ParameterRegressor(unfitted(given))
    return fitted.fit(train.spectra[rows], train.y[rows, 1:])


def all_errors(fitted, test):
    """Numbers in the order of `ERRORS`."""
    errors = []
    for kind in TYPES:
        rows = test.types == kind.code
        found = fitted[kind.code].predict(test.spectra[rows])
        of_type = size_and_angle_errors(found, test.y[rows])
        errors += of_type if kind is MOTION else of_type[:1]
    return errors


def size_and_angle_errors(found, targets):
    """Mean error of the size in pixels; mean and median of the angle in degrees."""
    size = np.abs(found[:, 0] - targets[:, 1])
    angle = angle_error(found[:, 1], targets[:, 2])
    return [float(size.mean()), float(angle.mean()), float(np.median(angle))]


def draw_parameters(table, tests, path):
    """One panel per parameter, one bar per test set."""
    names = list(dict.fromkeys(row["what"] for row in table.rows))
    panels = {
        unit: {
            test: [
                value
                for row, value in zip(table.rows, table.values(error), strict=True)
                if row["set"] == test
            ]
            for test in tests
        }
        for error, unit in ERRORS.items()
    }
    bar_panels(path, "Errors of the parameters, type given", names, panels)


# ---------------------------------------------------------------- 3. the photograph


def as_pipeline(classifier, regressors, train):
    """The fitted steps as one model; nothing is trained again."""
    frozen = {
        code: {name: FrozenEstimator(step) for name, step in each.regressor.items()}
        if isinstance(each.regressor, dict)
        else FrozenEstimator(each.regressor)
        for code, each in regressors.items()
    }
    model = BlurTypeThenParamPipeline(FrozenEstimator(classifier), frozen)
    return model.fit(train.X, train.y)


def restoration(model, test_photos, args):
    """Table 3: photographs restored with the true and with the estimated PSF."""
    most = QUICK_RESTORED if args.quick else RESTORED
    chosen = [photo for photos in test_photos.values() for photo in photos[:most]]
    title = f"3. {len(chosen)} photographs restored, PSNR and ISNR in dB"
    figures = [f"{name} {psf}" for psf in PSFS for name in Quality._fields]
    columns = {"blur": "", "type found": ".2f", "psnr before": ".2f"}
    columns |= {name: ".3f" if "ssim" in name else ".2f" for name in figures}
    table = Table(args.output / "paper_deblurring.txt", title, columns)
    rng = np.random.default_rng(args.seed)
    for kind in progress(TYPES, lambda kind: kind.name):
        low, high = kind.size.paper
        rows = []
        for photo in chosen:
            angle = rng.uniform(0, 180) if kind is MOTION else 0.0
            rows.append(
                restored_figures(model, photo, (kind.code, rng.uniform(low, high), angle))
            )
        table.add(kind.name, *np.mean(rows, axis=0).tolist())
    gains = {f"{psf} PSF": table.values(f"isnr {psf}") for psf in PSFS}
    names = [row["blur"] for row in table.rows]
    bar_panels(args.output / "paper_deblurring.png", title, names, {"ISNR, dB": gains})


def restored_figures(model, photo, target):
    """Whether the type was found, PSNR before, and the quality with both PSFs."""
    seen, sharp = blurred_photograph(photo, target)
    found = estimate_blur(seen, model=model)
    true, estimated = (
        quality(deconvolve(seen, psf), seen, sharp)
        for psf in (target_psf(target), found.psf)
    )
    hit = found.blur_type == blur_type(target[0]).name
    return [float(hit), true.psnr - true.isnr, *true, *estimated]


def paper_figure(model, photo, path):
    """Ground truth, blurred, restored with the true and with the estimated PSF."""
    seen, sharp = blurred_photograph(photo, PAPER_MOTION)
    found = estimate_blur(seen, model=model)
    pictures = {"ground truth": sharp, "blurred: motion, 10 px at 45 deg": seen}
    for name, psf in {"true PSF": target_psf(PAPER_MOTION), "estimate": found.psf}.items():
        restored = deconvolve(seen, psf)
        gain = quality(restored, seen, sharp).isnr
        pictures[f"restored, {name}, ISNR {gain:.2f} dB"] = restored
    figure, axes = new_figure(2, 2, (9, 9 * sharp.shape[0] / sharp.shape[1] + 1))
    for axis, (name, picture) in zip(axes.flat, pictures.items(), strict=True):
        axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
        axis.set_title(name, fontsize="medium")
        axis.axis("off")
    figure.suptitle(f"estimate: {found}", fontsize="medium")
    figure.savefig(path, dpi=150)
    print(f"\nMotion of length 10 at 45 degrees; estimate: {found}")


if __name__ == "__main__":
    main()
