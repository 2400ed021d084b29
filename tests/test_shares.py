"""How much of a photograph has which blur: `BlurEstimate.shares`, `parts` and `mostly`."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from skblur import BlurEstimate, BlurMap, estimate_blur


@pytest.fixture(scope="module")
def partly(photos):
    """A third of it sharp."""
    seen = photos[5].copy()
    seen[:, 160:] = gaussian_filter(photos[5], 4)[:, 160:]
    return seen


@pytest.fixture(scope="module")
def found(partly):
    return estimate_blur(partly, free_psf=False)


def test_shares_are_of_the_area(found, photos):
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.shares["none"] == pytest.approx(1 / 3, abs=0.2)
    assert estimate_blur(photos[5]).shares["none"] > found.shares["none"] + 0.2


def test_the_answer_says_what_else_there_is(found):
    assert found.blur_type == "none"
    assert found.mostly == "gaussian"
    assert found.parts["gaussian"]["sigma"] == pytest.approx(4, abs=1)
    assert "% of the picture gaussian, sigma about 4 px" in str(found)
    assert found.to_dict()["shares"] == found.shares


def test_sizes_are_in_pixels_of_the_photograph(partly, found):
    """One of more than 1024 pixels is looked at made smaller."""
    large = estimate_blur(np.kron(partly, np.ones((3, 3))), free_psf=False)
    assert large.picture.shape == (partly.shape[0] * 3 // 2, partly.shape[1] * 3 // 2)
    assert large.parts["gaussian"]["sigma"] == pytest.approx(12, abs=3)


def test_the_picture_is_not_stored(found):
    stored = pickle.dumps(found)
    assert len(stored) < 5000
    back = pickle.loads(stored)
    assert back == found
    assert back.picture is None
    assert back.shares == found.shares


def test_what_is_handed_out_is_a_copy(found):
    """Non-regression test for: to_dict and the properties gave what they are made of."""
    free = np.full((3, 3), 1 / 9)
    own = replace(found, free_psf=free)
    before = own.to_dict()
    for part in own.parts.values():
        part.clear()
    own.parts.clear()
    own.shares.clear()
    own.psf[:] = 0
    for value in own.to_dict().values():
        if isinstance(value, dict):
            value.clear()
    assert own.to_dict() == before
    assert own.parts == found.parts
    assert own.mostly == found.mostly
    np.testing.assert_array_equal(own.psf, free)


def test_without_a_picture_nothing_is_said():
    told = BlurEstimate("defocus", {"defocus": 0.9}, {"radius": 3.0})
    assert told.shares == told.parts == {}
    assert told.mostly == "defocus"
    assert str(told) == "defocus, radius 3.0 px (confidence 0.90)"
    assert "shares" not in told.to_dict()


def test_parts_of_which_none_has_the_blur_of_the_whole_are_not_said(found):
    """Windows may not see what the whole shows: both judge the same, not other parts."""
    told = replace(found)
    told.__dict__["_of_parts"] = (
        {"motion": {"fraction": 1.0, "length": 9.0}},
        {"motion": 1.0},
    )
    assert str(told) == f"none (confidence {found.confidence:.2f})"
    told.__dict__["_of_parts"][0]["none"] = {"fraction": 0.1}
    assert "; 100 % of the picture motion, length about 9 px" in str(told)


def test_what_is_undecided_is_not_shared_out():
    p = np.full((2, 2, 4), 0.25, np.float32)
    p[0] = [1, 0, 0, 0]
    shares = BlurMap((8, 8), p, {}, first=1.5, stride=4).shares()
    assert shares["undecided"] == 0.5
    assert shares["none"] == 0.5
