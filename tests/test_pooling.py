import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from skblur.estimation.pooling import bounded_log, by_name, learn_evidence, pool


def test_witnesses_that_agree_are_as_sure_as_they_count(rng):
    """n equal witnesses of evidence e give the probabilities to the power of n e."""
    p = softmax(rng.standard_normal(4))
    log_p = np.log(np.tile(p, (5, 1)))
    np.testing.assert_allclose(pool(log_p, 0.2), p)
    np.testing.assert_allclose(pool(log_p, 1.0), p**5 / (p**5).sum())


def test_of_witnesses_the_logarithms_are_averaged(rng):
    log_p = np.log(softmax(rng.standard_normal((2, 3)), axis=1))
    np.testing.assert_allclose(pool(log_p, 0.5), softmax(log_p[0] / 2 + log_p[1] / 2))


def test_what_is_learned_is_what_a_witness_is_worth(rng):
    """An honest one, one that is three times too sure, and one that knows nothing."""
    logits = 2 * rng.standard_normal((20000, 3))
    p = softmax(logits, axis=1)
    columns = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
    none = rng.standard_normal((len(p), 3))
    for seen, worth in ((logits, 1), (3 * logits, 1 / 3), (none, 0)):
        evidence = learn_evidence(log_softmax(seen, axis=1), columns)
        assert evidence == pytest.approx(worth, rel=0.05, abs=0.05)


def test_bounds_and_names():
    assert bounded_log(np.array([0.0, 1.0])).tolist() == [np.log(1e-4), 0]
    assert by_name([0, 2], [0.25, 0.75]) == {"none": 0.25, "motion": 0.75}
