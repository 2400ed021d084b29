import numpy as np
import pytest

from skblur.blurs.targets import target_psf
from skblur.blurs.types import blur_types
from skblur.camera import Camera, draw_camera, take_photo
from skblur.datasets.photos import make_blur_photos

PLAIN = {"gamma": 1, "bits": None}


@pytest.fixture(scope="module")
def sources():
    """Small scenes of white noise, in colour and grey; uint8 as photographs are."""
    rng = np.random.default_rng(0)
    shapes = (150, 200, 3), (180, 150), (170, 170, 3)
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]


def test_form(sources):
    X, y = make_blur_photos(sources, 9, image_shape=(40, 56), random_state=0)
    assert X.shape == (9, 40, 56)
    assert X.dtype == np.float32
    assert 0 <= X.min() < X.max() <= 1
    np.testing.assert_array_equal(y[:, 0], [0, 1, 2, 3, 0, 1, 2, 3, 0])
    assert (y[y[:, 0] != 2, 2] == 0).all()
    whole, y_whole = make_blur_photos(sources, 9, size=3, random_state=0)
    assert isinstance(whole, list)
    assert {photo.dtype for photo in whole} == {np.dtype(np.float32)}
    assert min(min(photo.shape) for photo in whole) >= 64
    np.testing.assert_array_equal(y_whole[:, 1], np.where(y_whole[:, 0] == 0, 0, 3))
    assert make_blur_photos(sources, 0, image_shape=(40, 56))[0].shape == (0, 40, 56)


def test_sizes_are_log_uniform(sources):
    kwargs = {"image_shape": (8, 8), "camera": Camera(**PLAIN), "random_state": 0}
    _, y = make_blur_photos(sources, 600, **kwargs)
    for code, low, high in ((1, 0.6, 8), (2, 3, 40), (3, 1.5, 16)):
        size = y[y[:, 0] == code, 1]
        assert low <= size.min() < 1.1 * low
        assert 0.9 * high < size.max() <= high
        assert np.median(size) == pytest.approx(np.sqrt(low * high), rel=0.2)
    angle = y[y[:, 0] == 2, 2]
    assert 0 <= angle.min() < 5
    assert 175 < angle.max() < 180


@pytest.mark.parametrize("kind", [kind.name for kind in blur_types()])
def test_target_is_in_pixels_of_the_result(sources, kind):
    """The PSF before a change of size is larger by as much as the picture shrinks."""
    camera = Camera(scale_after=0.6, mosaic=True, jpeg_quality=90)
    X, y = make_blur_photos(
        sources[:1], 2, kinds=(kind,), size=(2, 4), camera=camera, random_state=0
    )
    for photo, (code, size, angle) in zip(X, y, strict=True):
        psf = target_psf((code, size / 0.6, angle))
        colour = take_photo(sources[0], psf, camera, channel_axis=-1)
        np.testing.assert_allclose(photo, colour @ [0.299, 0.587, 0.114], atol=1e-6)


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.0])
def test_spectrum_falls_as_sigma_says(scale):
    """On white noise, log power falls as (2 pi sigma f)^2 below that of no blur."""
    scenes = np.random.default_rng(0).uniform(0.3, 0.7, (4, 300, 300))
    X, y = make_blur_photos(
        scenes, 120, kinds=("none", "gaussian"), size=1.5, image_shape=(64, 64),
        camera=Camera(scale_after=scale, **PLAIN), random_state=0,
    )  # fmt: skip
    window = np.outer(np.hanning(64), np.hanning(64))
    power = np.abs(np.fft.rfft2((X - 0.5) * window)) ** 2
    none, gaussian = (power[y[:, 0] == code].mean(axis=0) for code in (0, 1))
    frequency = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.rfftfreq(64))
    used = (frequency > 0.05) & (frequency < 0.2)
    x = -((2 * np.pi * frequency[used]) ** 2)
    slope = np.polyfit(x, np.log(gaussian[used] / none[used]), 1)[0]
    assert np.sqrt(slope) == pytest.approx(1.5, rel=0.03)


def test_crops_are_found_in_their_photograph(sources):
    sources = [source[:60, :70] for source in sources]
    X, _, groups = make_blur_photos(
        sources, 12, kinds=("none",), image_shape=(20, 30), camera=Camera(),
        return_groups=True, random_state=0,
    )  # fmt: skip
    assert set(groups) == {0, 1, 2}
    for crop, group in zip(X, groups, strict=True):
        photo = sources[group] / 255
        photo = photo if photo.ndim == 2 else photo @ [0.299, 0.587, 0.114]
        windows = np.lib.stride_tricks.sliding_window_view(photo, (20, 30))
        assert np.abs(windows - crop).max(axis=(2, 3)).min() < 1e-6


@pytest.mark.parametrize("image_shape", [None, (32, 48)])
def test_result_does_not_depend_on_jobs(sources, image_shape):
    kwargs = {"image_shape": image_shape, "return_groups": True, "random_state": 7}
    first, *others = (
        make_blur_photos(sources, 12, n_jobs=n, **kwargs) for n in (None, 1, 3)
    )
    for other in others:
        for photo, same in zip(first[0], other[0], strict=True):
            np.testing.assert_array_equal(photo, same)
        np.testing.assert_array_equal(first[1], other[1])
        np.testing.assert_array_equal(first[2], other[2])
    different, *_ = make_blur_photos(sources, 12, **{**kwargs, "random_state": 8})
    assert not np.array_equal(different[0], first[0][0])


def test_cameras(sources):
    kwargs = {"image_shape": (32, 32), "random_state": 0}
    drawn = []

    def draw(rng):
        drawn.append(draw_camera(rng))
        return drawn[-1]

    X, _ = make_blur_photos(sources, 8, camera=draw, **kwargs)
    assert len(set(drawn)) >= 8
    np.testing.assert_array_equal(X, make_blur_photos(sources, 8, **kwargs)[0])
    plain, _ = make_blur_photos(sources, 8, camera=None, **kwargs)
    same, _ = make_blur_photos(sources, 8, camera=Camera(), **kwargs)
    np.testing.assert_array_equal(plain, same)
    assert not np.array_equal(plain, X)


def test_small_photographs_are_left_to_narrow_blurs(rng):
    small, large = rng.random((70, 70)), rng.random((150, 150))
    _, y, groups = make_blur_photos(
        [small, large], 200, kinds=("defocus",), size=(1, 30), camera=None,
        return_groups=True, random_state=0,
    )  # fmt: skip
    # 64 pixels and the PSF's side less one have to fit.
    assert y[groups == 0, 1].max() <= 3.5
    assert y[groups == 1, 1].max() > 25


def test_cameras_that_do_not_fit_are_drawn_again(rng):
    """At 0.4, the photograph would have to have 160 pixels."""
    photo = rng.random((100, 100))
    X, y = make_blur_photos([photo], 20, random_state=0, size=1)
    assert len(X) == len(y) == 20
    assert min(min(photo.shape) for photo in X) >= 64


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"kinds": "gaussian"}, "kinds must be a non-empty sequence"),
        ({"kinds": ()}, "kinds must be a non-empty sequence"),
        ({"kinds": ("box",)}, "blur type must be one of .* got 'box'"),
        ({"size": {"gaussian": 1}}, "size must have an entry for"),
        ({"size": (0, 3)}, r"size must be a number above 0 or a range .* got \(0, 3\)"),
        ({"size": "wide"}, "size must be a number above 0 or a range .* got 'wide'"),
        ({"camera": "phone"}, "camera must be 'random', a Camera, .* got 'phone'"),
        ({"image_shape": (300, 32)}, r"images must hold a photograph of at least \("),
        ({"size": 99, "n_jobs": 2}, "images must hold .* for a blur of 99 pixels"),
    ],
)
def test_bad_input(sources, kwargs, message):
    with pytest.raises(ValueError, match=message):
        make_blur_photos(sources, 8, **{"random_state": 0, **kwargs})


@pytest.mark.parametrize("n_samples", [-3, 2.5, "6", True])
def test_so_many_samples_there_are_not(sources, n_samples):
    """Non-regression test for: NumPy and joblib said what is no number of theirs."""
    with pytest.raises(ValueError, match="n_samples must be an integer of at least 0, got"):
        make_blur_photos(sources, n_samples)


def test_bad_images():
    with pytest.raises(ValueError, match="images must hold a photograph"):
        make_blur_photos([], 4)
    with pytest.raises(ValueError, match=r"images\[0\] must be \(H, W\) or .* got \(9,\)"):
        make_blur_photos(np.zeros((3, 9)), 4)
    with pytest.raises(ValueError, match=r"floats must lie in \[0, 1\]"):
        make_blur_photos([np.full((200, 200), 200.0)], 1, kinds=("none",), camera=None)
