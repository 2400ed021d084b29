"""Profiles of spectra: means whose exact answer is known, and what a flip or turn does."""

from itertools import product

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from skblur import (
    AlignedSpectrumTransformer,
    BlurTypeThenParamPipeline,
    DirectionalProfileTransformer,
    FoldedSpectrumTransformer,
    GRNNRegressor,
    LogSpectrumTransformer,
    RadialProfileTransformer,
    defocus_psf,
    gaussian_psf,
    motion_psf,
    psf_to_otf,
)
from skblur.grnn.angles import decode_angle, encode_angle
from skblur.spectra.bins import bin_weights, frequency_grid

ESTIMATORS = [
    AlignedSpectrumTransformer(),
    RadialProfileTransformer(),
    FoldedSpectrumTransformer(),
    DirectionalProfileTransformer(),
]
SHAPES = [(32, 32), (31, 31), (16, 24), (15, 16), (1, 7), (1, 1), (2, 2), (3, 1)]
NAME = {"ids": lambda estimator: type(estimator).__name__}


def frequencies(shape):
    """Centred frequencies upward and to the right, in cycles per pixel."""
    down, right = (np.fft.fftshift(np.fft.fftfreq(side)) for side in shape)
    return np.meshgrid(-down, right, indexing="ij")


def power(psf, shape):
    """Flattened, centred power of the PSF's transfer function."""
    return np.abs(np.fft.fftshift(psf_to_otf(psf, shape))).ravel() ** 2


def at_angle(angle, **parameters):
    """A directional transformer that finds the same angle whatever it is shown."""
    answer = DummyRegressor(strategy="constant", constant=encode_angle([angle])[0])
    return DirectionalProfileTransformer(answer, **parameters)


class MomentRegressor(RegressorMixin, BaseEstimator):
    """The direction in which the spectrum is short: it turns with the picture, exactly."""

    def fit(self, X, y):
        self.fitted_ = True
        return self

    def predict(self, X):
        side = int(X.shape[1] ** 0.5)
        # Without the Nyquist row and column, whose sign is not known.
        planes = X.reshape(-1, side, side)[:, 1:, 1:]
        up, right = (axis[1:, 1:] for axis in frequencies((side, side)))
        moments = [
            (planes * m).sum(axis=(1, 2)) for m in (up**2 - right**2, -2 * up * right)
        ]
        return np.column_stack(moments)


# Bins and their weights


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n_bins", [1, 5, 16, 50])
@pytest.mark.parametrize("angle", [None, 0, 30, 45, 90, 111.5])
def test_weights_are_means(shape, n_bins, angle):
    grid = frequency_grid(shape)
    if angle is None:
        coordinate = np.hypot(grid.right, grid.up)
    else:
        turn = np.deg2rad(angle)
        coordinate = np.abs(grid.right * np.cos(turn) + grid.up * np.sin(turn))
    weights = bin_weights(coordinate, grid, n_bins, 0.5)
    assert weights.shape == (n_bins, shape[0] * shape[1])
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_grid_lists_every_frequency_in_full(shape):
    grid = frequency_grid(shape)
    np.testing.assert_allclose(np.bincount(grid.column, grid.share), 1)
    assert grid.size == shape[0] * shape[1]
    # Symmetric about zero, axis by axis.
    for axis in (grid.right, grid.up):
        assert (grid.share * axis).sum() == pytest.approx(0, abs=1e-12)
    up, right = frequencies(shape)
    known = grid.share == 1
    np.testing.assert_allclose(grid.up[known], up.ravel()[grid.column[known]])
    np.testing.assert_allclose(grid.right[known], right.ravel()[grid.column[known]])


def test_linear_sharing():
    """A frequency between two bins' middles goes to them as to the ends of a segment."""
    grid = frequency_grid((1, 64))
    weights = bin_weights(np.abs(grid.right), grid, 8, 0.5)
    # Bins are 1/16 wide: 7/64 lies a quarter of the way from the second middle, 6/64, to
    # the third, 10/64. Inner bins hold equally much.
    shares = weights[:, 32 + 7]
    assert np.flatnonzero(shares).tolist() == [1, 2]
    assert shares[1] == pytest.approx(3 * shares[2])


# Radial


@pytest.mark.parametrize("shape", [(32, 32), (31, 40)])
@pytest.mark.parametrize("max_frequency", [0.5, 0.5**0.5])
def test_profile_of_a_radial_function_is_the_function(shape, max_frequency):
    radius = np.hypot(*frequencies(shape)).ravel()
    radial = RadialProfileTransformer(max_frequency=max_frequency, image_shape=shape)
    radial.fit(radius[None])
    straight, bell = radial.transform(
        np.stack([2 - 3 * radius, np.exp(-((radius / 0.2) ** 2))])
    )
    np.testing.assert_allclose(straight, 2 - 3 * radial.frequencies_, atol=1e-12)
    expected = np.exp(-((radial.frequencies_ / 0.2) ** 2))
    np.testing.assert_allclose(bell, expected, atol=0.02)
    assert (np.diff(radial.frequencies_) > 0).all()


def test_gaussian_is_its_own_profile():
    log_power = np.log(power(gaussian_psf(1.5), (32, 32)))[None]
    radial = RadialProfileTransformer(max_frequency=0.3).fit(log_power)
    # The mean over a ring of finite width of a parabola is a little above its middle.
    expected = -((2 * np.pi * 1.5 * radial.frequencies_) ** 2)
    np.testing.assert_allclose(radial.transform(log_power)[0], expected, atol=0.15)


def test_rings_of_defocus_are_dark_where_the_disc_has_its_zeros():
    spectrum = power(defocus_psf(6), (64, 64))[None]
    radial = RadialProfileTransformer(32).fit(spectrum)
    profile = radial.transform(spectrum)[0]
    # The first zero of the Bessel function J1 is at 3.8317.
    zero = 3.8317 / (2 * np.pi * 6)
    nearest = np.abs(radial.frequencies_ - zero).argmin()
    assert profile[nearest] < 0.05 * profile[0]
    assert profile[nearest] < 0.5 * profile[nearest + 2]


def test_corners_count_only_if_asked_for():
    spectrum = (np.hypot(*frequencies((32, 32))) > 0.51).ravel()[None].astype(float)
    inner = RadialProfileTransformer().fit(spectrum)
    np.testing.assert_array_equal(inner.transform(spectrum), 0)
    outer = RadialProfileTransformer(max_frequency=0.5**0.5).fit(spectrum)
    assert outer.transform(spectrum)[0, -1] == pytest.approx(1)


@pytest.mark.parametrize("side", [2, 3, 8, 32, 33])
def test_no_ring_is_empty_up_to_the_side(side):
    radial = RadialProfileTransformer(side).fit(np.zeros((1, side * side)))
    # An interpolated row would be a mixture of others.
    assert np.linalg.matrix_rank(radial.weights_) == side


def test_empty_rings_are_interpolated():
    spectrum = np.array([[3.0, 1.0, 3.0]])  # frequencies -1/3, 0, 1/3
    found = RadialProfileTransformer(5).fit_transform(spectrum)[0]
    # The outer frequency is shared by the rings at 0.25 and 0.35; two rings are between.
    np.testing.assert_allclose(found, [1, 2, 3, 3, 3])


# Folded


@pytest.mark.parametrize("side", [1, 2, 7, 8, 32])
def test_folded_is_the_mean_over_the_eight_images(side, rng):
    S = rng.random((3, side * side))
    planes = S.reshape(3, side, side)
    back = (side // 2 * 2 - np.arange(side)) % side  # mirrors about the zero frequency
    images = []
    for rows, columns in product((np.arange(side), back), repeat=2):
        flipped = planes[:, rows][:, :, columns]
        images += [flipped, flipped.transpose(0, 2, 1)]
    mean = np.mean(images, axis=0)
    folder = FoldedSpectrumTransformer().fit(S)
    # Negative steps exist for every frequency: -k of k, up to -n/2.
    steps = np.rint(folder.frequencies_ * side).astype(int)
    expected = mean[:, side // 2 - steps[:, 0], side // 2 - steps[:, 1]]
    np.testing.assert_allclose(folder.transform(S), expected)
    half = side // 2 + 1
    assert len(steps) == half * (half + 1) // 2
    assert (steps[:, 0] >= steps[:, 1]).all()


@pytest.mark.parametrize("shape", [(16, 24), (15, 16), (1, 7), (3, 1)])
def test_folded_rectangle(shape, rng):
    S = rng.random((2, shape[0] * shape[1]))
    folder = FoldedSpectrumTransformer(image_shape=shape)
    found = folder.fit_transform(S)
    assert found.shape == (2, (shape[0] // 2 + 1) * (shape[1] // 2 + 1))
    # A spectrum that has the symmetries is only sorted anew.
    even = np.cos(2 * np.pi * np.array(frequencies(shape)))
    even = (even[0] + 2 * even[1]).reshape(1, -1)
    wave = np.cos(2 * np.pi * folder.frequencies_)
    np.testing.assert_allclose(folder.transform(even)[0], wave[:, 0] + 2 * wave[:, 1])


FLIPS = {
    "left-right": lambda P: P[:, :, ::-1],
    "up-down": lambda P: P[:, ::-1],
    "transposed": lambda P: P.transpose(0, 2, 1),
    "turned": lambda P: np.rot90(P, axes=(1, 2)),
}


@pytest.mark.parametrize("flip", FLIPS.values(), ids=FLIPS)
@pytest.mark.parametrize("kind", [FoldedSpectrumTransformer, RadialProfileTransformer])
def test_flips_of_the_patch_do_not_show(kind, flip, blur_patches):
    X = blur_patches[0][:20].astype(float)
    model = make_pipeline(LogSpectrumTransformer(), kind()).fit(X)
    flipped = flip(X.reshape(-1, 32, 32)).reshape(20, -1)
    np.testing.assert_allclose(model.transform(flipped), model.transform(X), atol=1e-10)


# Directional


@pytest.mark.parametrize("shape", [(32, 32), (33, 48)])
@pytest.mark.parametrize("angle", [0, 20, 45, 90, 137.5, 179])
def test_profile_of_a_directional_function_is_the_function(shape, angle):
    up, right = frequencies(shape)
    turn = np.deg2rad(angle)
    along = right * np.cos(turn) + up * np.sin(turn)
    # Even and of period 1, so that a Nyquist frequency may have either sign on an axis.
    wave = np.cos(2 * np.pi * along).ravel()[None]
    profile = at_angle(angle, image_shape=shape).fit(wave, [angle])
    found = profile.transform(wave)[0]
    expected = np.cos(2 * np.pi * profile.frequencies_)
    # The first and the last bin hold frequencies on one side of their middle too.
    inner = slice(1, -1)
    off_axis = 0.12 if angle % 90 else 0.01
    np.testing.assert_allclose(found[inner][:-2], expected[inner], atol=off_axis)


def motion_profile(length, angle, towards):
    """Profile of log power over 32 bins, and the middles of the bins."""
    spectra = np.log(power(motion_psf(length, angle), (64, 64)) + 1e-5)[None]
    profile = at_angle(towards, n_bins=32).fit(spectra, [0])
    return profile.transform(spectra)[0, :-2], profile.frequencies_


@pytest.mark.parametrize("angle", [0, 30, 45, 72, 90, 120, 163])
@pytest.mark.parametrize("zero", [1, 2])
def test_motion_is_dark_at_multiples_of_one_over_its_length(angle, zero):
    length = 11.3
    profile, middles = motion_profile(length, angle, angle)
    near = np.abs(middles * length - zero) < 0.5
    assert middles[near][profile[near].argmin()] == pytest.approx(zero / length, abs=1 / 64)
    lobe = np.interp((zero + 0.5) / length, middles, profile)
    assert profile[near].min() < lobe - 1


@pytest.mark.parametrize("angle", [30, 72, 120, 163])
def test_angles_are_counter_clockwise(angle):
    """Up taken for down would look along the mirrored motion, which has no stripes."""
    length = 11.3
    right, middles = motion_profile(length, angle, angle)
    wrong, _ = motion_profile(length, angle, 180 - angle)
    assert np.interp(1 / length, middles, wrong - right) > 1


def test_turning_the_patch_turns_only_the_angle(blur_patches):
    X = blur_patches[0][blur_patches[1][:, 0] == 2][:50].astype(float)
    turned = np.rot90(X.reshape(-1, 32, 32), axes=(1, 2)).reshape(50, -1)
    profile = make_pipeline(
        LogSpectrumTransformer(), DirectionalProfileTransformer(MomentRegressor())
    ).fit(X, np.zeros(50))
    plain, after = profile.transform(X), profile.transform(turned)
    np.testing.assert_allclose(after[:, :-2], plain[:, :-2], atol=1e-8)
    np.testing.assert_allclose(after[:, -2:], -plain[:, -2:], atol=1e-8)


def test_the_moments_see_the_motion():
    """That the test above turns something: without a scene the angle is found."""
    angles = np.array([0, 30, 75, 120])
    S = np.stack([power(motion_psf(9, angle), (32, 32)) for angle in angles])
    profile = DirectionalProfileTransformer(MomentRegressor()).fit(S, angles)
    found = decode_angle(profile.transform(S)[:, -2:])
    assert np.abs((found - angles + 90) % 180 - 90).max() < 10


def test_angle_columns_are_of_unit_length(spectra, blur_patches):
    S, y = spectra[0][:200], blur_patches[1][:200]
    profile = DirectionalProfileTransformer().fit(S, y[:, 2])
    points = profile.transform(S)[:, -2:]
    np.testing.assert_allclose(np.hypot(*points.T), 1, rtol=1e-6)
    raw = profile.regressor_.predict(S)
    np.testing.assert_allclose(points, raw / np.hypot(*raw.T)[:, None], atol=1e-5)


def test_no_angle_at_all_is_angle_zero():
    nothing = DummyRegressor(strategy="constant", constant=[0.0, 0.0])
    profile = DirectionalProfileTransformer(nothing)
    found = profile.fit(np.ones((3, 16)), np.zeros(3)).transform(np.ones((3, 16)))
    np.testing.assert_array_equal(found[:, -2:], [[1, 0]] * 3)


def test_targets_as_degrees_or_as_points(spectra, blur_patches):
    S, y = spectra[0][:100], blur_patches[1][:100]
    points = encode_angle(y[:, 2])
    targets = [y[:, 2], y[:, 2:], points, np.column_stack([y[:, 1], points])]
    found = [DirectionalProfileTransformer().fit(S, t).transform(S) for t in targets]
    for each in found[1:]:
        np.testing.assert_array_equal(each, found[0])


def test_rows_of_another_kind_are_refused(spectra, blur_patches):
    with pytest.raises(ValueError, match="cos 2w and sin 2w, which lie on the unit circle"):
        DirectionalProfileTransformer().fit(spectra[0], blur_patches[1])


# Cross fitting


def test_fit_transform_takes_out_of_fold_angles(spectra, blur_patches):
    S, y = spectra[0][:150], blur_patches[1][:150, 2]
    folds = KFold(3, shuffle=True, random_state=0)
    profile = DirectionalProfileTransformer(GRNNRegressor(sigma=1.0), cv=folds)
    crossed = profile.fit_transform(S, y)
    unseen = cross_val_predict(GRNNRegressor(sigma=1.0), S, encode_angle(y), cv=folds)
    np.testing.assert_allclose(
        decode_angle(crossed[:, -2:]), decode_angle(unseen), rtol=1e-3, atol=1e-2
    )
    seen = profile.transform(S)
    assert np.abs(crossed - seen).max() > 0.1
    # What `fit_transform` leaves behind is what `fit` does.
    np.testing.assert_array_equal(clone(profile).fit(S, y).transform(S), seen)


# All of them


@pytest.mark.parametrize("estimator", ESTIMATORS, **NAME)
def test_float32_agrees_with_float64(estimator, spectra, blur_patches):
    S, y = spectra[0][:100], blur_patches[1][:100, 2]
    assert S.dtype == np.float32
    if isinstance(estimator, DirectionalProfileTransformer):
        estimator = DirectionalProfileTransformer(MomentRegressor())
    single = clone(estimator).fit(S, y).transform(S)
    double = clone(estimator).fit(S.astype(float), y).transform(S.astype(float))
    assert single.dtype == np.float32
    assert double.dtype == np.float64
    # An angle that is rounded to the other half degree moves a profile a little.
    atol = 0.02 if isinstance(estimator, DirectionalProfileTransformer) else 1e-5
    np.testing.assert_allclose(single, double, atol=atol)


@pytest.mark.parametrize("estimator", ESTIMATORS, **NAME)
def test_chunks_do_not_show(estimator, spectra, blur_patches):
    S = spectra[0][:200]
    estimator = clone(estimator).fit(S, blur_patches[1][:200, 2])
    whole = estimator.transform(S)
    parts = np.concatenate([estimator.transform(S[i : i + 7]) for i in range(0, 200, 7)])
    np.testing.assert_allclose(parts, whole, atol=1e-5)
    with config_context(working_memory=0.02):
        np.testing.assert_allclose(estimator.transform(S), whole, atol=1e-5)


@pytest.mark.parametrize("estimator", ESTIMATORS, **NAME)
@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 7, 9, 25])
def test_any_number_of_features(estimator, n_features, rng):
    X = rng.random((6, n_features))
    found = clone(estimator).fit_transform(X, rng.uniform(0, 180, 6))
    assert np.isfinite(found).all()
    # Means of what is constant are that constant.
    flat = clone(estimator).fit(X, np.zeros(6)).transform(np.full((1, n_features), 0.3))
    n_means = flat.shape[1] - 2 * isinstance(estimator, DirectionalProfileTransformer)
    np.testing.assert_allclose(flat[0, :n_means], 0.3)


@pytest.mark.parametrize("estimator", ESTIMATORS, **NAME)
def test_bad_shape(estimator):
    with pytest.raises(ValueError, match=r"image_shape \(4, 4\) has 16 pixels"):
        clone(estimator).set_params(image_shape=(4, 4)).fit(np.ones((5, 1024)), np.ones(5))


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (RadialProfileTransformer(0), "'n_bins' parameter"),
        (RadialProfileTransformer(max_frequency=0), "'max_frequency' parameter"),
        (DirectionalProfileTransformer(0), "'regressor' parameter"),
        (DirectionalProfileTransformer(n_bins=0), "'n_bins' parameter"),
        (DirectionalProfileTransformer(cv="five"), "'cv' parameter"),
    ],
)
def test_bad_parameters(estimator, message):
    with pytest.raises(ValueError, match=message):
        estimator.fit(np.ones((5, 16)), np.zeros(5))


def test_as_regressors_of_the_types(blur_patches):
    """The use they are made for: each type's regressor looks at its own profile."""
    X, y = blur_patches
    regressors = {
        "gaussian": make_pipeline(RadialProfileTransformer(), GRNNRegressor()),
        "motion": make_pipeline(DirectionalProfileTransformer(), GRNNRegressor()),
        "defocus": make_pipeline(FoldedSpectrumTransformer(), GRNNRegressor()),
    }
    model = BlurTypeThenParamPipeline(GaussianNB(), regressors).fit(X[:600], y[:600])
    X, y = X[600:], y[600:]
    for code, name in enumerate(regressors, start=1):
        rows = y[:, 0] == code
        found, std = model.predict_parameters(X[rows], name, return_std=True)
        assert np.isfinite(std).all()
        size = y[rows, 1]
        assert np.abs(found[:, 0] - size).mean() < np.abs(size - size.mean()).mean()
        if name == "motion":
            off = np.abs((found[:, 1] - y[rows, 2] + 90) % 180 - 90)
            assert np.median(off) < 8
    assert model.predict(X[:5]).shape == (5, 3)
    n_bins = "regressor__motion__directionalprofiletransformer__n_bins"
    assert model.set_params(**{n_bins: 8}).get_params()[n_bins] == 8


def test_aligned_is_one_of_the_mirror_images(spectra):
    S = spectra[0][:50]
    align = AlignedSpectrumTransformer()
    planes, found = (a.reshape(-1, 32, 32) for a in (S, align.fit_transform(S)))
    mirrored = np.roll(planes[:, ::-1], 1, axis=1)
    images = [planes, mirrored, planes.swapaxes(1, 2), mirrored.swapaxes(1, 2)]
    assert all((found == image).all(axis=(1, 2)).any() for image in images)
    assert np.any([(found == image).all(axis=(1, 2)) for image in images], axis=0).all()
    np.testing.assert_array_equal(align.transform(align.transform(S)), align.transform(S))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_aligned_whichever_side_is_up(dtype, blur_patches):
    """The patch may be flipped, transposed and turned."""
    patches = blur_patches[0][:60].reshape(-1, 32, 32).astype(dtype)
    model = make_pipeline(LogSpectrumTransformer(), AlignedSpectrumTransformer())
    expected = model.fit_transform(patches.reshape(60, -1))
    assert expected.dtype == dtype
    for turned in (
        patches[:, ::-1], patches[:, :, ::-1], patches.swapaxes(1, 2),
        np.rot90(patches, axes=(1, 2)), np.rot90(patches, 3, axes=(1, 2)),
    ):  # fmt: skip
        found = model.transform(np.ascontiguousarray(turned).reshape(60, -1))
        np.testing.assert_allclose(found, expected, atol=2e-3)


def test_aligned_of_a_rectangle_is_only_mirrored(rng):
    S = rng.random((20, 6 * 9))
    align = AlignedSpectrumTransformer((6, 9)).fit(S)
    planes, found = (a.reshape(-1, 6, 9) for a in (S, align.transform(S)))
    mirrored = np.roll(planes[:, ::-1], 1, axis=1)
    same = (found == planes).all(axis=(1, 2))
    assert same.any()
    np.testing.assert_array_equal(found[~same], mirrored[~same])
