import numpy as np
import pytest

from skblur import LogSpectrumTransformer, WelchSpectrumTransformer
from skblur.spectra.levels import as_spectrum
from skblur.spectra.welch import welch_power
from skblur.spectra.windows import FEW_WINDOWS, MAX_WINDOWS


def welch_spectrum(photo, window=64):
    power, n_windows = welch_power(photo, window)
    return as_spectrum(power, (window, window)), n_windows


def slow_spectrum(photo, side):
    """The definition, window by window, with the plain FFT."""
    taper = np.hanning(side + 2)[1:-1]
    taper /= np.linalg.norm(taper)
    for step in (side // 2, side // 4):
        n_windows = np.prod([(n - side) // step + 1 for n in photo.shape])
        if n_windows >= FEW_WINDOWS:
            break
    step *= max(round((n_windows / MAX_WINDOWS) ** 0.5), 1)
    tops, lefts = (range((n - side) % step // 2, n - side + 1, step) for n in photo.shape)
    powers = []
    for top in tops:
        for left in lefts:
            window = photo[top : top + side, left : left + side]
            if window.std() < 0.01 or ((window == 0) | (window == 1)).mean() > 0.1:
                continue
            window = (window - window.mean()) * np.outer(taper, taper)
            powers.append(np.abs(np.fft.fft2(window)) ** 2)
    level = np.log1p(12 * 255**2 * np.mean(powers, axis=0))
    return np.fft.fftshift(level / level.max()), len(powers)


@pytest.mark.parametrize("shape", [(100, 150), (64, 64), (97, 131), (240, 250), (501, 640)])
@pytest.mark.parametrize("window", [32, 33, 64])
def test_equals_the_definition(shape, window, rng):
    photo = rng.random(shape)
    photo[:60, :70] = 0.4
    photo[-20:, -20:] = 1.0
    spectrum, n_windows = welch_spectrum(photo, window)
    expected, n_expected = slow_spectrum(photo, window)
    assert n_windows == n_expected
    np.testing.assert_allclose(spectrum.reshape(window, window), expected, atol=1e-10)


def test_one_window_is_the_log_spectrum(rng):
    X = rng.random((4, 1024)).astype(np.float32)
    welch = WelchSpectrumTransformer().fit_transform(X)
    plain = LogSpectrumTransformer(taper="hann").fit_transform(X)
    # Other sums of the same numbers, in single precision.
    np.testing.assert_allclose(welch, plain, atol=3e-5)


def test_transformer_and_function_agree(rng):
    X = rng.random((3, 80 * 120)).astype(np.float32)
    S = WelchSpectrumTransformer((80, 120), window=32).fit_transform(X)
    assert S.dtype == np.float32
    for row, spectrum in zip(X, S, strict=True):
        one, _ = welch_spectrum(row.reshape(80, 120), 32)
        np.testing.assert_array_equal(one, spectrum)


def test_average_is_less_noisy_than_a_window(rng):
    """White noise: the deviation falls as with so many independent windows."""
    few, many = (welch_spectrum(rng.random((n, n)), 32)[0].std() for n in (32, 320))
    # Windows that overlap by half are worth fewer; 19 x 19 of them over 10 x 10.
    assert 7 < few / many < 20


def test_nothing_to_tell():
    spectrum, n_windows = welch_spectrum(np.full((70, 70), 0.5, np.float32))
    assert n_windows == 0
    np.testing.assert_allclose(spectrum, 0, atol=1e-5)


def test_too_small():
    with pytest.raises(ValueError, match="at least 64 x 64 pixels, got"):
        welch_spectrum(np.zeros((63, 100)))


def test_float32_agrees_with_float64(rng):
    photo = rng.random((100, 100))
    double, _ = welch_spectrum(photo)
    single, _ = welch_spectrum(photo.astype(np.float32))
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(single, double, atol=1e-5)


def test_only_where_it_is_asked_for(rng):
    """A mask on the borders of windows leaves those of the part."""
    photo = rng.random((128, 512))
    photo[:, 256:] *= 0.1
    where = np.zeros(photo.shape, bool)
    where[:, 256:] = True
    power, n_windows = welch_power(photo, 64, where)
    assert 0 < n_windows < welch_power(photo, 64)[1]
    assert power.mean() == pytest.approx(welch_power(photo[:, 256:], 64)[0].mean(), rel=0.2)
    assert welch_power(photo, 64, np.zeros(photo.shape, bool))[1] == 0
