import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from skblur.estimation.pooling import bounded_log, by_name, learn_trust, pool


def test_witnesses_that_agree_are_as_sure_as_they_count(rng):
    """n equal witnesses of evidence e give the probabilities to the power of n e."""
    p = softmax(rng.standard_normal(4))
    log_p = np.log(np.tile(p, (5, 1)))
    np.testing.assert_allclose(pool(log_p, 0.2), p)
    np.testing.assert_allclose(pool(log_p, 1.0), p**5 / (p**5).sum())


def test_trust_weighs(rng):
    log_p = np.log(softmax(rng.standard_normal((2, 3)), axis=1))
    np.testing.assert_allclose(pool(log_p, 0.5, [1, 0]), softmax(log_p[0]))


def test_what_is_learned_is_what_the_witnesses_are_worth(rng):
    """One honest witness, one that is three times too sure, one that knows nothing."""
    logits = 2 * rng.standard_normal((20000, 3))
    p = softmax(logits, axis=1)
    columns = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
    none = rng.standard_normal((len(p), 3))
    seen = np.stack([log_softmax(x, axis=1) for x in (logits, none)], axis=1)
    trust, evidence = learn_trust(seen, columns)
    np.testing.assert_allclose(trust * evidence, [1, 0], atol=0.05)
    trust, evidence = learn_trust(log_softmax(3 * logits, axis=1)[:, None], columns)
    assert trust == pytest.approx(1)
    assert evidence == pytest.approx(1 / 3, rel=0.05)


def test_bounds_and_names():
    assert bounded_log(np.array([0.0, 1.0])).tolist() == [np.log(1e-4), 0]
    assert by_name([0, 2], [0.25, 0.75]) == {"none": 0.25, "motion": 0.75}
