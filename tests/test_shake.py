import numpy as np
import pytest

from skblur import motion_psf
from skblur.blurs import shake as shake_module
from skblur.blurs.shake import shaken_psf
from skblur.camera import Camera
from skblur.datasets.photos import make_blur_photos


def centre(psf):
    half = len(psf) // 2
    rows, columns = np.indices(psf.shape) - half
    return (psf * rows).sum(), (psf * columns).sum()


@pytest.mark.parametrize("angle", [0, 30, 120])
@pytest.mark.parametrize("length", [0, 0.7, 5, 21.5])
def test_is_a_psf_about_its_centre(length, angle):
    for seed in range(5):
        psf = shaken_psf(length, angle, seed)
        assert len(psf) % 2 == 1
        assert psf.min() >= 0
        assert psf.sum() == pytest.approx(1)
        np.testing.assert_allclose(centre(psf), 0, atol=1e-9)
        assert len(psf) <= 1.5 * length + 5


def test_without_bends_it_is_the_straight_motion(monkeypatch):
    for name in ("BOW", "SWAY", "JERK"):
        monkeypatch.setattr(shake_module, name, 0.0)
    shaken, straight = shaken_psf(12, 30, 0), motion_psf(12, 30)
    pads = [
        max(len(a), len(b)) - len(a) for a, b in ((shaken, straight), (straight, shaken))
    ]
    shaken, straight = (
        np.pad(psf, pad // 2) for psf, pad in zip((shaken, straight), pads, strict=True)
    )
    # The one is spread by a triangle of two pixels, the other by a square of one.
    assert np.abs(shaken - straight).sum() < 0.5
    np.testing.assert_allclose(shaken.cumsum(0)[-1], straight.cumsum(0)[-1], atol=0.02)


def test_in_photographs(rng):
    scenes = rng.random((2, 120, 120))
    settings = {"kinds": ("motion",), "size": 15, "camera": Camera(gamma=1)}
    straight, y = make_blur_photos(scenes, 4, random_state=0, **settings)
    shaken, z = make_blur_photos(scenes, 4, shake=1.0, random_state=0, **settings)
    np.testing.assert_array_equal(y, z)
    assert any(
        a.shape != b.shape or (a != b).any() for a, b in zip(straight, shaken, strict=True)
    )
    with pytest.raises(ValueError, match=r"shake must be in \[0, 1\]"):
        make_blur_photos(scenes, 4, shake=2)


def test_complaint():
    with pytest.raises(ValueError, match="length must be at least 0"):
        shaken_psf(-1)
