"""A few of the broken files of ``benchmarks/fuzz.py``: none may break a bound."""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

# Limits of a process, which not every system has.
pytest.importorskip("resource")

PEAK = Path("/proc/self/clear_refs")
N_PICTURES, N_MODELS = 295, 200

pytestmark = pytest.mark.usefixtures("benchmarks")


@pytest.fixture(scope="module")
def pictures(benchmarks, tmp_path_factory):
    from fuzzing.picture_seeds import picture_seeds
    from fuzzing.picture_trials import PictureTrials

    return PictureTrials(picture_seeds(), 0, tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def models(benchmarks, tmp_path_factory):
    from fuzzing.model_seeds import model_seeds
    from fuzzing.model_trials import ModelTrials

    return ModelTrials(model_seeds(), 0, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def outcomes(pictures, models):
    """Of all mutants, by what they were before."""
    return {
        "pictures": [pictures(number) for number in range(N_PICTURES)],
        "models": [models(number) for number in range(N_MODELS)],
    }


@pytest.mark.parametrize("kind", ["pictures", "models"])
def test_no_bound_is_broken(outcomes, kind):
    assert [outcome for outcome in outcomes[kind] if outcome.broken] == []


def test_some_mutants_live(outcomes):
    """They are refused for what was done to them, not for what they were made of."""
    names = [outcome.name for kind in outcomes.values() for outcome in kind]
    assert names.count("answered") > N_PICTURES / 10
    assert names.count("same answer") > N_MODELS / 50


def test_mutants_are_made_again_by_their_numbers(pictures, models):
    for trials in (pictures, models):
        first, second = ([trials.prepared(i)[0] for i in range(9)] for _ in range(2))
        assert first == second
        assert len({mutant.data for mutant in first}) == 9


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda: "answered", "answered"),
        (lambda: {}["no key"], "KeyError"),
        (lambda: sys.exit(2), "SystemExit"),
        (lambda: warnings.warn("a warning", stacklevel=1) or "answered", "noise"),
        (lambda: print("a word") or "answered", "noise"),
        pytest.param(
            # So much that it is no memory that was used before.
            lambda: np.ones(100 * 2**17).sum() and "answered",
            "too large",
            marks=pytest.mark.skipif(not PEAK.exists(), reason="memory is read in /proc"),
        ),
        (lambda: time.sleep(1.2) or "answered", "too slow"),
    ],
)
def test_broken_bounds_are_seen(ask, name):
    from fuzzing.outcomes import Trial
    from fuzzing.picture_mutants import Mutant

    outcome = Trial(seconds=1, megabytes=10).run(Mutant(0, "png", [], b""), ask)
    assert outcome.name == name
    assert outcome.broken == (name != "answered")
