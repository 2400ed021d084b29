"""Lenses that are not ideal: light, area and shape of what they make of a point."""

import numpy as np
import pytest

from skblur import defocus_psf
from skblur.blurs import iris as iris_module
from skblur.blurs.iris import iris_psf
from skblur.datasets import make_blur_photos


@pytest.mark.parametrize("radius", [0, 0.4, 1.5, 6, 13])
def test_is_a_psf_that_its_array_holds(radius):
    for seed in range(8):
        psf = iris_psf(radius, seed)
        assert len(psf) % 2 == 1
        assert psf.min() >= 0
        assert psf.sum() == pytest.approx(1)
        if radius > 1:
            assert max(psf[0].sum(), psf[:, 0].sum()) < 1e-3


def test_an_ideal_iris_is_the_disc(monkeypatch):
    for name, value in (
        ("ROUNDNESS", (1, 1)),
        ("SOFTNESS", (1e-3, 1e-3)),
        ("RING", (0, 0)),
        ("STRETCHED", 0),
    ):
        monkeypatch.setattr(iris_module, name, value)
    psf, disc = iris_psf(6.3, 0), defocus_psf(6.3)
    cut = (len(psf) - len(disc)) // 2
    np.testing.assert_allclose(psf[cut:-cut, cut:-cut], disc, atol=0.15 * disc.max())
    assert np.abs(psf[cut:-cut, cut:-cut] - disc).sum() < 0.02


def test_whatever_the_shape_the_area_is_that_of_the_disc(monkeypatch):
    monkeypatch.setattr(iris_module, "SOFTNESS", (1e-3, 1e-3))
    monkeypatch.setattr(iris_module, "RING", (0, 0))
    areas = [1 / (iris_psf(9, seed) ** 2).sum() for seed in range(20)]
    np.testing.assert_allclose(areas, 1 / (defocus_psf(9) ** 2).sum(), rtol=0.05)


def test_makes_the_defocus_of_photographs(rng):
    scenes = rng.random((2, 120, 120))
    settings = {"kinds": ("defocus",), "size": 6, "camera": None, "random_state": 0}
    ideal, y = make_blur_photos(scenes, 3, **settings)
    real, z = make_blur_photos(scenes, 3, real={"defocus": 1.0}, **settings)
    same, _ = make_blur_photos(scenes, 3, real={"motion": 1.0}, **settings)
    assert all((a == b).all() for a, b in zip(ideal, same, strict=True))
    np.testing.assert_array_equal(y, z)
    assert any(
        a.shape != b.shape or (a != b).any() for a, b in zip(ideal, real, strict=True)
    )


def test_only_what_can_be_drawn_is_real(rng):
    scenes = rng.random((1, 90, 90))
    with pytest.raises(ValueError, match="real must name types out of"):
        make_blur_photos(scenes, 2, real={"gaussian": 0.5})


def test_complaint():
    with pytest.raises(ValueError, match="radius"):
        iris_psf(-1)
