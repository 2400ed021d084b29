import numpy as np
import pytest

from skblur import motion_psf
from skblur.blurs import shake as shake_module
from skblur.blurs.shake import bowed_psf, hand_psf, shaken_psf
from skblur.camera import Camera
from skblur.datasets.photos import make_blur_photos
from skblur.estimation.weighing import extent
from skblur.metrics import angle_error


def centre(psf):
    half = len(psf) // 2
    rows, columns = np.indices(psf.shape) - half
    return (psf * rows).sum(), (psf * columns).sum()


@pytest.mark.parametrize("angle", [0, 30, 120])
@pytest.mark.parametrize("length", [0, 0.7, 5, 21.5])
@pytest.mark.parametrize("draw", [shaken_psf, hand_psf, bowed_psf])
def test_is_a_psf_about_its_centre(draw, length, angle):
    for seed in range(5):
        psf = draw(length, angle, seed)
        assert len(psf) % 2 == 1
        assert psf.min() >= 0
        assert psf.sum() == pytest.approx(1)
        np.testing.assert_allclose(centre(psf), 0, atol=1e-9)
        assert len(psf) <= 2.8 * length + 5


def test_without_bends_it_is_the_straight_motion(monkeypatch):
    for name in ("BOW", "SWAY", "JERK"):
        monkeypatch.setattr(shake_module, name, 0.0)
    shaken, straight = bowed_psf(12, 30, 0), motion_psf(12, 30)
    pads = [
        max(len(a), len(b)) - len(a) for a, b in ((shaken, straight), (straight, shaken))
    ]
    shaken, straight = (
        np.pad(psf, pad // 2) for psf, pad in zip((shaken, straight), pads, strict=True)
    )
    # The one is spread by a triangle of two pixels, the other by a square of one.
    assert np.abs(shaken - straight).sum() < 0.5
    np.testing.assert_allclose(shaken.cumsum(0)[-1], straight.cumsum(0)[-1], atol=0.02)


@pytest.mark.parametrize("angle", [0, 30, 120])
def test_a_hand_goes_as_far_as_it_is_told_to(angle):
    """And so `extent`, which is written another way, finds it."""
    for seed in range(10):
        length, found, _ = extent(hand_psf(20, angle, seed))
        assert length == pytest.approx(20, abs=1.6)
        psf = hand_psf(20, angle, seed)
        assert angle_error(found, angle) < 1 or roundness(psf) > 0.6


def roundness(psf):
    """Spread across the main direction over that along it."""
    half = len(psf) // 2
    rows, columns = np.indices(psf.shape) - half
    cross = (psf * rows * columns).sum()
    moments = np.array([[(psf * rows**2).sum(), cross], [cross, (psf * columns**2).sum()]])
    low, high = np.linalg.eigvalsh(moments)
    return np.sqrt(low / high)


def test_a_hand_rests_and_wanders():
    """Some paths have a bright spot, and hardly any is straight."""
    paths = [hand_psf(20, 0, seed) for seed in range(60)]
    straight = motion_psf(20, 0)
    spots = [psf.max() > 4 * straight.max() for psf in paths]
    assert 0.1 < np.mean(spots) < 0.6
    assert np.median([roundness(psf) for psf in paths]) > 0.15


def test_in_photographs(rng):
    scenes = rng.random((2, 120, 120))
    settings = {"kinds": ("motion",), "size": 15, "camera": Camera(gamma=1)}
    straight, y = make_blur_photos(scenes, 4, random_state=0, **settings)
    shaken, z = make_blur_photos(scenes, 4, real=1.0, random_state=0, **settings)
    np.testing.assert_array_equal(y, z)
    assert any(
        a.shape != b.shape or (a != b).any() for a, b in zip(straight, shaken, strict=True)
    )
    with pytest.raises(ValueError, match=r"real must be in \[0, 1\]"):
        make_blur_photos(scenes, 4, real=2)


@pytest.mark.parametrize("draw", [shaken_psf, hand_psf, bowed_psf])
def test_complaint(draw):
    with pytest.raises(ValueError, match="length must be at least 0"):
        draw(-1)
