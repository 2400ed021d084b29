"""What pre-training buys where few rows have a label: rates beside those of peers.

    python benchmarks/pretraining.py --train FOLDER --test FOLDER
    python benchmarks/pretraining.py --only digits
    python benchmarks/pretraining.py --quick

Handwritten digits (those of scikit-learn, 450 of 1797 to test on) and log spectra of
blurred patches (8000 of the photographs of one folder to learn from, 3000 of another to
test on), of which 30, 100, 300 and 1000 have a label, equally many of each class, and the
others none. All rows teach `StackedRBMClassifier`, LabelSpreading, SelfTrainingClassifier
around a logistic regression, and a logistic regression on what a BernoulliRBM makes of
them; the labelled ones alone the same network without pre-training, with two steps of
fine-tuning of which the better one counts, scikit-learn's MLPClassifier and a logistic
regression. Mean and deviation of five seeds, which draw rows, labels and weights.

``--quick`` takes one seed, and few patches of the photographs that scikit-image and
scikit-learn carry.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
from reporting import Table, new_figure, progress
from sets import draw_patches, read_photographs, shipped_photographs
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import BernoulliRBM, MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier

from skblur import StackedRBMClassifier

LABELLED = (30, 100, 300, 1000)
UNKNOWN = -1
DIGITS_TO_TEST = 450
# Epochs of an RBM: some thousands of steps, whether rows are many or few.
RBM_EPOCHS = {"digits": 20, "patches": 10}
# Steps of fine-tuning without pre-training, and epochs, for it starts from nothing.
STEPS, EPOCHS = (0.01, 0.003), 300
PRETRAINED, RANDOM = "StackedRBM, pre-trained", "the same, not pre-trained"


def main():
    args = parse_arguments()
    warnings.simplefilter("ignore", ConvergenceWarning)
    # LabelSpreading divides by zero where no label reaches a row.
    warnings.filterwarnings("ignore", "invalid value encountered", RuntimeWarning)
    rates = {}
    for name in args.only or ("digits", "patches"):
        draw = draw_digits if name == "digits" else drawer_of_patches(args)
        rates[name] = measure(name, draw, args)
        write_table(name, rates[name], args)
    draw_rates(rates, args.output / "pretraining.png")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, help="folder of photographs to learn from")
    parser.add_argument("--test", type=Path, help="folder of photographs to test on")
    parser.add_argument("--quick", action="store_true", help="a trial run")
    parser.add_argument(
        "--only", choices=("digits", "patches"), action="append", help="one of the sets"
    )
    parser.add_argument("--n-train", type=int, help="patches to learn from (8000)")
    parser.add_argument("--n-test", type=int, help="patches to test on (3000)")
    parser.add_argument("--seeds", type=int, help="how many seeds (5)")
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    shipped = args.quick or args.only == ["digits"]
    if (args.train is None) != (args.test is None) or not (shipped or args.train):
        parser.error("--train and --test are both needed, or --quick alone")
    args.n_train = args.n_train or (1800 if args.quick else 8000)
    args.n_test = args.n_test or (900 if args.quick else 3000)
    args.seeds = args.seeds or (1 if args.quick else 5)
    return args


def draw_digits(seed):
    """Rows and labels to learn from, rows and labels to test on."""
    X, y = load_digits(return_X_y=True)
    order = np.random.RandomState(seed).permutation(len(X))
    test, train = order[:DIGITS_TO_TEST], order[DIGITS_TO_TEST:]
    X = (X / X.max()).astype(np.float32)
    return X[train], y[train], X[test], y[test]


def drawer_of_patches(args):
    """The same of blurred patches, whose photographs are read once."""
    if args.train is None:
        train, *tests = shipped_photographs()
        photos = train, [photo for part in tests for photo in part]
    else:
        photos = read_photographs(args.train), read_photographs(args.test)

    def draw(seed):
        train = draw_patches(photos[0], args.n_train, 2 * seed)
        test = draw_patches(photos[1], args.n_test, 2 * seed + 1)
        return train.spectra, train.types, test.spectra, test.types

    return draw


def measure(name, draw, args):
    """Rates by method and number of labels, one per seed."""
    rates = {}
    for seed in progress(range(args.seeds), f"{name}, seed {{}}".format):
        X, y, X_test, y_test = draw(seed)
        network = StackedRBMClassifier(rbm_n_iter=RBM_EPOCHS[name], random_state=seed)
        network.pretrain(X)
        rbm = BernoulliRBM(200, learning_rate=0.05, n_iter=15, random_state=seed).fit(X)
        for n_labelled in LABELLED:
            rows = equally_many(y, n_labelled, seed)
            known = np.full(len(y), UNKNOWN)
            known[rows] = y[rows]
            for method, (estimator, of_all) in methods(network, rbm, seed).items():
                data = (X, known) if of_all else (X[rows], y[rows])
                rate = estimator.fit(*data).score(X_test, y_test)
                rates.setdefault((method, n_labelled), []).append(rate)
    return rates


def methods(network, rbm, seed):
    """Estimators, and whether they learn from rows without a label."""
    linear = LogisticRegression(max_iter=2000)
    without = {"rbm_n_iter": 0, "max_iter": EPOCHS}
    random = {
        f"{RANDOM}, step {step:g}": (
            clone(network).set_params(learning_rate_init=step, **without),
            False,
        )
        for step in STEPS
    }
    return {
        PRETRAINED: (network, False),
        **random,
        "MLPClassifier": (MLPClassifier(max_iter=1000, random_state=seed), False),
        "LabelSpreading, neighbours": (
            LabelSpreading(kernel="knn", max_iter=1000),
            True,
        ),
        "SelfTrainingClassifier": (SelfTrainingClassifier(linear), True),
        "LogisticRegression on BernoulliRBM": (
            make_pipeline(FrozenEstimator(rbm), LogisticRegression(C=10, max_iter=2000)),
            False,
        ),
        "LogisticRegression": (linear, False),
    }


def equally_many(y, n_rows, seed):
    """Random rows, equally many of each class up to one."""
    rng = np.random.RandomState(seed)
    classes = np.unique(y)
    counts = n_rows // len(classes) + (np.arange(len(classes)) < n_rows % len(classes))
    return np.concatenate(
        [
            rng.choice(np.flatnonzero(y == each), count, replace=False)
            for each, count in zip(classes, counts, strict=True)
        ]
    )


def write_table(name, rates, args):
    title = f"Rate on {name}, mean and deviation of {args.seeds} seeds, by number of labels"
    columns = {"method": "s"}
    for n_labelled in LABELLED:
        columns |= {f"{n_labelled} labels": ".3f", f"+- {n_labelled}": ".3f"}
    table = Table(args.output / f"pretraining_{name}.txt", title, columns)
    for method in dict.fromkeys(method for method, _ in rates):
        of_method = [rates[method, n] for n in LABELLED]
        cells = [float(f(each)) for each in of_method for f in (np.mean, np.std)]
        table.add(method, *cells)


def draw_rates(rates, path):
    """Rates against labels, a panel for each set."""
    figure, axes = new_figure(1, len(rates), (5.5 * len(rates), 4.5))
    for axis, (name, of_set) in zip(axes[0], rates.items(), strict=True):
        for method in dict.fromkeys(method for method, _ in of_set):
            found = [of_set[method, n] for n in LABELLED]
            means, deviations = np.mean(found, axis=1), np.std(found, axis=1)
            width = 2.5 if method == PRETRAINED else 1
            axis.errorbar(
                LABELLED, means, deviations, marker="o", ms=3, lw=width, label=method
            )
        axis.set(xscale="log", xlabel="rows with a label", ylabel="rate", title=name)
        axis.set_xticks(LABELLED, [str(n) for n in LABELLED])
        axis.grid(alpha=0.3)
    axes[0, 0].legend(fontsize="x-small", loc="lower right")
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
