"""The whole of a photograph says how likely parts are sharp, and what they have if not."""

import numpy as np
import pytest
from scipy.special import logit, softmax

from skblur import BlurEstimate, BlurType, register_blur_type, unregister_blur_type
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


def test_what_does_not_know_of_sharp_does_not_speak_of_it(log_p):
    """As a model of patches, whose types are the three blurs."""
    whole = BlurEstimate("motion", {"gaussian": 0.2, "motion": 0.7, "defocus": 0.1})
    after = softmax(with_whole(log_p, whole), axis=-1)
    before = softmax(log_p, axis=-1)
    np.testing.assert_allclose(after[..., 0], before[..., 0])
    assert (after[..., 2] > before[..., 2]).all()


def test_a_type_without_parameters_is_no_sharp_one(log_p):
    ghost = BlurType(code=4, name="ghost", meaning="twice", psf=lambda: np.ones((1, 1)))
    register_blur_type(ghost)
    try:
        five = np.concatenate([log_p, np.full((5, 7, 1), -1.0)], axis=-1)
        whole = BlurEstimate("ghost", {"none": 0.2, "ghost": 0.8})
        before, after = (softmax(each, axis=-1) for each in (five, with_whole(five, whole)))
    finally:
        unregister_blur_type(ghost)
    np.testing.assert_allclose(
        logit(after[..., 0]), logit(before[..., 0]) + logit(0.2), rtol=1e-9
    )
    assert (after[..., 4] / after[..., 1] > before[..., 4] / before[..., 1]).all()
