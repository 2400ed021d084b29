import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import (
    BlurMap,
    BlurType,
    blur_map,
    defocus_psf,
    motion_psf,
    register_blur_type,
    unregister_blur_type,
)
from skblur.mapping.evidence import local_evidence
from skblur.metrics import angle_error
from skblur.models.pretrained import shipped_model


@pytest.fixture(scope="module")
def halves(photos):
    """Sharp on the left, moved on the right."""
    sharp = photos[5]
    moved = fftconvolve(sharp, motion_psf(12, 40), mode="same")
    picture = sharp.copy()
    picture[:, 256:] = moved[:, 256:]
    return np.rint(255 * picture.clip(0, 1)).astype(np.uint8)


@pytest.fixture(scope="module")
def found(halves):
    return blur_map(halves)


def test_halves_are_told_apart(found):
    inner = slice(40, -40)
    assert (found.type_code[inner, 40:216] == 0).mean() > 0.8
    assert (found.type_code[inner, 296:472] == 2).mean() > 0.9


def test_parameters(found):
    moved = found.type_code == 2
    moved[:, :296] = False
    assert np.median(found.size[moved]) == pytest.approx(12, abs=2)
    assert np.median(angle_error(found.angle[moved], 40)) < 6
    assert (found.size[found.type_code == 0] == 0).all()


def test_forms(found, halves):
    assert found.shape == halves.shape
    assert found.type_code.dtype == np.int8
    assert found.size.dtype == found.angle.dtype == found.probabilities.dtype == np.float32
    assert found.probabilities.shape == (*halves.shape, 4)
    np.testing.assert_allclose(found.probabilities.sum(axis=-1), 1, atol=1e-5)
    likeliest = found.probabilities.argmax(axis=-1)
    decided = found.type_code >= 0
    np.testing.assert_array_equal(found.type_code[decided], likeliest[decided])


def test_summary(found):
    summary = found.summary()
    assert sum(entry["fraction"] for entry in summary.values()) == pytest.approx(1)
    assert summary["motion"]["fraction"] == pytest.approx(
        (found.type_code == 2).mean(), abs=0.02
    )
    assert summary["motion"]["length"] == pytest.approx(12, abs=2)
    assert angle_error(summary["motion"]["angle"], 40) < 6
    assert "motion" in repr(found)


def test_larger_windows_see_a_smaller_copy(photos):
    scene = np.kron(photos[7][:400, :400], np.ones((2, 2), np.float32))
    seen = fftconvolve(scene, defocus_psf(14), mode="valid")
    found = blur_map(seen.clip(0, 1), window=128)
    assert found.shape == seen.shape
    assert (found.type_code == 3).mean() > 0.8
    assert found.summary()["defocus"]["radius"] == pytest.approx(14, abs=1.5)


def test_evidence_does_not_depend_on_the_chunks(halves, monkeypatch):
    luma = (halves[:200, :230] / 255).astype(np.float32)
    whole = local_evidence(luma, shipped_model("window64").model_, 64, 16)
    monkeypatch.setattr("skblur.mapping.evidence.CHUNK", 1)
    shares = []
    rows = local_evidence(luma, shipped_model("window64").model_, 64, 16, shares.append)
    np.testing.assert_allclose(whole.log_p, rows.log_p, atol=1e-3)
    np.testing.assert_array_equal(whole.telling, rows.telling)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_flat_picture_is_undecided():
    found = blur_map(np.full((100, 120), 0.5))
    assert (found.type_code == -1).all()
    assert found.summary()["undecided"]["fraction"] == 1


def test_values_do_not_depend_on_the_rest_of_the_picture(halves):
    """Nothing is normalised by the maximum of the map."""
    part, whole = blur_map(halves[:, 272:]), blur_map(halves)
    inner = np.s_[:, 100:]
    same = part.type_code[inner] == whole.type_code[:, 272:][inner]
    assert same.mean() > 0.95


def test_save(found, tmp_path):
    found.save(tmp_path / "map.npz")
    with np.load(tmp_path / "map.npz", allow_pickle=False) as saved:
        np.testing.assert_array_equal(saved["type_code"], found.type_code)
        np.testing.assert_array_equal(saved["size"], found.size)
        assert saved["type_names"].tolist() == ["none", "gaussian", "motion", "defocus"]


def test_plot(found, halves):
    figure = found.plot(halves)
    _, key = figure.axes
    labels = [label.get_text() for label in key.get_yticklabels()]
    assert any(label.startswith("motion") and "px" in label for label in labels)


def test_colour_and_complaints(halves, found):
    colour = np.dstack([halves] * 3)
    same = blur_map(colour, channel_axis=-1).type_code == found.type_code
    assert same.mean() > 0.99
    with pytest.raises(ValueError, match="at least 64 x 64 pixels, got"):
        blur_map(np.zeros((63, 200)))
    with pytest.raises(ValueError, match="window must be 64, 128"):
        blur_map(halves, window=96)
    with pytest.raises(ValueError, match="stride must be an integer"):
        blur_map(halves, stride=0)
    assert isinstance(found, BlurMap)


def test_arrays_do_not_depend_on_the_bands(found, monkeypatch):
    names = ("type_code", "size", "angle", "probabilities")
    whole = [getattr(found, name) for name in names]
    monkeypatch.setattr("skblur.mapping.map.BAND_PIXELS", 1000)
    for name, array in zip(names, whole, strict=True):
        np.testing.assert_array_equal(getattr(found, name), array)


def test_a_map_knows_the_types_that_it_was_made_with():
    """One that is registered later changes nothing of it."""
    p = np.full((2, 3, 4), 0.25, np.float32)
    found = BlurMap((32, 48), p, {}, first=8, stride=16)
    before = found.shares(), found.summary(), found.type_code
    later = BlurType(
        code=4, name="later", meaning="made later", psf=lambda: np.ones((1, 1))
    )
    register_blur_type(later)
    try:
        after = found.shares(), found.summary(), found.type_code
    finally:
        unregister_blur_type(later)
    assert before[:2] == after[:2]
    np.testing.assert_array_equal(before[2], after[2])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", object()),
        ("model", shipped_model("photo")),
        ("model", shipped_model("patch32")),
        ("whole", "motion"),
    ],
)
def test_what_makes_no_map(photos, name, value):
    """Non-regression test for: a parameter or an attribute was said to be missing."""
    with pytest.raises(TypeError, match=f"{name} must be a .* or None, got"):
        blur_map(photos[0], **{name: value})


def test_what_is_none_of_the_whole(photos):
    """Non-regression test for: the estimator said that an attribute was missing."""
    with pytest.raises(TypeError, match=r"whole must be a BlurEstimate, .* got 'motion'"):
        shipped_model("window64").estimate(photos[0], whole="motion")
