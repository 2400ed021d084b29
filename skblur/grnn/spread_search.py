"""The spread of the lowest leave-one-out score: all candidates share the distances."""

import time

import numpy as np
from scipy.optimize import minimize_scalar

from .leave_one_out import kept_blocks, scores

# Candidates go from this fraction of the root mean square distance between rows ...
SMALLEST, LARGEST = 1e-4, 2.0
N_GRID = 16
# ... all tried on all queries while there are no more distances than these, and else on so
# many queries, to try on the others what is near the best.
FEW_DISTANCES, N_SCOUTS = 2048**2, 256
# An exact search over more rows than this starts from the optimum of so many of them, with
# candidates this factor apart.
FEW_ROWS = 2048
STEP = 1.15
MAX_PASSES = 8
# A pass tells how far it is once in so many seconds.
SECONDS_BETWEEN_LINES = 10


def search(problem, rms_distance, n_sample, rng, verbose=False):
    """Find the spread of the lowest leave-one-out score.

    A geometric grid, and a bounded scalar search between the neighbours of its minimum:
    over a random sample of the queries, each predicted by all patterns, so without bias;
    or over all, if ``n_sample`` is None or not less. Many queries that are all wanted: the
    same over a sample, and then passes over all with three spreads a factor 1.15 apart
    around its optimum, continued while the lowest is the outermost.

    Parameters
    ----------
    problem : LeaveOneOut
    rms_distance : float
        Root mean square distance between rows.
    n_sample : int or None
        How many queries count in the scores; None takes all.
    rng : numpy.random.RandomState
    verbose : bool
        Whether to print a line after each pass, and in long ones.

    Returns
    -------
    sigma : float
        The spread of the lowest of the scores.
    table : ndarray of shape (n_candidates, 2)
        Spread and score, by ascending spread.
    """
    n = problem.Q.shape[0]
    if n_sample is not None and n_sample < n:
        tried = _grid_then_bounded(_sample(problem, n_sample, rng), rms_distance, verbose)
    elif n_sample is None and n > FEW_ROWS:
        sample = _sample(problem, FEW_ROWS, rng)
        start = _best(_grid_then_bounded(sample, rms_distance, verbose))
        tried = _walk(problem, start, verbose)
    else:
        tried = _grid_then_bounded(problem, rms_distance, verbose)
    return _best(tried), np.array(sorted(tried.items()))


def _sample(problem, size, rng):
    """So many of the queries, drawn at random."""
    rows = rng.choice(problem.Q.shape[0], size, replace=False)
    return problem.sample(np.sort(rows))


def _grid_then_bounded(problem, rms_distance, verbose):
    """Spreads and scores of a coarse grid and of the search inside its best interval."""
    smallest = max(SMALLEST, 3 * np.sqrt(np.finfo(problem.columns.dtype).eps))
    grid = rms_distance * np.geomspace(smallest, LARGEST, N_GRID)
    kept = kept_blocks(problem)
    tried = _on_grid(problem, grid, kept, verbose)
    best = np.searchsorted(grid, _best(tried))

    def score(log_sigma):
        sigma = float(np.exp(log_sigma))
        tried.update(_scores(problem, [sigma], kept, verbose))
        return tried[sigma]

    bounds = np.log([grid[max(best - 1, 0)], grid[min(best + 1, N_GRID - 1)]])
    minimize_scalar(score, bounds=bounds, method="bounded", options={"xatol": 1e-2})
    return tried


def _on_grid(problem, grid, kept, verbose):
    """Scores by spread, of the whole grid or around its minimum."""
    n_queries, n_rows = problem.Q.shape[0], problem.X.shape[0]
    if n_queries * n_rows <= FEW_DISTANCES or n_queries <= N_SCOUTS:
        return _scores(problem, grid, kept, verbose)
    scouts = problem.sample(np.linspace(0, n_queries - 1, N_SCOUTS).astype(int))
    best, tried = _best(_scores(scouts, grid, None, verbose)), {}
    while True:
        index = np.searchsorted(grid, best)
        around = grid[max(index - 1, 0) : index + 2]
        spreads = [sigma for sigma in around if sigma not in tried]
        if not spreads:
            return tried
        tried.update(_scores(problem, spreads, kept, verbose))
        best = _best(tried)


def _walk(problem, start, verbose):
    """Spreads and scores over all queries, around ``start`` and on downhill."""
    tried, powers = {}, np.arange(-1, 2)
    for _ in range(MAX_PASSES):
        tried.update(_scores(problem, start * STEP**powers, None, verbose))
        best = _best(tried)
        if min(tried) < best < max(tried):
            break
        powers = powers + (3 if best == max(tried) else -3)
    return tried


def _best(tried):
    """The spread of the lowest score; of equals the widest, which is the smoothest."""
    return float(min(tried, key=lambda sigma: (tried[sigma], -sigma)))


def _scores(problem, spreads, kept, verbose):
    """Scores by spread, from one pass."""
    start, last = time.perf_counter(), time.perf_counter()
    n_queries, n_rows = problem.Q.shape[0], problem.X.shape[0]
    spoken = f"{len(spreads)} spread{'s' if len(spreads) > 1 else ''}"
    subject = f"leave one out, {spoken}, {n_queries} of {n_rows} rows"

    def watch(done):
        nonlocal last
        if time.perf_counter() - last > SECONDS_BETWEEN_LINES and done < n_queries:
            last = time.perf_counter()
            print(f"{subject}: {done / n_queries:.0%}, {last - start:.0f} s", flush=True)

    found = scores(problem, spreads, kept, watch if verbose else None)
    tried = dict(zip(spreads, found, strict=True))
    if verbose:
        best, seconds = _best(tried), time.perf_counter() - start
        print(
            f"{subject}: best spread {best:.4g}, score {tried[best]:.4f}, {seconds:.1f} s",
            flush=True,
        )
    return tried
