"""Whatever comes in as a picture leads to the right answer, or to a sentence that helps."""

from copy import copy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.signal import fftconvolve

from skblur import (
    LogSpectrumTransformer,
    PatchBlurEstimator,
    blur_map,
    deblur,
    estimate_blur,
    estimate_psf,
    motion_psf,
    psf_from_pair,
)
from skblur.camera import Camera, take_photo
from skblur.datasets import make_blur_patches, make_blur_photos
from skblur.models.pretrained import shipped_model

PSF = motion_psf(5, 30)


def estimated(image, **axis):
    return estimate_blur(image, free_psf=False, **axis).to_dict()


def mapped(image, **axis):
    return blur_map(image, stride=64, **axis).probabilities


def restored(image, **axis):
    return deblur(image, PSF, method="wiener", **axis).astype(np.float64)


def free_psf(image, **axis):
    return estimate_psf(image, side=9, **axis)


def paired(image, **axis):
    return psf_from_pair(image, image, 3, **axis)


def taken(image, **axis):
    return take_photo(image, PSF, Camera(), **axis)


def voted(image, **axis):
    votes = PatchBlurEstimator.of(shipped_model("patch32"))
    return votes.estimate(image, **axis).to_dict()


def predicted(image):
    votes = PatchBlurEstimator.of(shipped_model("patch32"))
    return votes.predict_proba([image])


def predicted_map(image):
    return copy(shipped_model("window64")).set_params(stride=64).predict([image])[0]


def patches(image):
    return make_blur_patches([image], 2, size=(1, 2), min_std=0, random_state=0)[0]


def photos_of(image):
    shape = {"image_shape": (20, 20), "camera": None}
    return make_blur_photos([image], 2, size=(1, 2), **shape, random_state=0)[0]


WITH_AXIS = [estimated, mapped, restored, free_psf, paired, taken, voted]
WITHOUT = [predicted, predicted_map, patches, photos_of]
VERBS = pytest.mark.parametrize("verb", WITH_AXIS + WITHOUT)
VERBS_WITH_AXIS = pytest.mark.parametrize("verb", WITH_AXIS)


@pytest.fixture(scope="module")
def picture(photos):
    """A blurred photograph of 16 bits."""
    seen = fftconvolve(photos[4][:120, :140], motion_psf(9, 30), mode="valid")
    return np.rint(65535 * seen.clip(0, 1)).astype(np.uint16)


@pytest.fixture(scope="module")
def answers(picture):
    """Those to the plain picture, by verb and dtype, each found once."""
    found = {}

    def answer(verb, dtype):
        if (verb, dtype) not in found:
            found[verb, dtype] = verb(as_dtype(picture, dtype))
        return found[verb, dtype]

    return answer


def as_dtype(picture, dtype):
    return picture if dtype == "uint16" else (picture / 65535).astype(dtype)


class Tensor:
    """What numpy knows how to make an array of, as tensors of other libraries."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype)


def read_only(image):
    image = image.copy()
    image.flags.writeable = False
    return image


def on_disk(image, folder):
    there = np.memmap(folder / "picture", image.dtype, "w+", shape=image.shape)
    there[:] = image
    return there


FORMS = {
    "bytes in the other order": lambda image: image.astype(image.dtype.newbyteorder()),
    "nothing masked": lambda image: np.ma.masked_array(image, mask=False),
    "read-only": read_only,
    "strided": lambda image: np.repeat(image, 2, axis=1)[:, ::2],
    "backwards": lambda image: image[::-1, ::-1].copy()[::-1, ::-1],
    "of another library": Tensor,
}


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
@pytest.mark.parametrize("form", FORMS)
@VERBS
def test_forms_of_an_array(verb, form, dtype, picture, answers):
    """Non-regression test for big-endian floats, which were refused."""
    found = verb(FORMS[form](as_dtype(picture, dtype)))
    np.testing.assert_equal(found, answers(verb, dtype))


def test_columns_first(picture, answers):
    """Sums are in another order then."""
    found = mapped(np.asfortranarray(picture))
    np.testing.assert_allclose(found, answers(mapped, "uint16"), atol=1e-4)


@VERBS
def test_lists_and_files_of_memory(verb, picture, answers, tmp_path):
    for form in (as_dtype(picture, "float64").tolist(), on_disk(picture, tmp_path)):
        dtype = "float64" if isinstance(form, list) else "uint16"
        np.testing.assert_equal(verb(form), answers(verb, dtype))


def test_the_dtype_comes_back(picture):
    swapped = picture.astype(picture.dtype.newbyteorder())
    assert deblur(swapped, PSF, method="wiener").dtype == swapped.dtype


@pytest.mark.parametrize("mode", ["L", "1", "RGB"])
def test_pictures_of_pillow(mode, picture):
    image = Image.fromarray((picture >> 8).astype(np.uint8)).convert(mode)
    axis = {"channel_axis": -1} if mode == "RGB" else {}
    assert estimated(image, **axis) == estimated(np.asarray(image), **axis)


@pytest.mark.parametrize("mode", ["P", "CMYK", "YCbCr", "HSV", "LAB"])
@VERBS
def test_pictures_of_pillow_in_other_colours(verb, mode):
    """Non-regression test for a palette's places, which were taken for grey."""
    with pytest.raises(ValueError, match=rf"mode '{mode}': pass .*\.convert\('RGB'\)"):
        verb(Image.new("RGB", (90, 90)).convert(mode))


@pytest.mark.parametrize("path", ["photo.jpg", b"photo.jpg", Path("photo.jpg")])
@VERBS
def test_a_path(verb, path):
    message = "must be an array, got a path: read it first, .* = skblur.read_image"
    with pytest.raises(TypeError, match=message):
        verb(path)


BYTES = np.arange(8100).reshape(90, 90) % 256
REFUSED = {
    "int64 of bytes": (BYTES, "got int64: .* pass .*astype.np.uint8"),
    "list of bytes": (BYTES.tolist(), "got int64: .* pass .*astype.np.uint8"),
    "uint32": (BYTES.astype(np.uint32) * 256, "got uint32: pass .*astype.np.uint16"),
    "wide": (BYTES * 10**5, r"got int64: divide by .*; it has \[0, 25500000\]"),
    "signed": (BYTES.astype(np.int8), r"got int8: divide by .*; it has \[-128, 127\]"),
    "0 and 1": (BYTES % 2, "got int64: .* pass .*astype.bool"),
    "long": (BYTES.astype(np.longdouble), "float64, got .*: pass .*astype.np.float64"),
    "complex": (BYTES * 1j, "got complex128: pass its real part"),
    "objects": (BYTES.astype(object), "got object: pass numbers"),
    "strings": (BYTES.astype(str), "got <U21: pass numbers"),
    "None": (None, "got object: pass numbers"),
    "ragged": ([[0.1, 0.2], [0.3]], "must be an array of pixels: .*inhomogeneous"),
    "masked": (np.ma.masked_equal(BYTES / 255, 0), "no masked values, got 32 of them"),
    "NaN": (np.full((90, 90), np.nan), "must be finite"),
    "one infinity": (np.where(BYTES == 7, np.inf, 0.5), "must be finite"),
    "not divided": (BYTES.astype(float), r"must lie in \[0, 1\], got \[0, 255\]"),
}
if np.dtype(np.longdouble) == np.float64:
    del REFUSED["long"]


@pytest.mark.parametrize("case", REFUSED)
@VERBS
def test_refused(verb, case):
    image, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        verb(image)


def test_masked_rows():
    X = np.ma.masked_less(np.random.default_rng(0).random((3, 64)), 0.1)
    with pytest.raises(ValueError, match="X must have no masked values"):
        LogSpectrumTransformer().fit(X)


@pytest.mark.parametrize("axis", [3, -4, True, 1.0, "last", (0, 1)])
@VERBS_WITH_AXIS
def test_no_axis_of_a_picture(verb, axis):
    with pytest.raises(ValueError, match="channel_axis must be None or an axis of"):
        verb(np.zeros((90, 90, 3)), channel_axis=axis)


@pytest.mark.parametrize(
    ("shape", "axis", "message"),
    [
        (
            (90, 90, 4),
            None,
            r"must have 2 axes, got shape \(90, 90, 4\); pass channel_axis",
        ),
        ((90, 90, 4), 0, "must have 1 to 4 channels, got 90: is channel_axis right"),
        ((90, 90, 0), -1, "must have 1 to 4 channels, got 0"),
        ((90, 90), -1, r"must have 3 axes, got shape \(90, 90\)"),
        ((2, 90, 90, 3), -1, r"must have 3 axes, got shape \(2, 90, 90, 3\)"),
        ((90,), None, r"must have 2 axes, got shape \(90,\)"),
        ((), None, r"must have 2 axes, got shape \(\)"),
        ((0, 0), None, r"must have pixels, got shape \(0, 0\)"),
        ((0, 90), None, r"must have pixels, got shape \(0, 90\)"),
        ((90, 0, 3), -1, r"must have pixels, got shape \(90, 0, 3\)"),
    ],
)
@VERBS_WITH_AXIS
def test_shapes_refused(verb, shape, axis, message):
    with pytest.raises(ValueError, match=message):
        verb(np.zeros(shape), channel_axis=axis)


@pytest.mark.parametrize("axis", [-1, 0, 1, np.int64(2)])
@VERBS_WITH_AXIS
def test_colours_on_any_axis(verb, axis, picture, answers):
    colour = np.moveaxis(np.dstack([picture] * 3 + [65535 - picture]), -1, axis)
    found = verb(colour, channel_axis=axis)
    if verb in (restored, taken):
        found = np.moveaxis(found, axis, -1)[..., :3]
        expected = np.dstack([answers(verb, "uint16")] * 3)
    else:
        expected = answers(verb, "uint16")
    if isinstance(found, dict):
        assert found["blur_type"] == expected["blur_type"]
        assert found["confidence"] == pytest.approx(expected["confidence"], abs=1e-3)
    else:
        np.testing.assert_allclose(found, expected, atol=1e-3 * np.max(expected))


HOT = np.full((100, 100), 0.5, np.float32)
HOT[50, 50] = 1
ODD = {
    "one row": np.linspace(0, 1, 90)[None],
    "one column": np.linspace(0, 1, 90)[:, None],
    "one pixel": np.full((1, 1), 0.5),
    "black": np.zeros((100, 100), np.uint8),
    "white": np.ones((100, 100)),
    "grey": np.full((100, 100), 0.3, np.float32),
    "a hot pixel": HOT,
    "bool": BYTES % 5 > 2,
    "noise": np.random.default_rng(0).random((100, 100)),
}


@pytest.mark.parametrize("case", ODD)
@VERBS
def test_odd_pictures(verb, case):
    """An answer or a sentence, and not a warning on the way."""
    try:
        verb(ODD[case])
    except ValueError as error:
        assert any(word in str(error) for word in ("must", "are flat"))  # noqa: PT017


@pytest.mark.parametrize("verb", [estimated, mapped, paired, voted])
def test_a_very_long_picture(verb, picture):
    verb(np.tile(picture[:64], (1, 200)))


@pytest.mark.parametrize("case", [case for case in ODD if case != "noise"])
def test_nothing_of_a_blur_is_left_alone(case):
    image = ODD[case]
    assert estimated(image)["blur_type"] == "undecided"
    with pytest.warns(UserWarning, match="left unchanged: its blur: undecided"):
        found = deblur(image)
    np.testing.assert_array_equal(found, image)


TWO_LEVELS = "a picture of two levels does not tell its blur"


@pytest.mark.parametrize("levels", [(0, 65535), (9000, 30000)])
def test_two_levels(levels, picture):
    """A thresholded picture has structure, but its edges are all steep alike."""
    is_bright = picture > np.median(picture)
    image = np.where(is_bright, *levels[::-1]).astype(np.uint16)
    for found in (estimated(image), voted(image), estimated(is_bright)):
        assert found["blur_type"] == "undecided"
        assert found["reason"] == TWO_LEVELS
    # One pixel of a third level, where not every pixel is looked at, is not two levels.
    image[3, 5] = np.mean(levels)
    assert estimated(image).get("reason") != TWO_LEVELS
