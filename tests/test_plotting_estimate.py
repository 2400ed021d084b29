"""The figure of an estimate: that it shows what it says."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import fftconvolve
from scipy.special import jn_zeros

from skblur import BlurEstimate, blur_types, motion_psf
from skblur.blurs.types import blur_type
from skblur.plotting.photograph import MOST_PIXELS
from skblur.plotting.seen_power import SeenPower

matplotlib = pytest.importorskip("matplotlib")
from figures import check_layout, rendered  # noqa: E402

NAMES = [each.name for each in blur_types()]
SIZES = {
    "none": {},
    "gaussian": {"sigma": 2.0},
    "motion": {"length": 12.0, "angle": 30.0},
    "defocus": {"radius": 5.0},
}
PANELS = ["photograph", "spectrum", "profile", "psf", "probability"]
# First zeros of the OTF in cycles per pixel, before sampling.
ZEROS = {"motion": np.arange(1, 4) / 12, "defocus": jn_zeros(1, 3) / (2 * np.pi * 5)}
# A path of no simple form.
PATH = np.zeros((9, 9))
PATH[4, 1:7] = PATH[1:5, 6] = 0.1
PATH /= PATH.sum()


def estimate_of(name):
    probabilities = {each: float(each == name) for each in NAMES}
    return BlurEstimate(name, probabilities, SIZES[name])


def blurred(sharp, psf):
    return np.rint(255 * fftconvolve(sharp, psf, mode="valid").clip(0, 1)).astype("u1")


def panels_of(figure):
    return {axis.get_label(): axis for axis in figure.axes}


def otf(psf, right, up):
    """At one frequency each, by its definition."""
    rows, columns = np.indices(psf.shape) - len(psf) // 2
    turns = np.multiply.outer(right, columns) - np.multiply.outer(up, rows)
    return (psf * np.exp(-2j * np.pi * turns)).sum(axis=(-2, -1))


def line(axis, label):
    (found,) = (each for each in axis.lines if each.get_label() == label)
    return found.get_data()


def marks_of(axis):
    """Frequencies of the vertical lines."""
    return [each.get_xdata()[0] for each in axis.lines if len(each.get_xdata()) == 2]


@pytest.mark.parametrize("name", NAMES)
def test_panels_of_a_blur_that_is_known(photos, name):
    estimate = estimate_of(name)
    picture = blurred(photos[4], estimate.psf)
    figure = estimate.plot(picture)
    assert list(panels_of(figure)) == PANELS
    assert figure.get_suptitle() == str(estimate)
    panels = panels_of(figure)
    (shown,) = panels["photograph"].images
    np.testing.assert_allclose(shown.get_array(), picture / 255, atol=1e-6)
    (psf,) = panels["psf"].images
    np.testing.assert_array_equal(psf.get_array(), estimate.psf)
    # No light is white: non-regression test for the impulse that was drawn all black.
    assert psf.get_clim() == (0, estimate.psf.max())
    assert psf.get_cmap()(0.0) == (1, 1, 1, 1)
    assert panels["psf"].get_xlim()[1] >= 5.5


def test_panels_of_what_is_undecided(photos, rng):
    """Non-regression test for a PSF and for empty bars where there is neither."""
    noise = rng.random((100, 90))
    reason = "the picture is mere noise"
    figure = BlurEstimate("undecided", {}, reason=reason).plot(noise)
    assert list(panels_of(figure)) == PANELS[:3]
    assert figure.get_suptitle() == f"undecided ({reason})"
    assert [each.get_label() for each in panels_of(figure)["profile"].lines] == ["measured"]
    figure = BlurEstimate("undecided", dict.fromkeys(NAMES, 0.25)).plot(noise)
    assert list(panels_of(figure)) == [*PANELS[:3], "probability"]
    figure = BlurEstimate("undecided", {}).plot(noise[:63])
    assert list(panels_of(figure)) == ["photograph"]


@pytest.mark.parametrize("name", ZEROS)
def test_marks_lie_where_the_otf_of_the_fit_vanishes(photos, name):
    estimate = estimate_of(name)
    panels = panels_of(estimate.plot(blurred(photos[4], estimate.psf)))
    assert panels["spectrum"].get_title("left") == "spectrum | zeros of the fit"
    (lines,) = panels["spectrum"].collections
    right, up = np.concatenate([path.vertices for path in lines.get_paths()]).T
    assert right.min() >= 0
    assert abs(otf(estimate.psf, right, up)).max() < 2e-3
    marks = np.array(marks_of(panels["profile"]))
    turn = np.deg2rad(estimate.angle or 0)
    along = otf(estimate.psf, marks * np.cos(turn), marks * np.sin(turn))
    assert abs(along).max() < 1e-4
    np.testing.assert_allclose(marks[:3], ZEROS[name], rtol=0.02)
    # And there the measured spectrum is lower than on either side.
    frequencies, measured = line(panels["profile"], "measured")
    beside = ZEROS[name][:2] + np.array([[-0.02], [0], [0.02]])
    before, at, after = np.interp(beside, frequencies, measured)
    assert (at < np.minimum(before, after) - 1).all()


def test_a_gaussian_is_marked_where_a_tenth_of_the_contrast_is_left(photos):
    estimate = estimate_of("gaussian")
    panels = panels_of(estimate.plot(blurred(photos[4], estimate.psf)))
    expected = np.sqrt(np.log(10) / 2) / (np.pi * estimate.sigma)
    (lines,) = panels["spectrum"].collections
    radius = np.hypot(*np.concatenate([path.vertices for path in lines.get_paths()]).T)
    np.testing.assert_allclose(radius, expected, rtol=0.01)
    np.testing.assert_allclose(marks_of(panels["profile"]), expected, rtol=0.01)


def test_what_is_sharp_has_no_marks(photos):
    panels = panels_of(estimate_of("none").plot(photos[4]))
    assert panels["spectrum"].get_title("left") == "spectrum"
    assert not len(panels["spectrum"].collections)
    assert not marks_of(panels["profile"])


def test_a_psf_of_no_simple_form(photos):
    estimate = replace(estimate_of("motion"), free_psf=PATH)
    panels = panels_of(estimate.plot(blurred(photos[4], PATH)))
    (psf,) = panels["psf"].images
    np.testing.assert_allclose(psf.get_array() ** 2, PATH)
    (lines,) = panels["spectrum"].collections
    right, up = np.concatenate([path.vertices for path in lines.get_paths()]).T
    np.testing.assert_allclose(abs(otf(PATH, right, up)), 0.1, atol=0.01)
    assert not marks_of(panels["profile"])


@pytest.mark.parametrize("name", NAMES)
def test_fitted_spectrum_is_the_measured_one_if_the_blur_is_right(photos, name):
    right = estimate_of(name)
    picture = blurred(photos[8], right.psf)

    def off(estimate):
        profile = panels_of(estimate.plot(picture))["profile"]
        measured, fitted = (line(profile, label)[1] for label in ("measured", "fitted"))
        return np.sqrt(np.mean((measured - fitted) ** 2))

    assert off(right) < 3
    wrong = {key: 1.4 * value for key, value in right.parameters.items()}
    assert not wrong or off(replace(right, parameters=wrong)) > 1.5 * off(right)


def test_spectrum_is_shown_upright():
    """Waves that rise from left to right have their power at the right, above or below."""
    down, across = np.mgrid[:128, :128]
    wave = 0.5 + 0.3 * np.cos(2 * np.pi * (0.1 * across - 0.2 * down))
    panel = panels_of(BlurEstimate("undecided", {}).plot(wave))["spectrum"]
    (image,) = panel.images
    level, (left, right, bottom, top) = image.get_array(), image.get_extent()
    np.testing.assert_allclose(level, np.rot90(level, 2), atol=1e-9)
    row, column = np.unravel_index(level.argmax(), level.shape)
    x = left + (column + 0.5) * (right - left) / len(level)
    y = top - (row + 0.5) * (top - bottom) / len(level)
    # Upward is against the rows.
    assert np.allclose([x, y], [0.1, 0.2], atol=0.01) or np.allclose(
        [x, y], [-0.1, -0.2], atol=0.01
    )
    assert panel.get_xlim() == panel.get_ylim() == (-0.5, 0.5)


def test_wide_blurs_are_shown_of_a_smaller_copy(photos):
    wide = np.kron(photos[8], np.ones((2, 2), np.float32))
    psf = motion_psf(45, 10)
    estimate = BlurEstimate("motion", {"motion": 1.0}, {"length": 45, "angle": 10.0})
    profile = panels_of(estimate.plot(blurred(wide, psf)))["profile"]
    assert profile.get_xlim() == (0, 0.125)
    np.testing.assert_allclose(marks_of(profile)[:4], np.arange(1, 5) / 45, rtol=0.02)


def test_windows_of_small_pictures(photos):
    assert SeenPower.of(photos[0][:63], 1) is None
    assert SeenPower.of(photos[0][:64, :64], 99).window == 64
    assert SeenPower.of(photos[0][:64, :64], 99).scale == 1


def test_probabilities_have_the_colours_of_their_types(photos):
    values = dict(zip(NAMES, (0.1, 0.2, 0.3, 0.4), strict=True))
    panel = panels_of(BlurEstimate("defocus", values, {"radius": 3}).plot(photos[0]))[
        "probability"
    ]
    assert [bar.get_width() for bar in panel.patches] == list(values.values())
    for name, bar in zip(NAMES, panel.patches, strict=True):
        assert bar.get_facecolor() == (*blur_type(name).colour, 1)
    assert [label.get_text() for label in panel.get_yticklabels()] == NAMES


@pytest.mark.parametrize(
    ("std", "title"),
    [
        ({}, "length 12.0 px,\nangle 30.0 deg"),
        ({"length": None, "angle": np.nan}, "length 12.0 px,\nangle 30.0 deg"),
        ({"length": 0.04, "angle": 1}, "length 12.00 ± 0.04 px,\nangle 30.0 ± 1.0 deg"),
    ],
)
def test_deviations_stand_beside_the_parameters(photos, std, title):
    estimate = replace(estimate_of("motion"), std=std)
    panel = panels_of(estimate.plot(photos[0]))["psf"]
    assert panel.get_title("left") == f"PSF, {title}"


def test_angles_are_shown_within_a_turn(photos):
    """Non-regression test for: one that the headline says is 0 was 180 below it."""
    estimate = replace(estimate_of("motion"), parameters={"length": 9.0, "angle": 179.98})
    panels = panels_of(replace(estimate, std={"angle": 0.5}).plot(photos[0]))
    assert panels["psf"].get_title("left").endswith("angle 0.0 ± 0.5 deg")
    assert panels["profile"].get_title("left") == "spectrum along 0 deg"


@pytest.mark.parametrize(
    "shape",
    [(400, 600), (300, 300), (600, 400), (150, 600), (400, 100), (2000, 64), (100, 110)],
)
def test_layout(photos, shape):
    picture = np.tile(photos[4], (8, 1))[: shape[0], : shape[1]]
    check_layout(estimate_of("motion").plot(picture))


def test_layout_of_few_panels(photos):
    undecided = BlurEstimate("undecided", {}, reason="the picture is mere noise")
    for picture in (photos[4], photos[4][:, :200], photos[4][:100], photos[4][:50, :60]):
        check_layout(undecided.plot(picture))


def test_layout_of_a_photograph_of_one_column(photos):
    """Non-regression test for: no word of the headline fitted, "invalid width 0"."""
    figure = BlurEstimate("undecided", {}, reason="it is small").plot(photos[4][:60, :1])
    check_layout(figure, most_empty=1)
    assert figure.get_suptitle().replace("\n", " ") == "undecided (it is small)"


def test_colour_and_alpha(photos):
    colour = np.dstack([photos[4], photos[4] ** 2, photos[4] / 2, photos[4]])
    panels = panels_of(estimate_of("none").plot(colour, channel_axis=-1))
    np.testing.assert_allclose(panels["photograph"].images[0].get_array(), colour[..., :3])


def test_large_photographs_are_drawn_smaller():
    large = np.zeros((100, 2 * MOST_PIXELS + 1))
    axis = panels_of(BlurEstimate("undecided", {}).plot(large))["photograph"]
    assert axis.images[0].get_array().shape == (34, 801)
    assert axis.get_xlim() == (-0.5, large.shape[1] - 0.5)
    assert axis.get_title("left") == f"{large.shape[1]} x 100 pixels"


def test_a_given_figure_keeps_its_size_and_nothing_else_changes(photos):
    import matplotlib.pyplot as plt

    settings = dict(matplotlib.rcParams)
    figure = matplotlib.figure.Figure(figsize=(14, 6), layout="constrained")
    left, _ = figure.subfigures(1, 2)
    estimate = estimate_of("motion")
    assert estimate.plot(photos[0], figure=left) is left
    assert len(left.axes) == len(PANELS)
    assert rendered(figure).shape == (360, 840, 3)
    assert figure.get_size_inches().tolist() == [14, 6]
    assert plt.get_fignums() == []
    assert dict(matplotlib.rcParams) == settings
