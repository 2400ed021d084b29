"""The figure of a map: that its colours and its key say what the map says."""

import numpy as np
import pytest

from skblur import BlurMap
from skblur.blurs.types import blur_type
from skblur.grnn.angles import encode_angle

matplotlib = pytest.importorskip("matplotlib")
from figures import check_layout, rendered  # noqa: E402
from matplotlib.colors import to_rgb  # noqa: E402

SHAPE = (200, 320)
ANGLE = 30.0


def map_of(codes, sizes, shape=SHAPE):
    """A map whose columns of the grid have these types and sizes; -1 is undecided."""
    codes = np.array(codes)
    sizes = np.broadcast_to(sizes, codes.shape)
    rows, columns = 4, len(codes)
    p = np.full((rows, columns, 4), 0.25, np.float32)
    for column, code in enumerate(codes):
        if code >= 0:
            p[:, column] = np.eye(4)[code]
    parameters = {}
    for code in np.unique(codes[codes > 0]).tolist():
        parameters[code] = np.zeros((rows, columns, 3), np.float32)
        own = codes == code
        parameters[code][..., 0] = np.where(own, sizes, sizes[own].mean())
        parameters[code][..., 1:] = encode_angle([ANGLE])
    stride = shape[1] / columns
    return BlurMap(shape, p, parameters, first=stride / 2 - 0.5, stride=stride)


@pytest.fixture(scope="module")
def five():
    """Undecided, none, gaussian, motion and defocus, from left to right."""
    return map_of([-1, -1, 0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 3, 3, 10, 10, 6, 6])


def panels_of(figure):
    axes = {axis.get_label(): axis for axis in figure.axes}
    return axes["map"], axes["key"]


def names_in(key):
    return [label.get_text().split()[0] for label in key.get_yticklabels()]


def middles(found):
    """Columns of pixels in the middle of each type's part, and its row."""
    return found.shape[0] // 2, np.arange(1, 10, 2) * found.shape[1] // 10


def test_key_has_the_types_that_occur(five):
    """Non-regression test for a key that left out the undecided."""
    _, key = panels_of(five.plot())
    assert names_in(key) == ["none", "gaussian", "motion", "defocus", "undecided"]
    assert key.get_yticklabels()[2].get_text() == (
        "motion 20 %, length 10.0 px, angle 30.0 deg"
    )
    for codes, names in (([3, 0], ["none", "defocus"]), ([-1], ["undecided"])):
        _, key = panels_of(map_of(codes, 4.0).plot())
        assert names_in(key) == names


def test_colours_of_the_key_are_those_of_the_map(five):
    picture, key = panels_of(five.plot())
    row, columns = middles(five)
    painted = picture.images[0].get_array()[row, columns]
    names = ["undecided", "none", "gaussian", "motion", "defocus"]
    for name, colour, column in zip(names, painted, columns, strict=True):
        strip = key.images[names_in(key).index(name)]
        left, right, *_ = strip.get_extent()
        sizes = np.linspace(left, right, strip.get_array().shape[1])
        place = np.abs(sizes - five.size[row, column]).argmin()
        np.testing.assert_allclose(strip.get_array()[0, place], colour, atol=0.01)
        full = strip.get_array()[0, -1]
        if name != "undecided":
            np.testing.assert_allclose(full, blur_type(name).colour)
    # What is sharp is left white.
    np.testing.assert_array_equal(painted[1], 1)


def test_scales_end_where_colours_do(five):
    _, key = panels_of(five.plot())
    ends = dict(zip(names_in(key), (i.get_extent()[1] for i in key.images), strict=True))
    sizes = {name: blur_type(name).size for name in ("gaussian", "motion", "defocus")}
    for name, size in sizes.items():
        assert ends[name] == pytest.approx(1.2 * size.paper[1])
    assert key.get_xlabel() == "sigma, length or radius in pixels"
    wide = map_of([3, 3], 40.0)
    _, key = panels_of(wide.plot())
    assert key.images[0].get_extent()[1] == pytest.approx(40)
    assert key.get_xlabel() == "radius in pixels"


def test_larger_blurs_have_stronger_colours():
    found = map_of([3] * 8, np.linspace(1, 12, 8))
    picture, _ = panels_of(found.plot())
    shown = picture.images[0].get_array()[0]
    assert (np.diff(shown.sum(axis=1)) <= 1e-9).all()
    assert shown[0].sum() - shown[-1].sum() > 0.5


def test_photograph_lies_under_the_colours(five, rng):
    photograph = rng.random(SHAPE)
    colour = np.dstack([photograph] * 3)
    (under,) = panels_of(five.plot(photograph))[0].images
    (over,) = panels_of(five.plot())[0].images
    expected = over.get_array() * (0.5 + 0.5 * photograph[..., None])
    np.testing.assert_allclose(under.get_array(), expected)
    same = panels_of(five.plot(colour, channel_axis=-1))[0].images[0]
    np.testing.assert_allclose(same.get_array(), expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(100, 320), (200, 319), (400, 640), (10, 10)])
def test_map_of_another_picture(five, shape):
    """Non-regression test for: it was an index that did not match, or a false figure."""
    with pytest.raises(ValueError, match=r"the map must have .* image, \(.*got \(200, 320"):
        five.plot(np.zeros(shape))


def test_lines_go_in_the_direction_of_the_motion(five):
    picture, _ = panels_of(five.plot())
    (lines,) = (c for c in picture.collections if hasattr(c, "get_segments"))
    segments = np.array(lines.get_segments())
    steps = np.diff(segments, axis=1)[:, 0]
    # Rows grow downward.
    angles = np.rad2deg(np.arctan2(-steps[:, 1], steps[:, 0]))
    np.testing.assert_allclose(angles, ANGLE, atol=1e-3)
    columns, rows = np.rint(segments.mean(axis=1)).astype(int).T
    assert (five.type_code[rows, columns] == 2).all()


def test_what_is_undecided_is_hatched(five):
    for found in (five, map_of([-1], 0), map_of([3], 4)):
        is_hatched = (found.type_code < 0).any()
        picture, key = panels_of(found.plot())
        hatches = [
            hatch for c in picture.collections for hatch in getattr(c, "hatches", [])
        ]
        assert any(hatches) == is_hatched
        assert any(patch.get_hatch() for patch in key.patches) == is_hatched


def test_regions_bear_their_names(five):
    picture, _ = panels_of(five.plot())
    codes = {each.get_text(): each.get_position() for each in picture.texts}
    assert set(codes) == {"undecided", "none", "gaussian", "motion", "defocus"}
    for name, (column, row) in codes.items():
        code = -1 if name == "undecided" else blur_type(name).code
        assert five.type_code[int(row), int(column)] == code
    assert not panels_of(map_of([3, 3], 4.0).plot())[0].texts


@pytest.mark.parametrize(
    "shape", [(200, 300), (200, 200), (320, 200), (160, 640), (640, 120), (100, 100)]
)
def test_layout(shape):
    found = map_of([0, 2, 3, 3], [0, 9, 4, 4], shape)
    # Beside a narrow picture, below the key, there is nothing to be drawn.
    check_layout(found.plot(), most_empty=0.08 if shape != (640, 120) else 0.5)


def test_of_a_strip():
    """Non-regression test for a figure of full width that was 2800 inches high."""
    figure = map_of([2], 9, (20480, 64)).plot()
    assert figure.get_figheight() < 30
    assert figure.get_figwidth() < 30
    rendered(figure)


def test_large_maps_are_drawn_smaller():
    shape = (300, 2401)
    picture, _ = panels_of(map_of([2, 3], 9, shape).plot(np.zeros(shape)))
    assert picture.images[0].get_array().shape == (100, 801, 3)
    assert picture.get_xlim() == (-0.5, 2400.5)
    assert picture.get_ylim() == (299.5, -0.5)


def test_a_given_figure(five):
    figure = matplotlib.figure.Figure(figsize=(8, 6), layout="constrained")
    assert five.plot(figure=figure) is figure
    assert figure.get_size_inches().tolist() == [8, 6]
    rendered(figure)


def test_names_of_colours_are_those_of_bars():
    """A type has one colour in the figures of estimates and of maps."""
    from skblur import BlurEstimate

    bars = BlurEstimate("undecided", {"motion": 0.5, "defocus": 0.5}).plot(np.zeros((9, 9)))
    colours = [to_rgb(bar.get_facecolor()) for bar in bars.axes[-1].patches]
    _, key = panels_of(map_of([2, 3], [24, 12]).plot())
    strips = [tuple(strip.get_array()[0, -1]) for strip in key.images]
    np.testing.assert_allclose(strips, colours)
