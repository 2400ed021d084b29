import numpy as np
import pytest
from scipy.ndimage import affine_transform
from scipy.signal import convolve2d

from skblur.blurs import turning
from skblur.blurs.convolution import blur_inside
from skblur.blurs.shake import hand_psf
from skblur.blurs.turning import turning_psfs
from skblur.camera import Camera, take_photo
from skblur.datasets import make_blur_photos


def centres(psfs):
    half = psfs.shape[-1] // 2
    rows, columns = np.indices(psfs.shape[-2:]) - half
    return (psfs * rows).sum((-2, -1)), (psfs * columns).sum((-2, -1))


def spread_along(psfs, direction):
    """Deviation of the light along a direction (down, across)."""
    half = psfs.shape[-1] // 2
    rows, columns = np.indices(psfs.shape[-2:]) - half
    along = rows * direction[0] + columns * direction[1]
    return np.sqrt((psfs * along**2).sum((-2, -1)))


@pytest.mark.parametrize("turn", [0, 0.4, 1.2])
@pytest.mark.parametrize("length", [0, 5, 21.5])
def test_they_are_psfs_about_their_centres(length, turn):
    psfs = turning_psfs(length, 30, turn, 0)
    assert psfs.shape[0] == psfs.shape[1]
    assert psfs.shape[2] == psfs.shape[3]
    assert psfs.shape[-1] % 2 == 1
    assert psfs.min() >= 0
    np.testing.assert_allclose(psfs.sum((-2, -1)), 1)
    np.testing.assert_allclose(centres(psfs), 0, atol=1e-9)


def test_without_a_turn_all_are_that_of_a_hand():
    psfs = turning_psfs(14, 30, 0.0, 3)
    for psf in psfs.reshape(-1, *psfs.shape[-2:]):
        np.testing.assert_array_equal(psf, hand_psf(14, 30, 3))


def test_the_middle_is_that_of_a_hand_however_it_turns():
    psfs = turning_psfs(14, 30, 1.0, 3)
    n, path = len(psfs), hand_psf(14, 30, 3)
    assert n % 2 == 1
    margin = (psfs.shape[-1] - len(path)) // 2
    np.testing.assert_allclose(psfs[n // 2, n // 2], np.pad(path, margin), atol=1e-12)


def test_a_turn_moves_places_at_right_angles_to_where_they_are(monkeypatch):
    """With next to no path: those above the middle to the sides, those beside it up."""
    monkeypatch.setattr(turning, "NEAR", 1e-3)
    psfs = turning_psfs(1e-2, 0, 1000.0, 0)
    middle = len(psfs) // 2
    assert (
        spread_along(psfs[0, middle], (1, 0))
        < 0.1
        < 1
        < spread_along(psfs[0, middle], (0, 1))
    )
    assert (
        spread_along(psfs[middle, 0], (0, 1))
        < 0.1
        < 1
        < spread_along(psfs[middle, 0], (1, 0))
    )
    corner = spread_along(psfs[0, 0], np.sqrt(0.5) * np.array([1, -1]))
    side = spread_along(psfs[0, middle], (0, 1))
    # Light that is shared by neighbouring pixels is spread by half a pixel more.
    assert corner == pytest.approx(np.sqrt(2) * side, rel=0.1)


def test_equal_psfs_blur_like_one():
    rng = np.random.default_rng(0)
    planes = rng.random((3, 90, 70))
    psf = hand_psf(9, 30, 0)
    psfs = np.broadcast_to(psf, (4, 3, *psf.shape))
    np.testing.assert_allclose(blur_inside(planes, psfs), blur_inside(planes, psf))


@pytest.mark.parametrize("places", [(1, 1), (1, 3), (2, 2), (5, 4)])
def test_each_place_is_seen_through_its_own(places):
    rng = np.random.default_rng(0)
    plane = rng.random((1, 60, 81))
    psfs = rng.random((*places, 7, 7))
    psfs /= psfs.sum((-2, -1), keepdims=True)
    blurred = blur_inside(plane, psfs)[0]
    assert blurred.shape == (54, 75)
    corners = [(0, 0), (0, -1), (-1, 0), (-1, -1)]
    for down, across in corners:
        whole = convolve2d(plane[0], psfs[down, across], mode="valid")
        if 1 not in places:
            assert blurred[down, across] == pytest.approx(whole[down, across])
    # And a constant stays one, for the shares of all sum to 1: of few pixels, too.
    for shape in ((60, 81), (8, 9), (7, 20)):
        np.testing.assert_allclose(blur_inside(np.ones((1, *shape)), psfs), 1)


def test_it_is_what_a_turned_scene_gives():
    """The mean of the scene, moved and turned step by step, is the picture through PSFs."""
    rng = np.random.default_rng(0)
    scene = rng.random((140, 140))
    for _ in range(3):
        scene = (scene + np.roll(scene, 1, 0) + np.roll(scene, 1, 1)) / 3
    path, most, side = np.array([[4.0, -2.0]]), 6.0, 17
    steps = np.linspace(-0.5, 0.5, 33)
    kept = 140 - side + 1
    middle, corner = np.array([69.5, 69.5]), np.sqrt(0.5) * (kept - 1)
    seen = np.zeros_like(scene)
    psfs = np.zeros((9, 9, side, side))
    places = np.sqrt(0.5) * np.linspace(-1, 1, 9)
    for t in steps:
        a = most * t / corner
        matrix = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        shift = path[0] * t
        seen += affine_transform(scene, matrix, middle - matrix @ middle - shift, order=1)
        for i, down in enumerate(places):
            for j, across in enumerate(places):
                # Where what is at this place has gone to.
                row, column = shift + most * t * np.array([across, -down])
                add(psfs[i, j], row, column)
    psfs /= len(steps)
    found = blur_inside(scene[None], psfs)[0]
    expected = (seen / len(steps))[side // 2 : -(side // 2), side // 2 : -(side // 2)]
    whole = blur_inside(scene[None], psfs[4, 4])[0]
    assert np.std(found - expected) < 0.15 * np.std(whole - expected)


def add(psf, row, column):
    half = len(psf) // 2
    top, left = int(np.floor(row)), int(np.floor(column))
    for i in (0, 1):
        for j in (0, 1):
            share = (1 - abs(row - top - i)) * (1 - abs(column - left - j))
            psf[top + i + half, left + j + half] += share


def test_photographs_are_taken_through_them():
    from skimage.data import astronaut

    psfs = turning_psfs(9, 30, 1.0, 0)
    side = psfs.shape[-1]
    photo = take_photo(astronaut(), psfs, Camera(), channel_axis=-1)
    assert photo.shape == (512 - side + 1, 512 - side + 1, 3)
    with pytest.raises(ValueError, match="negative"):
        take_photo(astronaut(), -psfs, Camera(), channel_axis=-1)
    with pytest.raises(ValueError, match="larger image"):
        take_photo(astronaut()[:9, :9], psfs, Camera(), channel_axis=-1)


@pytest.mark.parametrize("turning", [0.0, 0.5, 1.0])
def test_data_sets_hold_as_many_as_asked_for(photos, turning, monkeypatch):
    turned = []

    def noted(*arguments, **options):
        turned.append(arguments[0])
        return turning_psfs(*arguments, **options)

    monkeypatch.setattr("skblur.datasets.photos.turning_psfs", noted)
    settings = {"real": 1.0, "size": (3, 9), "image_shape": (64, 64), "camera": None}
    settings["random_state"] = 0
    X, y = make_blur_photos(photos, 40, turning=turning, **settings)
    assert X.shape == (40, 64, 64)
    assert len(turned) == pytest.approx(10 * turning, abs=3 * (turning == 0.5))
    # The middle moves as the target says.
    lengths = y[y[:, 0] == 2, 1]
    assert len(set(lengths)) == 10
    assert np.isin(turned, lengths).all()
    assert turning < 1 or sorted(turned) == sorted(lengths)


def test_none_turn_unless_motions_are_real(photos):
    settings = {"kinds": ["motion"], "image_shape": (64, 64), "random_state": 0}
    for plain, turned in zip(
        make_blur_photos(photos, 4, **settings),
        make_blur_photos(photos, 4, turning=1.0, **settings),
        strict=True,
    ):
        np.testing.assert_array_equal(plain, turned)


def test_a_share_that_is_none_is_refused(photos):
    with pytest.raises(ValueError, match="turning must be in"):
        make_blur_photos(photos, 4, turning=1.5)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"length": -1}, "length must be at least 0"),
        ({"length": np.nan}, "length must be a finite number"),
        ({"length": "5"}, "length must be a finite number"),
        ({"angle": np.inf}, "angle must be a finite number"),
        ({"turn": -1}, "turn must be at least 0"),
    ],
)
def test_bad_input_is_refused(bad, message):
    with pytest.raises(ValueError, match=message):
        turning_psfs(**{"length": 9, **bad})
