"""The free PSF: what each step must do, and that a path is found."""

import numpy as np
import pytest
import scipy.fft
from scipy.optimize import nnls
from scipy.signal import fftconvolve

from skblur import estimate_psf, motion_psf, psf_to_otf
from skblur.blurs.shake import bowed_psf
from skblur.estimation.free_psf.frames import Frame
from skblur.estimation.free_psf.latent import fewest_gradients
from skblur.estimation.free_psf.plans import best_window, plans_for
from skblur.estimation.free_psf.psf_step import (
    centred,
    cleaned,
    fit_psf,
    least_squares,
    resize_psf,
)
from skblur.estimation.free_psf.search import ladder
from skblur.images.gradients import gradient


def overlap(a, b):
    """Largest normalised correlation of two PSFs, whatever their place."""
    peak = fftconvolve(a, b[::-1, ::-1]).max()
    return peak / np.sqrt((a**2).sum() * (b**2).sum())


@pytest.fixture(scope="module")
def path():
    return bowed_psf(17, 40, random_state=1)


@pytest.fixture(scope="module")
def seen(photos, path):
    return fftconvolve(photos[2][80:330, 80:350], path, mode="valid").clip(0, 1)


@pytest.fixture(scope="module")
def found(seen):
    return estimate_psf(seen)


def test_a_path_is_found(found, path):
    assert overlap(found, path) > 0.8


def test_it_is_a_psf(found):
    assert found.dtype == np.float64
    assert found.shape[0] == found.shape[1]
    assert len(found) % 2 == 1
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    offsets = np.arange(len(found)) - len(found) // 2
    for axis in (0, 1):
        assert abs(offsets @ found.sum(axis=axis)) < 1


def test_dtype_and_colour_say_the_same(seen, found):
    levels = np.rint(255 * seen).astype(np.uint8)
    colour = estimate_psf(np.dstack([levels] * 3), channel_axis=-1)
    assert overlap(colour, found) > 0.97


def test_mirrored_and_turned(seen, found):
    turned = estimate_psf(np.rot90(seen))
    assert overlap(turned, np.rot90(found)) > 0.95
    mirrored = estimate_psf(seen[:, ::-1])
    assert overlap(mirrored, found[:, ::-1]) > 0.95


def test_side_is_kept_to(seen):
    assert estimate_psf(seen, side=15).shape == (15, 15)


@pytest.mark.parametrize(
    ("image", "options", "message"),
    [
        (np.zeros((100, 100)), {"side": 4}, "side must be an odd integer"),
        (np.zeros((100, 100)), {"side": 2.5}, "side must be an odd integer"),
        (np.zeros((31, 100)), {}, "at least 32 x 32 pixels"),
        (np.full((64, 64), 0.5), {}, "must show something"),
        (np.zeros((64, 64, 3)), {}, "pass channel_axis=-1"),
        (np.zeros((64, 64)), {"gamma": 0.5}, "gamma must be at least 1"),
        # Non-regression test for: a PSF larger than the picture came back.
        (np.eye(64), {"side": 101}, "side must be at most that of the image"),
    ],
)
def test_complaints(image, options, message):
    with pytest.raises(ValueError, match=message):
        estimate_psf(image, **options)


def test_least_squares_are_those_of_a_solver(rng):
    """The Toeplitz matrix of the lags written out, and solved by Lawson and Hanson."""
    side = 5
    sharp = rng.standard_normal((40, 40))
    blurred = scipy.fft.irfft2(
        scipy.fft.rfft2(sharp) * psf_to_otf(motion_psf(3, 30), (40, 40), half=True)
    )
    spectra = scipy.fft.rfft2(sharp), scipy.fft.rfft2(blurred)
    auto = scipy.fft.irfft2(np.abs(spectra[0]) ** 2)
    cross = scipy.fft.irfft2(spectra[0].conj() * spectra[1])
    lags = np.arange(1 - side, side)
    around = auto[np.ix_(lags, lags)].astype(np.float32)
    inner = np.arange(side) - side // 2
    right = cross[np.ix_(inner, inner)]
    ridge = 3.0
    start = np.full((side, side), 1 / side**2, np.float32)
    psf = start
    for _ in range(40):
        psf = least_squares(around, right.astype(np.float32), ridge, psf)
    rows, columns = (i.ravel() for i in np.indices((side, side)))
    matrix = around[
        rows[:, None] - rows + side - 1, columns[:, None] - columns + side - 1
    ].astype(float)
    matrix[np.diag_indices(side**2)] += ridge
    factor = np.linalg.cholesky(matrix)
    slow, _ = nnls(factor.T, np.linalg.solve(factor, right.ravel()))
    np.testing.assert_allclose(psf.ravel(), slow, atol=2e-3)


def test_from_the_sharp_picture_the_psf_is_found(photos):
    """With the true latent picture one least-squares step is enough."""
    sharp, psf = photos[2][:200, :220].astype(np.float32), motion_psf(7, 30)
    half = len(psf) // 2
    blurred = fftconvolve(sharp, psf, mode="valid").astype(np.float32)
    frame = Frame(blurred, np.ones(blurred.shape, bool), 11)
    latent = frame.continued.copy()
    latent[frame.inside] = sharp[half:-half, half:-half]
    start = np.zeros((11, 11), np.float32)
    start[5, 5] = 1
    assert overlap(fit_psf(frame, latent, start, 1.0), psf) > 0.9


def test_the_picture_of_fewest_gradients(photos):
    """It explains the photograph with fewer gradients, the fewer the more they weigh."""
    blurred = photos[2][:120, :140].astype(np.float32)
    frame = Frame(blurred, np.ones(blurred.shape, bool), 5)
    spectrum = scipy.fft.rfft2(frame.continued)
    otf = np.ones(spectrum.shape, np.complex64)

    def count(picture):
        return np.mean((gradient(picture) ** 2).sum(axis=0) > 1e-6)

    counts, errors = [count(frame.continued)], [0]
    for weight in (1e-4, 1e-3, 1e-2):
        picture, sharp = fewest_gradients(frame, spectrum, otf, weight, 1e4)
        np.testing.assert_allclose(scipy.fft.irfft2(sharp, frame.shape), picture)
        counts.append(count(picture))
        errors.append(np.mean((picture - frame.continued) ** 2))
    assert counts == sorted(counts, reverse=True)
    assert errors == sorted(errors)
    assert errors[-1] < 0.01


def test_continued_without_a_seam(photos):
    picture = photos[2][:90, :110].astype(np.float32)
    around = Frame(picture, np.ones((90, 110), bool), 20).continued
    np.testing.assert_array_equal(around[:90, :110], picture)
    assert around.shape[0] >= 110
    assert around.shape[1] >= 130
    steps = np.abs(np.diff(np.vstack([around, around[:1]]), axis=0))
    assert steps[90:].max() <= steps[:89].max()


def test_specks_go_and_the_mass_is_centred():
    psf = np.zeros((11, 11), np.float32)
    psf[2:5, 2] = 1
    psf[9, 9] = 0.02
    psf[7, 7] = 0.005
    kept = cleaned(psf)
    assert kept[9, 9] == kept[7, 7] == 0
    assert kept.sum() == pytest.approx(1)
    middle = centred(kept)
    assert middle[4:7, 5].sum() == pytest.approx(1)
    nothing = cleaned(np.zeros((5, 5), np.float32))
    assert nothing[2, 2] == nothing.sum() == 1


def test_a_finer_grid_shows_the_same_psf():
    psf = motion_psf(9, 30)
    finer = resize_psf(psf, 25, 2)
    assert finer.sum() == pytest.approx(1)
    spreads = [(p * (np.arange(len(p)) - len(p) // 2) ** 2).sum() for p in (psf, finer)]
    assert spreads[1] == pytest.approx(4 * spreads[0], rel=0.1)


def test_the_ladder_ends_at_full_size():
    steps = ladder(37)
    assert steps[-1] == (1.0, 37)
    assert steps[0][1] <= 5
    assert [scale for scale, _ in steps] == sorted(scale for scale, _ in steps)


@pytest.mark.parametrize("side", [20, 96, 128, 136, 160, 184, 192, 400])
def test_there_is_another_candidate_to_agree(side):
    """Non-regression test for: a single one, of 135 to 184 pixels, agreed with itself."""
    assert len(plans_for((side, 500), None)) > 1


def test_the_window_is_where_edges_run_in_all_directions(rng):
    picture = np.zeros((700, 900), np.float32)
    # Strong edges of one direction on the left, weaker ones of all on the right.
    picture[:, :400:8] = 1
    picture[100:500, 450:850] = np.kron(rng.random((40, 40)), np.ones((10, 10))) * 0.5
    rows, columns = best_window(picture, plans_for((300, 300), None))
    assert columns.start <= 450
    assert columns.stop >= 850
    assert rows.start <= 100
    assert rows.stop >= 500


@pytest.mark.parametrize("side", [3, 5])
def test_a_psf_of_a_single_scale(photos, side):
    """Non-regression test for sides that the coarsest scale has already."""
    path = motion_psf(3, 0)
    picture = fftconvolve(photos[2][80:180, 80:200], path, mode="valid").clip(0, 1)
    found = estimate_psf(picture, side=side)
    assert found.shape == (side, side)
    assert overlap(found, path) > overlap(np.ones((1, 1)), path)
