"""GRNNRegressor beside other kernel regressions: time, peak memory, error.

    python benchmarks/bench_grnn.py [--quick] [--images TRAIN --test-images TEST]

Five tables, each filed in ``results/`` (``--output``) as soon as it is measured:

1. Uniform random rows of three sizes: seconds to fit and predict, peak memory beyond
   the data, mean absolute error, and the largest difference from the answers of
   GRNNRegressor in float64.
2. The regression sets that scikit-learn ships: cross-validated R2 of every regressor.
3. Many rows, predicted exactly and with ``tolerance=1e-3``: milliseconds a query, and the
   largest error as a share of the range of the targets.
4. Many rows: seconds to find the spread by leaving rows out.
5. With ``--images``: the parameters of blurred patches from their log spectra, mean
   absolute errors on patches of other photographs, plain and learned metrics beside two
   regressors of other kinds, and the loss by prototypes.

pyGRNN and statsmodels take part if they are installed.
"""

import argparse
import importlib
import resource
import time
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
from reporting import Table
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_linnerud
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skblur.grnn import GRNNRegressor
from skblur.grnn.angles import decode_angle, encode_angle

SIZES = ((1000, 500, 16), (3000, 1500, 1024), (12000, 6000, 1024))
QUICK_SIZES = ((500, 250, 16), (1000, 500, 256), (2000, 1000, 1024))
OTHER_MODELS = ("GRNNRegressor float32, loo", "KernelRidge")
SINGLE_OUTPUT = ("HistGradientBoosting", "pyGRNN gradient_search")
# Beyond these, a peer would take minutes or all memory: rows x queries x features.
MOST_WORK = {"KernelReg": 1e7, "neighbours": 5e9, "KernelRidge": 5e9}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--images", type=Path, help="folder of photographs to learn from")
    parser.add_argument("--test-images", type=Path, help="folder of photographs to test on")
    parser.add_argument("--samples", type=int, default=12000, help="training patches")
    parser.add_argument("--only", choices=BENCHES)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    for name in [args.only] if args.only else BENCHES:
        if name == "patches" and None in (args.images, args.test_images):
            print("\nPatches: left out, needs --images and --test-images")
            continue
        title, columns, rows = BENCHES[name](args)
        table = Table(args.output / f"bench_grnn_{name}.txt", title, columns)
        for row in rows:
            table.add(*row)


def optional(name):
    """The module, or None if it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError:
        return None


# ---------------------------------------------------------------- time and memory


def bench_speed(args):
    columns = {"what": "", "rows x queries x features": "", "seconds": ".2f"}
    columns |= {"MB": ".0f", "error": ".4f", "difference": ".1e"}
    rows = speed_rows(QUICK_SIZES if args.quick else SIZES)
    return "Fit and predict, one spread", columns, rows


def speed_rows(sizes):
    for n_train, n_query, n_features in sizes:
        rng = np.random.default_rng(0)
        X, Q = rng.random((n_train, n_features)), rng.random((n_query, n_features))
        y, goal = X[:, 0] + X[:, 1] ** 2, Q[:, 0] + Q[:, 1] ** 2
        sigma = np.sqrt(n_features) / 12
        reference = GRNNRegressor(sigma).fit(X, y).predict(Q)
        for name, run in contenders(sigma).items():
            cells = ["left out: not installed"]
            if n_train * n_query * n_features > MOST_WORK.get(name, np.inf):
                cells = ["too slow"]
            elif run is not None:
                seconds, memory, found = measure(run, X, y, Q)
                difference = np.abs(found - reference).max()
                if name in OTHER_MODELS:
                    difference = "other model"
                cells = [seconds, memory, np.abs(found - goal).mean(), difference]
            yield [name, f"{n_train} x {n_query} x {n_features}", *cells]


def contenders(sigma):
    """Functions (X, y, Q) -> predictions, by name; None if not installed."""

    def single(X, y, Q):
        X, Q = X.astype(np.float32), Q.astype(np.float32)
        return GRNNRegressor(sigma).fit(X, y).predict(Q)

    def loo(X, y, Q):
        model = GRNNRegressor("loo", random_state=0).fit(X.astype(np.float32), y)
        return model.predict(Q.astype(np.float32))

    def neighbours(X, y, Q):
        def weigh(distances):
            return np.exp(-(distances**2) / (2 * sigma**2))

        return KNeighborsRegressor(len(X), weights=weigh).fit(X, y).predict(Q)

    def ridge(X, y, Q):
        return KernelRidge(kernel="rbf", gamma=1 / (2 * sigma**2)).fit(X, y).predict(Q)

    def pygrnn(X, y, Q):
        return optional("pyGRNN").GRNN(calibration="None", sigma=sigma).fit(X, y).predict(Q)

    def kernel_reg(X, y, Q):
        module = importlib.import_module("statsmodels.nonparametric.kernel_regression")
        bandwidth = np.full(X.shape[1], sigma)
        kinds = "c" * X.shape[1]
        return module.KernelReg(y, X, kinds, reg_type="lc", bw=bandwidth).fit(Q)[0]

    return {
        "GRNNRegressor float64": lambda X, y, Q: GRNNRegressor(sigma).fit(X, y).predict(Q),
        "GRNNRegressor float32": single,
        "GRNNRegressor float32, loo": loo,
        "neighbours": neighbours,
        "KernelRidge": ridge,
        "pyGRNN": pygrnn if optional("pyGRNN") else None,
        "KernelReg": kernel_reg if optional("statsmodels") else None,
    }


def measure(run, X, y, Q):
    """Seconds, peak megabytes beyond the data, predictions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        found = run(X, y, Q)
        seconds = time.perf_counter() - start
        if seconds > 30:
            return seconds, resident_peak(), found
        tracemalloc.start()
        run(X, y, Q)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    return seconds, peak, found


def resident_peak():
    """What the process ever took, where a second run would take too long."""
    return f"< {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"


# ---------------------------------------------------------------- public sets


def bench_sets(args):
    sets = {
        "diabetes": load_diabetes(return_X_y=True),
        "linnerud": load_linnerud(return_X_y=True),
    }
    columns = {"what": ""}
    for name in sets:
        columns |= {f"{name} R2": ".3f", f"{name} seconds": ".2f"}
    return "Five folds, columns standardised", columns, set_rows(sets, args.quick)


def set_rows(sets, quick):
    for name, estimator in regressors(quick).items():
        cells = []
        for X, y in sets.values():
            one_by_one = y.ndim == 2 and name in SINGLE_OUTPUT
            model = MultiOutputRegressor(estimator) if one_by_one else estimator
            model = make_pipeline(StandardScaler(), model)
            folds = KFold(5, shuffle=True, random_state=0)
            start = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                scores = cross_val_score(model, X, y, cv=folds)
            cells += [scores.mean(), time.perf_counter() - start]
        yield [name, *cells]


def regressors(quick):
    """Estimators for the public sets, by name."""
    found = {
        "GRNNRegressor loo": GRNNRegressor(),
        "GRNNRegressor silverman": GRNNRegressor("silverman"),
        "GRNNRegressor learned spreads": GRNNRegressor(metric="learned", random_state=0),
        "GRNNRegressor learned map, 2": GRNNRegressor(
            metric="learned", n_components=2, random_state=0
        ),
        "GRNNRegressor loo, 50 prototypes": GRNNRegressor(n_prototypes=50, random_state=0),
        "KNeighborsRegressor, 10": KNeighborsRegressor(10),
        "KernelRidge rbf": scaled_target(KernelRidge(kernel="rbf", gamma=0.02)),
        "MLPRegressor": scaled_target(MLPRegressor(max_iter=500, random_state=0)),
        "HistGradientBoosting": HistGradientBoostingRegressor(random_state=0),
    }
    if optional("pyGRNN") and not quick:
        found["pyGRNN gradient_search"] = optional("pyGRNN").GRNN(
            calibration="gradient_search"
        )
    return found


def scaled_target(estimator):
    return TransformedTargetRegressor(estimator, transformer=StandardScaler())


# ---------------------------------------------------------------- many rows


def bench_tolerance(args, n_queries=4096):
    n_rows = 20000 if args.quick else 200000
    columns = {"what": "", "spread": "g", "exact ms": ".3f", "ms": ".4f"}
    columns |= {"times": ".1f", "error": ".0e"}
    title = f"{n_rows} rows, {n_queries} queries, features of variance about 1"
    return title, columns, tolerance_rows(n_rows, n_queries)


def tolerance_rows(n_rows, n_queries, n_exact=400):
    for name, (X, Q) in many_rows(n_rows, n_queries).items():
        y = np.sin(X[:, 0]) + X[:, 1]
        for sigma in (0.05, 0.2, 0.5, 1.0):
            model = GRNNRegressor(sigma, tolerance=1e-3).fit(X, y)
            fast, found = best_time(lambda Q, model=model: model.predict(Q), Q)
            model.set_params(tolerance=0)
            slow, exact = best_time(lambda Q, model=model: model.predict(Q), Q[:n_exact])
            error = np.abs(found[:n_exact] - exact).max() / np.ptp(y)
            fast, slow = 1e3 * fast / len(Q), 1e3 * slow / n_exact
            yield [name, sigma, slow, fast, slow / fast, error]


def many_rows(n_rows, n_queries):
    """Rows and queries by name: all over 20 dimensions, or clustered, or of fewer."""
    rng = np.random.default_rng(0)
    centres, bend = rng.normal(size=(100, 20)), rng.normal(size=(3, 20)) / np.sqrt(3)
    n = n_rows + n_queries
    sets = {
        "normal, 20 features": rng.normal(size=(n, 20)),
        "100 clusters, 20 features": centres[rng.integers(0, 100, n)]
        + 0.2 * rng.normal(size=(n, 20)),
        "bent space of 3 in 20 features": np.tanh(rng.normal(size=(n, 3)) @ bend)
        + 0.02 * rng.normal(size=(n, 20)),
        "normal, 2 features": rng.normal(size=(n, 2)),
    }
    sets["normal, 20 features, float32"] = sets["normal, 20 features"].astype(np.float32)
    return {name: (rows[:n_rows], rows[n_rows:]) for name, rows in sets.items()}


def best_time(run, Q, n_times=3):
    """Seconds of the fastest of a few runs, and what it gave."""
    seconds = []
    for _ in range(n_times):
        start = time.perf_counter()
        found = run(Q)
        seconds.append(time.perf_counter() - start)
    return min(seconds), found


def bench_loo(args):
    columns = {"what": "", "rows": "d", "sigma_": ".4f", "seconds": ".1f"}
    sizes = (5000, 20000) if args.quick else (20000, 200000)
    return "Leaving rows out, normal rows of 20 features", columns, loo_rows(sizes)


def loo_rows(sizes):
    for n_rows in sizes:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(n_rows, 20))
        y = np.sin(X[:, 0]) + X[:, 1] + rng.normal(0, 0.3, n_rows)
        for n_samples in (1024, 2048, None) if n_rows <= 20000 else (1024, 2048):
            start = time.perf_counter()
            model = GRNNRegressor(loo_samples=n_samples, random_state=0).fit(X, y)
            seconds = time.perf_counter() - start
            yield [f"loo_samples={n_samples}", n_rows, model.sigma_, seconds]


# ---------------------------------------------------------------- blurred patches


def bench_patches(args):
    from skblur import LogSpectrumTransformer
    from skblur.datasets import make_blur_patches

    n_train = 3000 if args.quick else args.samples
    X, y = make_blur_patches(read_photographs(args.images), n_train, random_state=0)
    Q, t = make_blur_patches(read_photographs(args.test_images), 4500, random_state=1)
    spectrum = LogSpectrumTransformer().fit(X)
    X, Q = spectrum.transform(X), spectrum.transform(Q)
    columns = {"what": "", "sigma": ".3f", "length": ".3f", "angle": ".2f"}
    columns |= {"median": ".2f", "radius": ".3f", "seconds": ".0f"}
    title = f"Mean absolute errors in pixels and degrees, {n_train} patches"
    return title, columns, patch_rows(X, y, Q, t)


def patch_rows(X, y, Q, t):
    for name, estimator in patch_regressors().items():
        start = time.perf_counter()
        errors = [
            error
            for kind in (1, 2, 3)
            for error in patch_errors(estimator, kind, X, y, Q, t)
        ]
        yield [name, *errors, time.perf_counter() - start]


def read_photographs(folder, most=1500):
    """Grey photographs in [0, 1], from the first files of a folder."""
    from skimage import io

    paths = [path for path in sorted(folder.iterdir()) if path.suffix in (".jpg", ".png")]
    images = []
    for path in paths[:most]:
        image = io.imread(path).astype(np.float32) / 255
        images.append(image[..., :3].mean(axis=2) if image.ndim == 3 else image)
    return images


def patch_regressors():
    """Estimators for the patches, by name."""

    def learned(**parameters):
        return GRNNRegressor(metric="learned", random_state=0, **parameters)

    return {
        "GRNN loo": GRNNRegressor(random_state=0),
        "GRNN learned spreads": learned(),
        "GRNN learned map, 10": learned(n_components=10),
        "GRNN learned map, 30": learned(n_components=30),
        "MLPRegressor": scaled_target(MLPRegressor(early_stopping=True, random_state=0)),
        "GRNN learned map, 30, 500 prototypes": learned(n_components=30, n_prototypes=500),
        "GRNN loo, 500 prototypes": GRNNRegressor(n_prototypes=500, random_state=0),
        "HistGradientBoosting": MultiOutputRegressor(
            HistGradientBoostingRegressor(random_state=0)
        ),
    }


def patch_errors(estimator, kind, X, y, Q, t):
    """Cells of one type of blur: the size's error, for motion also the angle's."""
    train, test = y[:, 0] == kind, t[:, 0] == kind
    targets = y[train, 1:2]
    if kind == 2:
        targets = np.column_stack([targets, encode_angle(y[train, 2])])
    with warnings.catch_warnings():
        # Some would rather have one column as a flat array, others insist on columns.
        warnings.simplefilter("ignore")
        found = estimator.fit(X[train], targets).predict(Q[test])
    found = found.reshape(test.sum(), -1)
    cells = [np.abs(found[:, 0] - t[test, 1]).mean()]
    if kind == 2:
        gap = np.abs(decode_angle(found[:, 1:]) - t[test, 2])
        gap = np.minimum(gap, 180 - gap)
        cells += [gap.mean(), np.median(gap)]
    return cells


# Functions of the arguments that give title, columns and rows of a table.
BENCHES = {
    "speed": bench_speed,
    "sets": bench_sets,
    "tolerance": bench_tolerance,
    "loo": bench_loo,
    "patches": bench_patches,
}


if __name__ == "__main__":
    main()
