"""What broken files do: every one is answered or refused, in time, memory and silence.

    python benchmarks/fuzz.py --pictures 2000 --models 500
    python benchmarks/fuzz.py --jobs 2
    python benchmarks/fuzz.py --only pictures:1234

Small valid pictures of every format that can be written here, and small models of every
kind that a file may hold, are broken: bits, bytes, blocks, sizes, chunks and directories
behind repaired checksums, headers, arrays. Each goes through the public reader and what it
gives through `estimate_blur`, or through `load_model` and what it gives is asked about
rows and a picture; a tenth goes through the command too. Written: a table of formats and
outcomes, and what broke a bound. The bounds:

- no exception but `ImageFileError` and `ModelFileError` of files, `ValueError` of what was
  read, and no answer that is not finite and in range;
- no warning, and nothing printed but the command's own lines; what libraries written in C
  write to the error stream themselves is counted as "C spoke";
- at most 5 seconds, and 300 MB above those of the process, of pictures of up to 4
  megapixels and models of up to 64 MB;
- damage to a model is noticed, unless its checksums were repaired.

The exit status is 1 if a bound is broken. ``--only KIND:N`` files the mutant of a number,
and runs it as it is, with its traceback.
"""

import argparse
import os
import sys
import tempfile
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from fuzzing.model_mutants import model_mutant
from fuzzing.model_seeds import model_seeds
from fuzzing.model_trials import ModelTrials
from fuzzing.outcomes import Outcome
from fuzzing.picture_mutants import picture_mutant
from fuzzing.picture_seeds import picture_seeds
from fuzzing.picture_trials import PictureTrials
from fuzzing.tally import Tally, columns
from fuzzing.workers import run_all
from reporting import Table, progress

PICTURES, MODELS = 100_000, 20_000
AT_ONCE = 1000
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Kind(NamedTuple):
    """What is broken, how, and what may come of it."""

    seeds: Any
    mutant: Any
    trials: type
    outcomes: tuple[str, ...]


KINDS = {
    "pictures": Kind(
        picture_seeds,
        picture_mutant,
        PictureTrials,
        ("answered", "undecided", "not judged", "refused"),
    ),
    "models": Kind(
        model_seeds,
        model_mutant,
        ModelTrials,
        ("same answer", "other answer", "no answer", "refused"),
    ),
}


def main():
    args = parse_arguments()
    # Of the processes that run the trials, which are begun later.
    os.environ.update(dict.fromkeys(THREADS, "1"))
    if args.only:
        return run_one(*args.only, args)
    numbers = {"pictures": args.pictures, "models": args.models}
    tallies = [run_kind(name, n, args) for name, n in numbers.items() if n]
    return int(any(tally.broken for tally in tallies))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=PICTURES, help="how many (100 000)")
    parser.add_argument("--models", type=int, default=MODELS, help="how many (20 000)")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once (1)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=numbered, metavar="KIND:N", help="one mutant")
    parser.add_argument("--output", type=Path, default=Path("results"))
    return parser.parse_args()


def numbered(text):
    """Kind and number of a mutant."""
    name, _, number = text.partition(":")
    if name not in KINDS or not number.isdigit():
        raise argparse.ArgumentTypeError(f"must be one of {[*KINDS]}, a colon, a number")
    return name, int(number)


def run_kind(name, n, args):
    """Run all mutants of a kind and write what came of them."""
    kind = KINDS[name]
    seeds = kind.seeds()
    tally = Tally(kind.outcomes)
    with tempfile.TemporaryDirectory() as folder:
        given = partial(worker_arguments, seeds, args.seed, Path(folder))
        found = run_all(kind.trials, given, range(n), args.jobs)
        for _ in progress(range(0, n, AT_ONCE), f"{name} from {{}}".format):
            for number, outcome in islice(found, AT_ONCE):
                if isinstance(outcome, str):
                    died = kind.mutant(seeds, args.seed, number)
                    outcome = Outcome(number, died.format, outcome)
                tally.add(outcome)
    path = args.output / f"fuzz_{name}.txt"
    table = Table(path, f"Broken {name}, seed {args.seed}", columns(kind.outcomes))
    for row in tally.rows():
        table.add(*row)
    complaints = (
        "\n".join(["", *tally.complaints()]) if tally.broken else "\nNo bound broken."
    )
    print(complaints)
    with path.open("a") as file:
        file.write(f"{complaints}\n")
    return tally


def worker_arguments(seeds, seed, folder, job):
    """Arguments of the trials of a process, which has a folder of its own."""
    own = folder / str(job)
    own.mkdir()
    return seeds, seed, own


def run_one(name, number, args):
    """File a mutant and run it without any protection."""
    kind = KINDS[name]
    args.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        trials = kind.trials(kind.seeds(), args.seed, folder)
        mutant, ask = trials.prepared(number)
        suffix = mutant.format if name == "pictures" else "npz"
        path = args.output / f"{name}_{number}.{suffix}"
        path.write_bytes(mutant.data)
        print(f"{path}: {mutant.seed} after {', '.join(mutant.edits)}", flush=True)
        print(ask())
    return 0


if __name__ == "__main__":
    sys.exit(main())
