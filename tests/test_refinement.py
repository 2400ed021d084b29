import numpy as np
import pytest

from skblur import defocus_psf, motion_psf, psf_to_otf
from skblur.blurs.targets import target_psf
from skblur.blurs.types import blur_type
from skblur.camera import Camera, take_photo
from skblur.estimation.refinement import _Fit, _Grid, refine
from skblur.metrics import angle_error
from skblur.spectra.welch import welch_power

WINDOW = 64


def seen_power(photo, psf):
    return welch_power(take_photo(photo, psf, Camera(gamma=1)))[0]


@pytest.mark.parametrize("length", [6.3, 11.7, 18.2])
@pytest.mark.parametrize("angle", [27.0, 61.0, 110.0])
def test_motion_is_found_from_a_poor_guess(photos, length, angle):
    power = seen_power(photos[0], motion_psf(length, angle))
    found = refine(power, "motion", 1.06 * length, angle - 2)
    assert found.size == pytest.approx(length, abs=0.15)
    assert angle_error(found.angle, angle) < 0.7
    assert 0 < found.size_std < 0.5
    assert 0 < found.angle_std < 3


@pytest.mark.parametrize("radius", [2.4, 5.6, 9.1])
def test_defocus_is_found_from_a_poor_guess(photos, radius):
    power = seen_power(photos[0], defocus_psf(radius))
    found = refine(power, "defocus", 0.94 * radius)
    assert found.size == pytest.approx(radius, abs=0.05)
    assert (found.angle, found.angle_std) == (0, 0)


def test_without_evidence_the_guess_remains():
    """White noise has no zeros."""
    noise = np.random.default_rng(0).uniform(0.3, 0.7, (300, 300))
    found = refine(welch_power(noise)[0], "motion", 9.0, 40.0, std=(0.01, 0.1))
    assert found.size == pytest.approx(9, abs=0.05)
    assert angle_error(found.angle, 40) < 0.5


def test_otf_of_a_psf_is_that_of_psf_to_otf():
    psf = motion_psf(9.3, 35)
    grid = _Grid(WINDOW)
    same, mirrored = grid.psf_otf(psf)
    otf = psf_to_otf(psf, (WINDOW, WINDOW)).real
    n = grid.n
    np.testing.assert_allclose(same, otf[:n, :n], atol=1e-12)
    np.testing.assert_allclose(mirrored, otf[:n, -np.arange(n)], atol=1e-12)


@pytest.mark.parametrize("target", [(2, 14.0, 35.0), (3, 7.0, 0.0)])
def test_otf_of_a_lens_is_that_of_a_wide_psf_at_low_frequencies(target):
    """What the sampling of a PSF folds back is far above."""
    kind = blur_type(target[0])
    blur = kind.arguments(target)
    grid = _Grid(WINDOW)
    low = grid.frequency < 0.15
    of_psf, of_lens = grid.psf_otf(target_psf(target)), grid.lens_otf(kind, *blur)
    np.testing.assert_allclose(
        of_psf[:, low][:, :, low], of_lens[:, low][:, :, low], atol=0.02
    )


def test_smoothing_is_what_a_taper_does_to_noise_of_a_known_spectrum(rng):
    """The mean power of tapered windows of coloured noise, against the prediction."""
    side, n_samples = 128, 400
    # Even and odd parts: power that differs between (u, v) and (u, -v).
    frequency = np.fft.fftfreq(side)
    down, across = frequency[:, None], frequency
    colour = np.exp(-(((down - 2 * across) / 0.2) ** 2))
    white = rng.standard_normal((n_samples, side, side))
    noise = np.fft.ifft2(np.fft.fft2(white) * np.sqrt(colour)).real
    taper = np.hanning(WINDOW + 2)[1:-1]
    taper = np.outer(taper, taper) / (taper @ taper)
    seen = (np.abs(np.fft.fft2(noise[:, :WINDOW, :WINDOW] * taper)) ** 2).mean(axis=0)
    grid = _Grid(WINDOW)
    down, across = grid.frequency[:, None], grid.frequency
    true = [np.exp(-(((down - 2 * sign * across) / 0.2) ** 2)) for sign in (1, -1)]
    same, mirrored = grid.smooth(np.array(true))
    n = grid.n - 3
    np.testing.assert_allclose(same[:n, :n], seen[:n, :n], atol=0.25)
    np.testing.assert_allclose(mirrored[:n, :n], seen[:n, -np.arange(n)], atol=0.25)


@pytest.mark.parametrize("of_lens", [False, True])
@pytest.mark.parametrize("name", ["motion", "defocus"])
def test_derivatives_are_differences(photos, name, of_lens):
    kind = blur_type(name)
    blur = [8.0, 33.0][: len(kind.parameters)]
    power = seen_power(photos[0], kind.psf(*blur))
    mean = np.append([0, -2.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0], blur)
    fit = _Fit(power, kind, of_lens, mean, np.ones(len(mean)))
    values = fit.start()
    _, _, jacobian, _ = fit.evaluate(values, len(values))
    for index in range(len(values)):
        step = 1e-5 if index < 9 else 1e-2
        up, down = values.copy(), values.copy()
        up[index] += step
        down[index] -= step
        difference = fit.evaluate(up, 9)[1] - fit.evaluate(down, 9)[1]
        expected = difference / (2 * step)
        # Those of size and angle are taken over wide steps: a sampled PSF has kinks.
        tolerance = 1e-4 if index < 9 else 0.1
        off = np.linalg.norm(jacobian[index] - expected)
        assert off <= tolerance * np.linalg.norm(expected)
