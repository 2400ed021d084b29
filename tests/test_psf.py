import numpy as np
import pytest
from scipy.integrate import quad
from scipy.signal import fftconvolve

from skblur import check_psf, defocus_psf, gaussian_psf, motion_psf, psf_to_otf

ANGLES = [0, 17.3, 30, 45, 60.5, 90, 123.4, 135, 163]
PSFS = [
    *(gaussian_psf(s) for s in (0.2, 1, 2.71, 5)),
    *(motion_psf(size, angle) for size in (0.7, 3, 7.25, 20) for angle in ANGLES),
    *(defocus_psf(r) for r in (0.3, 0.5, 0.9, 2, 6.66, 10)),
]


def axes_of(psf):
    half = len(psf) // 2
    return np.arange(-half, half + 1)


def covariance(psf):
    """Second moments in the x, y-up frame: [[xx, xy], [xy, yy]]."""
    x = axes_of(psf)
    xx, yy = psf.sum(0) @ x**2, psf.sum(1) @ x**2
    xy = -(x @ psf @ x)
    return np.array([[xx, xy], [xy, yy]])


@pytest.mark.parametrize("psf", PSFS)
def test_convention(psf):
    assert psf.ndim == 2
    assert psf.shape[0] == psf.shape[1]
    assert psf.shape[0] % 2 == 1
    assert psf.min() >= 0
    assert psf.sum() == pytest.approx(1, abs=1e-12)
    x = axes_of(psf)
    np.testing.assert_allclose([psf.sum(0) @ x, psf.sum(1) @ x], 0, atol=1e-12)
    # Nothing is wasted on an empty frame.
    assert len(psf) == 1 or max(psf[0].max(), psf[:, 0].max()) > 0


@pytest.mark.parametrize("sigma", [0.8, 1.5, 3.3, 8])
def test_gaussian_moments(sigma):
    moments = covariance(gaussian_psf(sigma))
    # Cut at 3 sigma a normal distribution keeps 97.3 % of its variance, a little more
    # where the cut falls beyond it.
    assert 0.973 * sigma**2 <= moments[0, 0] <= sigma**2
    assert moments[0, 1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("length", [39.3, 41.8])
@pytest.mark.parametrize("angle", ANGLES)
def test_motion_moments(length, angle):
    along = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    expected = length**2 / 12 * np.outer(along, along)
    # The pixel adds its own 1/12 on an axis along which the segment crosses pixels;
    # sampling on the grid leaves a ripple of a fraction of a square pixel, at any length.
    pixel = np.diag(np.where(np.abs(along) < 1e-9, 0, 1 / 12))
    moments = covariance(motion_psf(length, angle))
    np.testing.assert_allclose(moments, expected + pixel, atol=0.25)


@pytest.mark.parametrize("angle", [0, 17.3, 30, 45, 60.5, 90, 123.4, 135, 172])
def test_motion_angle_from_moments(angle):
    (xx, xy), (_, yy) = covariance(motion_psf(31.5, angle))
    found = np.rad2deg(np.arctan2(2 * xy, xx - yy) / 2) % 180
    assert (found - angle + 90) % 180 - 90 == pytest.approx(0, abs=0.15)


def test_motion_runs_counter_clockwise_on_screen():
    psf = motion_psf(11, 45)
    # 45 degrees: up and to the right, so in the rows above the middle, right of it.
    half = len(psf) // 2
    assert psf[:half, half + 1 :].sum() > 0.4
    assert psf[:half, :half].sum() == 0


@pytest.mark.parametrize("length", [1, 3, 9, 15])
def test_motion_along_an_axis_is_the_box(length):
    # fspecial('motion', length, 0) of MATLAB is the same for odd lengths.
    psf = motion_psf(length, 0)
    assert psf.shape == (length, length)
    np.testing.assert_allclose(psf[length // 2], 1 / length, atol=1e-15)
    assert psf.sum() == pytest.approx(psf[length // 2].sum(), abs=1e-12)
    np.testing.assert_allclose(motion_psf(length, 90), psf.T, atol=1e-15)


@pytest.mark.parametrize("angle", [10, 45, 80])
def test_motion_weights_are_lengths(angle):
    length = 6.7
    psf = motion_psf(length, angle)
    # Walk along the segment in small steps and count them per pixel.
    t = (np.arange(200_000) + 0.5) / 200_000 * length - length / 2
    half = len(psf) // 2
    columns = np.rint(t * np.cos(np.deg2rad(angle))).astype(int) + half
    rows = np.rint(-t * np.sin(np.deg2rad(angle))).astype(int) + half
    counted = np.zeros_like(psf)
    np.add.at(counted, (rows, columns), 1 / len(t))
    np.testing.assert_allclose(psf, counted, atol=2e-5)


@pytest.mark.parametrize("radius", [3, 5.5, 9.7])
def test_defocus_moments(radius):
    radii = np.linspace(radius - 0.5, radius + 0.5, 40)
    moments = np.mean([covariance(defocus_psf(r)) for r in radii], axis=0)
    # radius^2 / 4 and the pixel's own 1 / 12 on each axis.
    assert np.trace(moments) == pytest.approx(np.mean(radii**2) / 2 + 2 / 12, rel=0.002)
    assert moments[0, 1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("radius", [0.8, 1.3, 4.4])
def test_defocus_weights_are_areas(radius):
    psf = defocus_psf(radius)
    half = len(psf) // 2

    def covered(row, column):
        def height(x):
            top = np.sqrt(max(radius**2 - x**2, 0))
            return max(min(top, row + 0.5) - max(-top, row - 0.5), 0)

        kinks = [k for k in (-radius, radius) if abs(k - column) < 0.5]
        # Where the circle crosses the sides of the pixel's row.
        for side in (row - 0.5, row + 0.5):
            if abs(side) < radius:
                x = np.sqrt(radius**2 - side**2)
                kinks += [k for k in (-x, x) if abs(k - column) < 0.5]
        return quad(height, column - 0.5, column + 0.5, points=kinks or None)[0]

    expected = [
        [covered(r, c) for c in range(-half, half + 1)] for r in range(-half, half + 1)
    ]
    np.testing.assert_allclose(psf, np.array(expected) / (np.pi * radius**2), atol=1e-9)


def test_fspecial_where_conventions_coincide():
    # Printed by MATLAB's fspecial('disk', 1) and fspecial('gaussian', 3, 0.5).
    disc = [[0.0251, 0.1453, 0.0251], [0.1453, 0.3183, 0.1453], [0.0251, 0.1453, 0.0251]]
    np.testing.assert_allclose(defocus_psf(1), disc, atol=5e-5)
    gauss = [[0.0113, 0.0838, 0.0113], [0.0838, 0.6193, 0.0838], [0.0113, 0.0838, 0.0113]]
    middle = gaussian_psf(0.5)[1:4, 1:4]
    np.testing.assert_allclose(middle / middle.sum(), gauss, atol=1e-4)


@pytest.mark.parametrize("make", [gaussian_psf, motion_psf, defocus_psf])
def test_parameters_are_continuous(make):
    """Nothing is rounded: a small step of the size changes the PSF a little."""
    for size in np.arange(0.6, 6, 0.37):
        a, b = make(size), make(size + 1e-6)
        gap = (len(b) - len(a)) // 2
        assert 0 < np.abs(np.pad(a, gap) - b).max() < 1e-3 or len(a) == len(b) == 1


@pytest.mark.parametrize("make", [gaussian_psf, motion_psf, defocus_psf])
def test_zero_size_is_the_impulse(make):
    np.testing.assert_array_equal(make(0), [[1]])


@pytest.mark.parametrize("make", [gaussian_psf, motion_psf, defocus_psf])
@pytest.mark.parametrize("bad", [-1, np.nan, np.inf, "2", None])
def test_bad_size(make, bad):
    with pytest.raises(ValueError, match="must be"):
        make(bad)


def test_bad_angle():
    with pytest.raises(ValueError, match="angle must be a finite number, got nan"):
        motion_psf(3, np.nan)


@pytest.mark.parametrize(
    ("psf", "message"),
    [
        (np.ones(3), "kernel must be a 2-D array, got 1"),
        (np.ones((3, 4)), r"kernel must have odd sides, got \(3, 4\)"),
        ([[1, np.nan, 1]], "kernel must be finite"),
        ([[1, -1, 1]], "kernel must be non-negative, got a minimum of -1"),
        (np.zeros((3, 3)), "kernel must have a positive sum"),
    ],
)
def test_check_psf_refuses(psf, message):
    with pytest.raises(ValueError, match=message):
        check_psf(psf, "kernel")


def test_check_psf_normalises_a_copy():
    given = np.array([[1, 2, 1]], dtype=np.float32)
    psf = check_psf(given)
    assert psf.dtype == np.float32
    assert check_psf(given.astype(int)).dtype == np.float64
    np.testing.assert_array_equal(psf, [[0, 0, 0], [0.25, 0.5, 0.25], [0, 0, 0]])
    np.testing.assert_array_equal(given, [[1, 2, 1]])


@pytest.mark.parametrize("shape", [(32, 32), (31, 40), (17, 15)])
def test_otf_blurs_without_moving(shape, rng):
    psf = motion_psf(7.3, 25)
    image = rng.random(shape)
    blurred = np.fft.ifft2(np.fft.fft2(image) * psf_to_otf(psf, shape)).real
    wrapped = np.pad(image, len(psf) // 2, mode="wrap")
    np.testing.assert_allclose(blurred, fftconvolve(wrapped, psf, mode="valid"), atol=1e-12)
    half = psf_to_otf(psf, shape, half=True)
    np.testing.assert_allclose(
        half, psf_to_otf(psf, shape)[:, : shape[1] // 2 + 1], atol=1e-12
    )


def test_otf_of_a_symmetric_psf_is_real():
    otf = psf_to_otf(defocus_psf(4.2), (48, 48))
    np.testing.assert_allclose(otf.imag, 0, atol=1e-12)
    assert otf[0, 0] == pytest.approx(1)


def test_otf_shape_too_small():
    with pytest.raises(
        ValueError, match=r"psf must fit into shape \(5, 32\), got \(9, 9\)"
    ):
        psf_to_otf(defocus_psf(4), (5, 32))
