"""Names of columns: no two the same, and what they say of a column is so."""

import re

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyRegressor
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skblur import (
    AlignedSpectrumTransformer,
    DeblurTransformer,
    DirectionalProfileTransformer,
    FoldedSpectrumTransformer,
    HalfSpectrumTransformer,
    LogSpectrumTransformer,
    PSFBlurTransformer,
    RadialProfileTransformer,
    StackedRBMClassifier,
    StackedRBMRegressor,
    WelchSpectrumTransformer,
)
from skblur.feature_names import with_values
from skblur.grnn.angles import encode_angle

# Networks of one epoch have learned nothing, and some say so.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SIDE = 32
# Without a taper a wave that fits into the patch is a single frequency.
PLAIN = LogSpectrumTransformer(taper=None)
NETWORK = {"hidden_layer_sizes": (7, 5, 3), "rbm_n_iter": 1, "max_iter": 1}
SPECTRA = [
    LogSpectrumTransformer(),
    WelchSpectrumTransformer(window=3),
    AlignedSpectrumTransformer(),
    HalfSpectrumTransformer(),
    FoldedSpectrumTransformer(),
    RadialProfileTransformer(),
    RadialProfileTransformer(50, max_frequency=0.7),
    DirectionalProfileTransformer(),
    DirectionalProfileTransformer(n_bins=200),
]
SHAPES = [(32, 32), (33, 20), (7, 1), (1, 7), (1, 1), (2, 1), (1, 500)]
# Steps to the right and upward of waves in a patch.
WAVES = [(3, 5), (-3, 5), (5, -3), (0, 7), (7, 0), (-1, -2), (-15, 15)]


def wave(right, up, shape=(SIDE, SIDE)):
    """A flattened cosine, of so many periods in `SIDE` pixels to the right and upward."""
    row, column = np.indices(shape)
    return 0.5 + 0.4 * np.cos(2 * np.pi * (right * column - up * row) / SIDE).reshape(1, -1)


def frequencies_of(names):
    """The numbers in the names, a row each."""
    return np.array([[float(n) for n in re.findall(r"-?\d+\.\d+", each)] for each in names])


def at_largest(steps, X):
    """Frequencies that the largest columns of a row are called by."""
    names = steps.fit(X).get_feature_names_out()
    row = steps.transform(X)[0]
    return frequencies_of(names[row >= row.max() - 1e-9])


def assert_called(found, right, up):
    """That what was found is called by frequencies, to two digits, and in any order."""
    expected = np.unique(np.column_stack([right, up]) / SIDE, axis=0)
    np.testing.assert_allclose(np.unique(found, axis=0), expected, atol=0.0051)


# What they say


@pytest.mark.parametrize(("right", "up"), WAVES)
@pytest.mark.parametrize("spectrum", [PLAIN, WelchSpectrumTransformer(window=SIDE)])
def test_a_wave_is_largest_at_its_frequency_and_the_opposite(spectrum, right, up):
    found = at_largest(spectrum, wave(right, up))
    assert_called(found, [right, -right], [up, -up])


def test_the_highest_frequency_has_either_sign():
    """It is there once: to the left, or upward."""
    assert_called(at_largest(PLAIN, wave(16, 4)), [-16, -16], [4, -4])
    assert_called(at_largest(PLAIN, wave(4, -16)), [4, -4], [16, 16])


def test_the_name_of_a_column_in_full():
    names = PLAIN.fit(wave(8, 4)).get_feature_names_out()
    row = PLAIN.transform(wave(-8, 4))[0]
    assert "logspectrum_fx-0.25_fy0.12" in names[row == row.max()]


@pytest.mark.parametrize(("right", "up"), WAVES)
def test_a_half_holds_one_of_the_two(right, up):
    found = at_largest(make_pipeline(PLAIN, HalfSpectrumTransformer()), wave(right, up))
    sides = [1, -1] if up == 0 else [np.sign(up)]
    assert_called(found, np.multiply(sides, right), np.multiply(sides, up))


@pytest.mark.parametrize(("right", "up"), WAVES)
@pytest.mark.parametrize("fold", [FoldedSpectrumTransformer, AlignedSpectrumTransformer])
def test_of_mirror_images_it_is_one_of_the_wave(fold, right, up):
    found = np.abs(at_largest(make_pipeline(PLAIN, fold()), wave(right, up)))
    assert_called(np.sort(found, axis=1), *np.sort(np.abs([[right], [up]]), axis=0))


def test_folded_along_the_columns_and_the_rows():
    """Of a rectangle, where the two are not the same."""
    shape = (SIDE, 2 * SIDE)
    spectrum = LogSpectrumTransformer(shape, taper=None)
    folded = FoldedSpectrumTransformer(image_shape=shape)
    found = at_largest(make_pipeline(spectrum, folded), wave(3, -5, shape))
    assert_called(found, [3], [5])


@pytest.mark.parametrize("step", range(1, 16, 2))
@pytest.mark.parametrize("angle", [0, 90])
def test_a_wave_is_largest_in_its_bin_of_a_profile(step, angle):
    """Of bins in whose middles the waves lie."""
    X = wave(step, 0) if angle == 0 else wave(0, step)
    answer = DummyRegressor(strategy="constant", constant=encode_angle([angle])[0])
    for profile in (
        RadialProfileTransformer(8),
        DirectionalProfileTransformer(answer, n_bins=8),
    ):
        S = PLAIN.fit_transform(X)
        names = profile.fit(S, [0]).get_feature_names_out()[:8]
        called = frequencies_of(names).ravel()
        largest = profile.transform(S)[0, :8].argmax()
        assert np.abs(called - step / SIDE).argmin() == largest
        np.testing.assert_allclose(called, profile.frequencies_, atol=0.0051)


def test_the_angle_of_a_profile_comes_last():
    answer = DummyRegressor(strategy="constant", constant=encode_angle([15])[0])
    profile = DirectionalProfileTransformer(answer).fit(np.ones((1, 64)), [0])
    names, row = profile.get_feature_names_out(), profile.transform(np.ones((1, 64)))[0]
    found = dict(zip(names, row, strict=True))
    assert found["directionalprofile_cos2w"] == pytest.approx(np.cos(np.deg2rad(30)))
    assert found["directionalprofile_sin2w"] == pytest.approx(np.sin(np.deg2rad(30)))


@pytest.mark.parametrize("kind", [StackedRBMClassifier, StackedRBMRegressor])
def test_units_of_the_last_layer(kind, rng):
    X, y = rng.random((20, 4)), np.arange(20) % 2
    network = kind(**NETWORK, random_state=0).fit(X, y)
    names = list(network.get_feature_names_out())
    assert names == [f"stackedrbm_layer2_unit{unit}" for unit in range(3)]
    np.testing.assert_array_equal(network.transform(X), network.transform(X, layer=2))


def test_outputs_of_a_regressor(rng):
    X, y = rng.random((20, 4)), rng.random((20, 2))
    coder = StackedRBMRegressor(**NETWORK, code="outputs").fit(X, y)
    assert list(coder.get_feature_names_out()) == [
        "stackedrbm_output0",
        "stackedrbm_output1",
    ]


def test_a_network_that_is_only_pretrained_has_no_names(rng):
    network = StackedRBMClassifier(**NETWORK).pretrain(rng.random((20, 4)))
    with pytest.raises(NotFittedError):
        network.get_feature_names_out()


@pytest.mark.parametrize("step", [PSFBlurTransformer(), DeblurTransformer()])
def test_pixels_keep_their_names(step):
    step.fit(wave(1, 2))
    names = [f"row{row}_column{column}" for row in range(SIDE) for column in range(SIDE)]
    assert list(step.get_feature_names_out(names)) == names


# Whatever the shape


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("spectrum", SPECTRA, ids=lambda each: type(each).__name__)
def test_no_two_names_are_the_same(spectrum, shape, rng):
    X, y = rng.random((5, shape[0] * shape[1])), np.arange(5)
    spectrum = clone(spectrum).set_params(image_shape=shape).fit(X, y)
    names = spectrum.get_feature_names_out()
    assert len(set(names)) == len(names) == spectrum.transform(X).shape[1]
    assert all(isinstance(name, str) and "-0.00_" not in f"{name}_" for name in names)


def test_as_many_digits_as_it_takes():
    assert with_values("f", [0, 0.125, 0.25]) == ["f0.00", "f0.12", "f0.25"]
    assert with_values("f", [0.1241, 0.1249, -0.0001]) == ["f0.124", "f0.125", "f0.000"]
    assert with_values("f", [0.1241, 0.1249, 0.1251])[0] == "f0.1241"
    # What is the same but for rounding is not told apart.
    assert with_values("f", [1 / 3, 1 / 3 + 1e-16, 0.5]) == ["f0.33", "f0.33", "f0.50"]


def test_columns_of_one_frequency_are_numbered():
    """Rings that are empty take what their neighbour has."""
    radial = RadialProfileTransformer(5).fit([[3.0, 1.0, 3.0]])
    *_, inner, middle, outer = radial.get_feature_names_out()
    assert [inner, middle, outer] == [f"radialprofile_f0.33{n}" for n in ("", "_2", "_3")]


# Among others


def test_through_a_pipeline(blur_patches):
    steps = make_pipeline(LogSpectrumTransformer(), RadialProfileTransformer(3))
    names = steps.fit(blur_patches[0]).get_feature_names_out()
    assert list(names) == list(steps[-1].get_feature_names_out())


def test_names_that_come_in_are_compared():
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame(wave(3, 5)).add_prefix("pixel")
    spectrum = clone(PLAIN).fit(X)
    spectrum.get_feature_names_out(list(X.columns))
    with pytest.raises(ValueError, match="input_features is not equal"):
        spectrum.get_feature_names_out(list(X.columns[::-1]))


def test_in_a_table(blur_patches):
    """Patches among other columns, and a table that comes of them."""
    pandas = pytest.importorskip("pandas")
    rows = blur_patches[0][:20].astype(float)
    X = pandas.DataFrame(rows).add_prefix("pixel")
    spectra = make_pipeline(LogSpectrumTransformer(), FoldedSpectrumTransformer())
    both = make_column_transformer((spectra, list(X.columns)), remainder="passthrough")
    both.set_output(transform="pandas")
    found = both.fit_transform(X.assign(camera=range(20)))
    assert list(found.columns) == list(both.get_feature_names_out())
    assert found.columns[1] == "pipeline__foldedspectrum_fx0.00_fy0.03"
    assert found.columns[-1] == "remainder__camera"
    expected = spectra.set_output(transform="default").fit_transform(rows)
    np.testing.assert_allclose(found.iloc[:, :-1], expected, atol=1e-12)
