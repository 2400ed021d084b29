"""What a type of blur declares, and that nothing else has to be touched for a new one."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from skblur import (
    BlurEstimate,
    BlurMap,
    BlurType,
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    Parameter,
    PatchBlurEstimator,
    PhotoBlurEstimator,
    PSFBlurTransformer,
    RadialProfileTransformer,
    blur_types,
    check_psf,
    deblur,
    motion_psf,
    psf_to_otf,
    register_blur_type,
    unregister_blur_type,
)
from skblur.blurs.convolution import blur_inside
from skblur.blurs.types import blur_type
from skblur.cli import main
from skblur.datasets import make_blur_patches, make_blur_photos
from skblur.metrics import blur_score, parameter_errors


def box_psf(side):
    """A square of uniform light, of real side."""
    half = int(np.ceil(side / 2 - 0.5))
    pixel = np.arange(-half, half + 1)
    line = np.clip(side / 2 - np.abs(pixel) + 0.5, 0, 1)
    return np.outer(line, line) / line.sum() ** 2


BOX = BlurType(
    code=4,
    name="box",
    meaning="pixels binned",
    psf=box_psf,
    parameters=(
        Parameter(
            name="side",
            unit="px",
            meaning="side",
            paper=(3.0, 9.0),
            photo=(3.0, 12.0),
            trained=(2.0, 12.0),
            least=1.5,
        ),
    ),
    symmetry="round",
    separable=True,
    colour=(0.6, 0.2, 0.7),
)


@pytest.fixture
def box():
    register_blur_type(BOX)
    yield BOX
    unregister_blur_type(BOX)


@pytest.fixture
def model(box, photos):
    X, y = make_blur_patches(photos, 900, kinds=("defocus", "box"), random_state=0)
    pipeline = BlurTypeThenParamPipeline(
        LogisticRegression(max_iter=1000),
        make_pipeline(RadialProfileTransformer(), KNeighborsRegressor()),
    )
    return pipeline.fit(X, y)


def test_a_new_type_makes_training_sets(box, photos):
    X, y = make_blur_patches(photos, 20, kinds=("none", "box"), random_state=0)
    assert y[1::2, 0].tolist() == [4] * 10
    assert y[1::2, 1].min() >= 3
    photographs, y = make_blur_photos(photos, 4, kinds=("box",), random_state=0)
    assert len(photographs) == 4
    assert (y[:, 0] == 4).all()
    sharp = X[:2].reshape(2, -1)
    mixed = PSFBlurTransformer("mixed", size=4, random_state=0).fit(np.tile(sharp, (8, 1)))
    assert set(mixed.targets_[:, 0]) == {1, 2, 3, 4}


@pytest.mark.parametrize("mode", ["reflect", "wrap"])
def test_a_new_type_blurs_as_its_psf_does(box, photos, mode):
    """Separably and by the FFT alike."""
    X = photos[0][:40, :40].reshape(1, -1).astype(np.float64)
    blurred = PSFBlurTransformer("box", size=4.5, mode=mode).fit_transform(X)
    if mode == "wrap":
        spectrum = np.fft.fft2(X.reshape(40, 40)) * psf_to_otf(box_psf(4.5), (40, 40))
        np.testing.assert_allclose(blurred.reshape(40, 40), np.fft.ifft2(spectrum).real)
    assert abs(blurred.mean() - X.mean()) < 0.01


def test_a_new_type_is_estimated_scored_and_printed(model, photos):
    X, y = make_blur_patches(photos, 300, kinds=("defocus", "box"), random_state=1)
    found = model.predict(X)
    errors = parameter_errors(y, found)
    assert set(errors) == {"radius", "side"}
    assert errors["side"] < 1.5
    assert 0.5 < blur_score(y, found) < 1
    (photo,), _ = make_blur_photos(
        photos[:1], 1, kinds=("box",), size=7, camera=None, random_state=0
    )
    estimate = PatchBlurEstimator.of(model).estimate(photo)
    assert estimate.blur_type == "box"
    assert str(estimate).startswith("box, side ")
    assert " px (confidence" in str(estimate)
    assert estimate.parameters["side"] == pytest.approx(7, abs=2)
    np.testing.assert_allclose(estimate.psf, box_psf(estimate.parameters["side"]))


def test_a_new_type_is_drawn_and_restored(box, photos):
    estimate = BlurEstimate("box", {"box": 0.9}, {"side": 5.0})
    assert estimate.plot(photos[0]).axes
    p = np.zeros((8, 8, 5), np.float32)
    p[..., 4] = 1
    parameters = {4: np.full((8, 8, 3), 5, np.float32)}
    found = BlurMap((64, 64), p, parameters, first=3.5, stride=8)
    assert (found.type_code == 4).all()
    assert (found.size == 5).all()
    assert found.summary()["box"] == {"fraction": 1.0, "side": 5.0}
    _, key = found.plot(photos[0][:64, :64]).axes
    assert key.get_yticklabels()[0].get_text() == "box 100 %, side 5.0 px"
    picture = photos[0][:64, :64].astype(np.float32)
    assert deblur(picture, found, method="wiener").shape == picture.shape
    assert deblur(picture, estimate, method="wiener").shape == picture.shape


def test_a_type_may_have_an_angle_and_no_size(photos):
    """A photograph of it is named, and its angle measured, at the level that it has."""
    direction = Parameter(
        name="direction", unit="deg", meaning="direction", column="angle", period=180.0
    )
    dash = BlurType(
        code=4,
        name="dash",
        meaning="a short stroke",
        psf=lambda angle: motion_psf(9, angle),
        parameters=(direction,),
    )
    rng = np.random.default_rng(0)
    images, y = [], []
    for i in range(24):
        part, angle = photos[i % 5][20:230, 30:240], rng.uniform(0, 180)
        images.append(part if i % 2 else blur_inside(part[None], dash.psf(angle))[0])
        y.append([0, 0, 0] if i % 2 else [4, 0, angle])
    register_blur_type(dash)
    try:
        estimator = PhotoBlurEstimator(LogisticRegression(max_iter=200), GRNNRegressor(1.0))
        estimator.fit(images, y)
        found = [estimator.estimate(image) for image in images]
        assert [each.blur_type for each in found] == ["dash", "none"] * 12
        assert all(set(each.parameters) == {"direction"} for each in found[::2])
    finally:
        unregister_blur_type(dash)


def test_a_new_type_is_an_option_of_the_command(box, photos, tmp_path):
    from PIL import Image

    path = tmp_path / "sharp.png"
    Image.fromarray(np.uint8(255 * photos[0][:80, :80])).save(path)
    assert main(["blur", str(path), "-o", str(tmp_path / "out.png"), "--box", "5"]) == 0
    assert (tmp_path / "out.png").exists()


@pytest.mark.parametrize("kind", blur_types(), ids=lambda kind: kind.name)
def test_what_a_type_declares_is_true_of_its_psf(kind):
    """Symmetry, separability and OTF before sampling, each against the PSF itself."""
    target = [kind.code, 0.0, 0.0]
    for p in kind.parameters:
        target[p.index] = 8.0 if p.column == "size" else 33.0
    psf = check_psf(kind.psf(*kind.arguments(target)))
    np.testing.assert_allclose(psf, psf[::-1, ::-1], atol=1e-12)
    if kind.symmetry == "round":
        np.testing.assert_allclose(psf, psf.T, atol=1e-12)
        np.testing.assert_allclose(psf, psf[::-1], atol=1e-12)
    if kind.separable:
        lines = np.outer(psf.sum(axis=1), psf.sum(axis=0))
        np.testing.assert_allclose(psf, lines, atol=1e-12)
    if kind.has_zeros:
        frequency = np.fft.fftfreq(64)
        low = np.abs(frequency) < 0.12
        sampled = psf_to_otf(psf, (64, 64)).real[np.ix_(low, low)]
        down, across = frequency[low][:, None], frequency[low]
        of_lens = kind.lens_otf(down, across, *kind.arguments(target))
        np.testing.assert_allclose(
            of_lens * np.sinc(down) * np.sinc(across), sampled, atol=0.03
        )
    assert kind.target(**kind.named(target)) == tuple(target)


def test_within_its_reach_an_indistinct_angle_stays_in_one_row():
    """And beyond it, not: light lies in the rows above and below."""
    motion = blur_type("motion")
    axis, reach = motion.indistinct(9.0, 4.0)
    assert axis == 0
    for turn, inside in ((0.9 * reach, True), (1.2 * reach, False)):
        psf = motion.psf(9.0, axis + turn)
        assert (psf[len(psf) // 2].sum() == pytest.approx(1)) == inside


def test_unknown_types_are_errors():
    for key in (7, -1, 1.5, "fog", None):
        with pytest.raises(ValueError, match="the blur type must be one of"):
            blur_type(key)
    with pytest.raises(ValueError, match="code and name must not be taken"):
        register_blur_type(blur_type("motion"))
    with pytest.raises(ValueError, match="an integer of at least 0"):
        register_blur_type(BlurType(code=-2, name="fog", meaning="", psf=box_psf))
    twice = BOX.parameters * 2
    with pytest.raises(ValueError, match="of their own"):
        BlurType(code=9, name="two", meaning="", psf=box_psf, parameters=twice)


@pytest.mark.parametrize("key", ["box", BOX.code, BOX])
def test_a_type_is_forgotten_by_name_and_code(key):
    register_blur_type(BOX)
    unregister_blur_type(key)
    with pytest.raises(ValueError, match="must be one of"):
        unregister_blur_type(key)


@pytest.mark.parametrize("key", ["none", 2, blur_types()[3]])
def test_the_types_of_the_package_stay_known(key):
    before = blur_types()
    with pytest.raises(ValueError, match="type of the package itself"):
        unregister_blur_type(key)
    assert blur_types() == before
