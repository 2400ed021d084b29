"""The whole of a photograph says how likely parts are sharp, and what they have if not."""

import numpy as np
import pytest
from scipy.special import logit, softmax

from skblur import BlurEstimate
from skblur.mapping.prior import MOST_SHARP, with_whole


@pytest.fixture
def log_p(rng):
    return np.log(rng.dirichlet(np.ones(4), size=(5, 7)))


def joined(log_p, none=0.0, gaussian=0.0, motion=0.0, defocus=0.0):
    names = {"none": none, "gaussian": gaussian, "motion": motion, "defocus": defocus}
    return softmax(with_whole(log_p, BlurEstimate("none", names)), axis=-1)


def test_odds_of_sharp_are_multiplied(log_p):
    before = softmax(log_p, axis=-1)[..., 0]
    for none in (0.1, 0.4, 0.7):
        after = joined(log_p, none, *[(1 - none) / 3] * 3)[..., 0]
        np.testing.assert_allclose(logit(after), logit(before) + logit(none))
    surely = joined(log_p, none=1.0)[..., 0]
    np.testing.assert_allclose(logit(surely), logit(before) + logit(MOST_SHARP))


def test_types_do_not_change_how_likely_a_part_is_blurred(log_p):
    one = joined(log_p, 0.2, gaussian=0.8)
    other = joined(log_p, 0.2, motion=0.7, defocus=0.1)
    np.testing.assert_allclose(one[..., 0], other[..., 0])
    assert (one[..., 1] > other[..., 1]).all()
    assert (one[..., 2] < other[..., 2]).all()


def test_a_sharp_whole_says_nothing_of_the_types(log_p):
    after, before = joined(log_p, none=1.0), np.exp(log_p)
    shares = [p[..., 1:] / p[..., 1:].sum(axis=-1, keepdims=True) for p in (after, before)]
    np.testing.assert_allclose(*shares)
