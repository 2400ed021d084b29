import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import defocus_psf, motion_psf
from skblur.blurs.psf_from_pair import psf_from_pair


@pytest.mark.parametrize("psf", [motion_psf(6, 25), defocus_psf(2.3)])
def test_the_psf_comes_back(photos, psf):
    sharp = photos[0][:120, :140]
    blurred = fftconvolve(sharp, psf, mode="valid")
    found = psf_from_pair(sharp, blurred.clip(0, 1), 9)
    pad = (9 - len(psf)) // 2
    np.testing.assert_allclose(found, np.pad(psf, pad), atol=2e-3)
    assert found.sum() == pytest.approx(1)
    assert found.min() >= 0


def test_not_symmetric_and_not_turned_around(rng):
    sharp, psf = rng.random((70, 80)), np.zeros((5, 5))
    psf[0, 1], psf[3, 4] = 0.7, 0.3
    found = psf_from_pair(sharp, fftconvolve(sharp, psf, mode="valid").clip(0, 1), 5)
    np.testing.assert_allclose(found, psf, atol=1e-6)


def test_same_shape_exposure_and_8_bits(photos):
    sharp, psf = photos[0][:150, :150], motion_psf(7, 60)
    blurred = 0.1 + 0.7 * fftconvolve(sharp, psf, mode="same")
    seen = np.rint(255 * blurred.clip(0, 1)).astype(np.uint8)
    found = psf_from_pair(sharp, seen, 9)
    pad = (9 - len(psf)) // 2
    np.testing.assert_allclose(found, np.pad(psf, pad), atol=0.02)


def test_complaints(rng):
    sharp = rng.random((40, 40))
    with pytest.raises(ValueError, match="side must be an odd integer"):
        psf_from_pair(sharp, sharp, 4)
    with pytest.raises(ValueError, match="an even number of rows and columns less"):
        psf_from_pair(sharp, sharp[:-1])
    with pytest.raises(ValueError, match="sharp must be larger than side"):
        psf_from_pair(sharp, sharp, 41)
    with pytest.raises(ValueError, match="sharp must show something"):
        psf_from_pair(np.full((40, 40), 0.5), sharp, 5)
