import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import defocus_psf, gaussian_psf, motion_psf
from skblur.camera import Camera, draw_camera, take_photo
from skblur.camera.photo import finished_shape

IMPULSE = np.ones((1, 1))
# Linear light in, linear light out.
PLAIN = {"gamma": 1, "bits": None}
FLAT = np.full((256, 256), 0.5, np.float32)


@pytest.fixture
def colours():
    return np.random.default_rng(1).random((40, 51, 3), dtype=np.float32)


def ramp(shape, *slopes):
    """Planes that rise along x and y, one for each slope, channels last."""
    rows, columns = np.indices(shape) / max(shape)
    return np.stack([0.2 + s * rows + (0.6 - s) * columns for s in slopes], axis=-1)


@pytest.mark.parametrize("psf", [motion_psf(9, 30), gaussian_psf(1.3), IMPULSE])
def test_plain_camera_only_blurs(colours, psf):
    photo = take_photo(colours, psf, Camera(**PLAIN), channel_axis=-1)
    expected = fftconvolve(colours, psf[..., None], mode="valid", axes=(0, 1))
    np.testing.assert_allclose(photo, expected, atol=1e-6)
    grey = take_photo(colours[..., 0], psf, Camera(**PLAIN))
    np.testing.assert_allclose(grey, expected[..., 0], atol=1e-6)


@pytest.mark.parametrize("contrast", [1, 1.7])
@pytest.mark.parametrize("gamma", [1, 1.02, 2.4])
def test_sharp_picture_keeps_every_level(gamma, contrast):
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    photo = take_photo(levels, IMPULSE, Camera(gamma=gamma, contrast=contrast))
    np.testing.assert_array_equal(photo, levels.astype(np.float32) / np.float32(255))


def test_blur_is_in_linear_light(colours):
    """The default curve is sRGB's, as IEC 61966-2-1 prints it."""
    light = np.where(colours > 0.04045, ((colours + 0.055) / 1.055) ** 2.4, colours / 12.92)
    blurred = fftconvolve(light, defocus_psf(3)[..., None], mode="valid", axes=(0, 1))
    curve = 1.055 * blurred ** (1 / 2.4) - 0.055
    expected = np.where(blurred > 0.0031308, curve, 12.92 * blurred)
    photo = take_photo(colours, defocus_psf(3), Camera(bits=None), channel_axis=-1)
    np.testing.assert_allclose(photo, expected, atol=2e-5)


def test_contrast_is_the_slope_at_mid_grey():
    """An exposure of a little more light moves mid grey by as much more."""
    moved = [
        take_photo(FLAT, IMPULSE, Camera(exposure=0.001, contrast=contrast, bits=None))
        for contrast in (1, 1.5)
    ]
    step, steeper = (photo.mean(dtype=float) - 0.5 for photo in moved)
    assert steeper == pytest.approx(1.5 * step, rel=0.01)


@pytest.mark.parametrize("contrast", [1, 1.5])
@pytest.mark.parametrize("gamma", [1, 2.4])
def test_noise_at_mid_grey(gamma, contrast):
    camera = Camera(noise=0.01, gamma=gamma, contrast=contrast, bits=None)
    photo = take_photo(FLAT, IMPULSE, camera, random_state=0)
    assert photo.dtype == np.float32
    assert photo.mean() == pytest.approx(0.5, abs=2e-4)
    assert photo.std() == pytest.approx(0.01, rel=0.015)


def test_noise_variance_grows_linearly_with_light():
    camera = Camera(noise=0.02, **PLAIN)
    levels = np.array([0.2, 0.4, 0.6, 0.8])
    variance = [
        np.var(take_photo(FLAT * 2 * level, IMPULSE, camera, random_state=0))
        for level in levels
    ]
    expected = 0.02**2 * (0.1 + 0.9 * levels / 0.5)
    np.testing.assert_allclose(variance, expected, rtol=0.03)


@pytest.mark.parametrize("shape", [(24, 30), (25, 31)])
def test_demosaicing_is_exact_on_ramps(shape):
    picture = ramp(shape, 0.1, 0.3, 0.5)
    camera = Camera(mosaic=True, **PLAIN)
    photo = take_photo(picture, IMPULSE, camera, channel_axis=-1)
    np.testing.assert_allclose(photo[1:-1, 1:-1], picture[1:-1, 1:-1], atol=1e-6)
    grey = take_photo(picture[..., 0], IMPULSE, camera)
    np.testing.assert_allclose(grey[1:-1, 1:-1], picture[1:-1, 1:-1, 0], atol=1e-6)
    flat = np.full((*shape, 3), [0.2, 0.5, 0.7])
    photo = take_photo(flat, IMPULSE, camera, channel_axis=-1)
    np.testing.assert_allclose(photo, flat, atol=1e-6)


def test_mosaic_measures_one_colour_per_pixel(colours):
    photo = take_photo(colours, IMPULSE, Camera(mosaic=True, **PLAIN), channel_axis=-1)
    for row, column, colour in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        measured = np.s_[row::2, column::2, colour]
        np.testing.assert_array_equal(photo[measured], colours[measured])
    others = np.s_[1::2, 1::2, 0]
    assert np.abs(photo[others] - colours[others]).mean() > 0.1


def test_exposure_counts_stops():
    light = np.linspace(0, 1, 300).reshape(15, 20)
    photo = take_photo(light, IMPULSE, Camera(exposure=1, **PLAIN))
    np.testing.assert_allclose(photo, np.minimum(2 * light, 1), atol=1e-6)


def test_highlights_stay_clipped_under_blur():
    picture = np.zeros((9, 60))
    picture[:, 30:] = 1
    plain, bright = (
        take_photo(picture, motion_psf(9, 0), Camera(highlights=h, **PLAIN))[0]
        for h in (1, 4)
    )
    np.testing.assert_allclose(bright, np.minimum(4 * plain, 1), atol=1e-6)
    red = np.broadcast_to([1.0, 0.2, 0.2], (20, 20, 3))
    photo = take_photo(red, IMPULSE, Camera(highlights=4, **PLAIN), channel_axis=-1)
    np.testing.assert_allclose(photo, red, atol=1e-6)


def test_denoising_smooths_noise_and_leaves_edges():
    picture = np.full((64, 64), 0.1)
    picture[:, 32:] = 0.9
    settings = {"noise": 0.01, "bits": None}
    noisy, smooth = (
        take_photo(picture, IMPULSE, Camera(denoise=d, **settings), random_state=0)
        for d in (0, 0.02)
    )
    assert smooth[:, :28].std() < 0.5 * noisy[:, :28].std()
    np.testing.assert_allclose(smooth[:, 31:33], noisy[:, 31:33], atol=0.01)


def test_sharpening_is_unsharp_masking():
    """A wave gains the amount times what the Gaussian takes from it."""
    frequency, radius, amount = 0.1, 1.5, 0.8
    wave = 0.1 * np.cos(2 * np.pi * frequency * np.arange(80)) * np.ones((20, 1))
    camera = Camera(sharpening=amount, sharpening_radius=radius, **PLAIN)
    photo = take_photo(0.5 + wave, IMPULSE, camera)
    kept = np.exp(-2 * (np.pi * radius * frequency) ** 2)
    expected = 0.5 + wave * (1 + amount * (1 - kept))
    np.testing.assert_allclose(photo[:, 10:-10], expected[:, 10:-10], atol=1e-3)
    # All of a grey picture's colours are sharpened alike.
    colour = np.repeat(0.5 + wave[..., None], 3, axis=-1)
    same = take_photo(colour, IMPULSE, camera, channel_axis=-1)
    np.testing.assert_allclose(same, photo[..., None] * np.ones(3), atol=1e-5)


@pytest.mark.parametrize("resampling", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("scale", [0.5, 0.7, 1.3])
@pytest.mark.parametrize("when", ["scale_before", "scale_after"])
def test_change_of_size_is_exactly_by_the_scale(when, scale, resampling):
    picture = ramp((57, 83), 0.25)[..., 0]
    camera = Camera(**{when: scale, "resampling": resampling}, **PLAIN)
    photo = take_photo(picture, IMPULSE, camera)
    assert photo.shape == finished_shape(picture.shape, 1, camera)
    rows, columns = (np.indices(photo.shape) + 0.5) / scale - 0.5
    expected = 0.2 + (0.25 * rows + 0.35 * columns) / 83
    inside = np.s_[5:-5, 5:-5]
    np.testing.assert_allclose(photo[inside], expected[inside], atol=0.1 * 0.6 / 83)


def test_jpeg(photos):
    def error(quality):
        camera = Camera(jpeg_quality=quality)
        return np.abs(take_photo(photos[0][:96, :96], IMPULSE, camera) - sharp).mean()

    sharp = take_photo(photos[0][:96, :96], IMPULSE, Camera())
    errors = [error(quality) for quality in (None, 100, 90, 60, 30)]
    assert errors[0] == 0
    assert 0 < errors[1] < 1 / 255
    assert errors == sorted(errors)


def test_jpeg_halves_the_resolution_of_colour():
    picture = np.full((64, 64, 3), 0.5)
    picture[:, ::2, 0], picture[:, ::2, 2] = 0.7, 0.3
    camera = Camera(jpeg_quality=98)
    photo = take_photo(picture, IMPULSE, camera, channel_axis=-1)
    assert np.ptp(photo[20:40, 20:40, 2]) < 0.1 < np.ptp(picture[..., 2])


@pytest.mark.parametrize("bits", [4, 8, 10])
def test_bits(photos, bits):
    camera = Camera(bits=bits, scale_after=0.8)
    levels = take_photo(photos[0][:64, :64], IMPULSE, camera) * (2**bits - 1)
    np.testing.assert_allclose(levels, np.rint(levels), atol=1e-3)
    assert len(np.unique(levels)) > 8


@pytest.mark.parametrize("channel_axis", [None, 0, -1])
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16, np.float32, np.float64])
def test_any_dtype_and_axis(dtype, channel_axis):
    full_scale = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1
    shape = {None: (70, 60), 0: (3, 70, 60), -1: (70, 60, 3)}[channel_axis]
    image = np.random.default_rng(0).random(shape)
    image = (image > 0.5 if dtype is bool else image * full_scale).astype(dtype)
    before = image.copy()
    camera = Camera(
        scale_before=0.9, exposure=0.5, highlights=3, noise=0.05, mosaic=True, contrast=1.3,
        denoise=0.02, sharpening=2, scale_after=0.7, jpeg_quality=60,
    )  # fmt: skip
    kwargs = {"channel_axis": channel_axis, "random_state": 3}
    photo = take_photo(image, defocus_psf(2), camera, **kwargs)
    assert photo.dtype == np.float32
    assert 0 <= photo.min() < photo.max() <= 1
    rows, columns = finished_shape((70, 60), 5, camera)
    expected = {None: (rows, columns), 0: (3, rows, columns), -1: (rows, columns, 3)}
    assert photo.shape == expected[channel_axis]
    np.testing.assert_array_equal(image, before)
    again = take_photo(image, defocus_psf(2), camera, **kwargs)
    np.testing.assert_array_equal(photo, again)
    kwargs["random_state"] = 4
    other = take_photo(image, defocus_psf(2), camera, **kwargs)
    assert not np.array_equal(photo, other)


def test_alpha_is_ignored(colours):
    alpha = np.zeros((40, 51, 1), np.float32)
    for n_channels in (1, 3):
        seen = colours[..., :n_channels]
        with_alpha = np.concatenate([seen, alpha], axis=-1)
        np.testing.assert_array_equal(
            take_photo(with_alpha, IMPULSE, Camera(), channel_axis=-1),
            take_photo(seen, IMPULSE, Camera(), channel_axis=-1),
        )


def test_numbers_of_numpy_are_plain_ones():
    camera = Camera(noise=np.float64(0.01), exposure=np.float64(0.5), bits=np.int64(8))
    assert camera == Camera(noise=0.01, exposure=0.5)
    assert {type(camera.noise), type(camera.bits)} == {float, int}
    assert hash(camera) == hash(Camera(noise=0.01, exposure=0.5))


def test_drawn_cameras():
    rng, same = np.random.RandomState(0), np.random.RandomState(0)
    cameras = [draw_camera(rng) for _ in range(1000)]
    assert cameras[:9] == [draw_camera(same) for _ in range(9)]

    def share(is_so):
        return np.mean([is_so(camera) for camera in cameras])

    shares = {
        0.5: [
            share(lambda c: c.scale_before == 1),
            share(lambda c: c.highlights == 1),
            share(lambda c: c.mosaic),
            share(lambda c: c.scale_after == 1),
        ],
        0.25: [share(lambda c: c.noise == 0)],
        0.6: [share(lambda c: c.sharpening == 0)],
        0.2: [share(lambda c: c.jpeg_quality is None)],
    }
    for expected, found in shares.items():
        np.testing.assert_allclose(found, expected, atol=0.05)
    noises = np.array([camera.noise for camera in cameras if camera.noise])
    assert 0.001 <= noises.min() < 0.0012
    assert 0.028 < noises.max() <= 0.03
    # Log-uniform: the median is the geometric mean of the ends.
    assert np.median(noises) == pytest.approx(np.sqrt(0.001 * 0.03), rel=0.15)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"noise": -0.1}, "noise must be a number from 0 to 1, got -0.1"),
        ({"noise": np.nan}, "noise must be a number from 0 to 1, got nan"),
        ({"gamma": 0.45}, "gamma must be a number from 1 to 5"),
        ({"scale_after": 0}, "scale_after must be a number from 0.01 to 10"),
        ({"scale_before": "half"}, "scale_before must be a number .* got 'half'"),
        ({"jpeg_quality": 0}, "jpeg_quality must be None or an integer from 1 to 100"),
        ({"bits": 8.5}, "bits must be None or an integer from 1 to 16, got 8.5"),
        ({"resampling": "sinc"}, "resampling must be one of .* got 'sinc'"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        Camera(**settings)


@pytest.mark.parametrize(
    ("shape", "settings", "kwargs", "message"),
    [
        ((20, 20, 3), {}, {}, r"image must have 2 axes.*pass channel_axis=-1 for colour"),
        ((20, 20), {}, {"channel_axis": -1}, "image must have 3 axes, got shape"),
        ((20, 20, 5), {}, {"channel_axis": -1}, "1 to 4 channels, got 5"),
        (
            (6, 20),
            {},
            {},
            r"image must be large enough for a psf of \(7, 7\), got \(6, 20\)",
        ),
        ((12, 20), {"scale_before": 0.5}, {}, "at scales of 0.5 before and 1 after it"),
    ],
)
def test_bad_images(shape, settings, kwargs, message):
    with pytest.raises(ValueError, match=message):
        take_photo(np.zeros(shape), defocus_psf(3), Camera(**settings), **kwargs)
