import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur.blurs.targets import target_psf
from skblur.datasets import load_sharp_photos, make_blur_patches


def test_sharp_photos(photos):
    assert len(photos) == 10
    for photo in photos:
        assert photo.ndim == 2
        assert photo.dtype == np.float32
        assert 0 <= photo.min() < photo.max() <= 1
    stored = load_sharp_photos(as_gray=False)
    assert {image.dtype for image in stored} == {np.dtype(np.uint8)}
    assert any(image.ndim == 3 for image in stored)


def test_form(blur_patches):
    X, y = blur_patches
    assert X.shape == (900, 1024)
    assert X.dtype == np.float32
    np.testing.assert_array_equal(X * 255, np.rint(X * 255))
    assert y.shape == (900, 3)
    assert [np.sum(y[:, 0] == code) for code in (1, 2, 3)] == [300, 300, 300]
    for code, low, high in ((1, 1, 5), (2, 5, 20), (3, 2, 10)):
        size = y[y[:, 0] == code, 1]
        assert low <= size.min() < low + 0.5
        assert high - 0.5 < size.max() <= high
    motion = y[:, 0] == 2
    assert (y[~motion, 2] == 0).all()
    assert 0 <= y[motion, 2].min() < 10
    assert 170 < y[motion, 2].max() < 180
    assert X.std(axis=1).min() > 0.018


def test_blur_sees_the_surroundings():
    """Every patch is found in the photograph blurred as a whole."""
    photo = np.random.default_rng(0).random((100, 90))
    X, y = make_blur_patches([photo], 9, quantize=False, random_state=1, min_std=0)
    for patch, target in zip(X, y, strict=True):
        blurred = fftconvolve(photo, target_psf(target), mode="valid")
        windows = np.lib.stride_tricks.sliding_window_view(blurred, (32, 32))
        gap = np.abs(windows - patch.reshape(32, 32)).max(axis=(2, 3)).min()
        assert gap < 1e-5


def test_same_seed_same_patches_and_any_dtype(photos):
    photos = [photo[:150, :200] for photo in photos[:3]]
    first = make_blur_patches(photos, 12, random_state=5)
    again = make_blur_patches(photos, 12, random_state=5)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    eight_bits = [np.rint(photo * 255).astype(np.uint8) for photo in photos]
    X, y = make_blur_patches(eight_bits, 12, random_state=5)
    np.testing.assert_array_equal(y, first[1])
    assert np.abs(X - first[0]).max() < 2.1 / 255


def test_flat_places_are_drawn_again(rng):
    photo = np.full((200, 200), 0.5)
    photo[:, 100:] = np.sin(np.arange(200) / 10)[:, None] * rng.uniform(0, 0.5, 100) + 0.5
    X, _ = make_blur_patches([photo], 60, min_std=0.05, random_state=0)
    assert X.std(axis=1).min() > 0.045
    with pytest.raises(ValueError, match="images are flat: 100 places in a row"):
        make_blur_patches([np.full((200, 200), 0.5)], 3, random_state=0)


def test_groups_say_which_photo(rng):
    photos = [level + 0.1 * rng.random((80, 80)) for level in (0.0, 0.4, 0.8)]
    small = rng.random((20, 20))
    X, _, groups = make_blur_patches(
        [photos[0], small, *photos[1:]], 40, return_groups=True, random_state=0, min_std=0
    )
    assert set(groups) == {0, 2, 3}
    expected = np.array([0.05, np.nan, 0.45, 0.85])[groups]
    np.testing.assert_allclose(X.mean(axis=1), expected, atol=0.02)


def test_kinds_and_shapes(photos):
    X, y = make_blur_patches(
        photos, 8, kinds=("none", "motion"), size=7, angle=30, image_shape=(16, 24),
        noise=0.01, random_state=0,
    )  # fmt: skip
    assert X.shape == (8, 384)
    np.testing.assert_array_equal(y, [[0, 0, 0], [2, 7, 30]] * 4)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"kinds": "gaussian"}, "kinds must be a non-empty sequence"),
        ({"kinds": ("box",)}, "blur type must be one of .* got 'box'"),
        ({"size": {"gaussian": 1}}, "size must have an entry for 'motion'"),
        ({"image_shape": (600, 32)}, "images must hold a photograph of at least"),
    ],
)
def test_bad_input(photos, kwargs, message):
    with pytest.raises(ValueError, match=message):
        make_blur_patches(photos, 6, **kwargs)


@pytest.mark.parametrize("n_samples", [-3, 2.5, "6", True])
def test_so_many_samples_there_are_not(photos, n_samples):
    """Non-regression test for: NumPy and joblib said what is no number of theirs."""
    with pytest.raises(ValueError, match="n_samples must be an integer of at least 0, got"):
        make_blur_patches(photos, n_samples)


@pytest.mark.parametrize("jpeg_quality", [None, (50, 90)])
def test_no_samples_at_all(photos, jpeg_quality):
    """Non-regression test for: none of them were an error of scikit-learn's batches."""
    settings = {"return_groups": True, "jpeg_quality": jpeg_quality}
    X, y, groups = make_blur_patches(photos, 0, **settings)
    assert (X.shape, y.shape, groups.shape) == ((0, 1024), (0, 3), (0,))


def test_photos_in_wrong_range():
    with pytest.raises(ValueError, match=r"images\[0\] of floats must lie in \[0, 1\]"):
        make_blur_patches([np.random.default_rng(0).random((99, 99)) * 255], 6)


def test_noise_range_is_drawn_per_patch():
    flat = np.linspace(0.3, 0.7, 200)[:, None] * np.ones(200)
    kwargs = {"kinds": ("none",), "quantize": False, "min_std": 0, "random_state": 0}
    clean, _ = make_blur_patches([flat], 300, **kwargs)
    noisy, _ = make_blur_patches([flat], 300, noise=(0.01, 0.03), **kwargs)
    found = (noisy - clean).std(axis=1)
    assert 0.009 < found.min() < 0.012
    assert 0.028 < found.max() < 0.032
    with pytest.raises(ValueError, match="noise must be a number of at least 0 or a range"):
        make_blur_patches([flat], 300, noise=-1, **kwargs)


def test_jpeg_anywhere_across_its_blocks(photos):
    """Compression coarsens smooth patches; the edges of its blocks are at any place."""
    arguments = {"kinds": ["gaussian"], "size": 3.0, "random_state": 0}
    coarse, y = make_blur_patches(photos, 200, jpeg_quality=(5, 10), **arguments)
    fine, _ = make_blur_patches(photos, 200, jpeg_quality=100, **arguments)
    assert (y[:, 1] == 3).all()
    assert np.abs(coarse - fine).mean() > 2 / 255
    np.testing.assert_allclose(coarse * 255, np.rint(coarse * 255), atol=1e-4)
    steps = np.abs(np.diff(coarse.reshape(-1, 32, 32), axis=2)).mean(axis=1)
    edges = steps[:, :24].reshape(200, 3, 8).mean(axis=1).argmax(axis=1)
    assert len(np.unique(edges)) == 8


def test_jpeg_is_pillow_s(photos):
    from io import BytesIO

    from PIL import Image

    photo = (photos[0] * 255).astype(np.uint8)[:40, :40]
    X, _ = make_blur_patches(
        [photo], 30, kinds=["none"], jpeg_quality=40, random_state=0, min_std=0
    )
    file = BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=40)
    whole = np.asarray(Image.open(file)) / 255
    windows = np.lib.stride_tricks.sliding_window_view(whole, (32, 32)).reshape(-1, 1024)
    assert all(np.abs(windows - x).max(axis=1).min() < 1e-6 for x in X)


@pytest.mark.parametrize("quality", [0, 101, (50, 200), "high"])
def test_no_such_jpeg_quality(quality, photos):
    with pytest.raises(ValueError, match="jpeg_quality must be"):
        make_blur_patches(photos, 3, jpeg_quality=quality)
    with pytest.raises(ValueError, match="jpeg_quality needs quantize=True"):
        make_blur_patches(photos, 3, jpeg_quality=90, quantize=False)
