"""Maps of several levels: wide blurs are left to the coarser ones, all others are not."""

from itertools import islice

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.signal import fftconvolve
from skimage.transform import resize
from sklearn.metrics import roc_auc_score

from skblur import BlurEstimate, blur_map, defocus_psf, load_pretrained
from skblur.estimation.levels import VIEWED_SIDE
from skblur.images.channels import LUMA, Picture
from skblur.images.scale import block_means, halvings_within
from skblur.mapping.levels import LevelMap, guides_of, mixed, pictures_of


def level_map(shape, p, size):
    """The same everywhere: probabilities, and a size for all types."""
    of_type = np.zeros((*shape, 3), np.float32)
    of_type[..., 0] = size
    parameters = {code: of_type.copy() for code in (1, 2, 3)}
    return LevelMap(np.tile(np.float32(p), (*shape, 1)), parameters)


@pytest.mark.parametrize(
    ("shape", "n"),
    [((64, 64), 0), ((1024, 700), 0), ((1025, 700), 1), ((4000, 6000), 3), ((80, 6000), 0)],
)
def test_large_pictures_are_looked_at_made_smaller(shape, n):
    assert halvings_within(shape, VIEWED_SIDE, 64) == n


def test_levels_end_where_no_window_fits():
    levels = pictures_of(np.zeros((600, 800), np.float32), 1, 4)
    assert [picture.shape for picture in levels] == [(300, 400), (150, 200)]
    (only,) = pictures_of(np.zeros((70, 90), np.float32), 0, 4)
    assert only.shape == (70, 90)


@pytest.mark.parametrize("shape", [(64, 96), (259, 301), (131, 1030)])
def test_borders_have_a_guide_at_each_kept_pixel(shape, rng):
    """At all levels, whether rows are left out of them or not; of grey it is the luma."""
    colours = rng.random((*shape, 3)).astype(np.float32)
    colourful = Picture.read(colours, -1)
    luma = colourful.luma
    grey = Picture.read(np.dstack([luma] * 3), -1)
    for first in (0, 1):
        levels = pictures_of(luma, first, 4)
        guides = guides_of(colourful, luma, 4 * 2**first)
        of_grey = guides_of(grey, grey.luma, 4 * 2**first)
        for level, guide, plain in zip(levels, guides, of_grey, strict=False):
            kept = block_means(level, 4)
            rows, columns = (side // 4 for side in level.shape)
            assert all(a >= b for a, b in zip(guide.shape, kept.shape, strict=False))
            for each in (guide, plain):
                np.testing.assert_allclose(
                    each[:rows, :columns, 0], kept[:rows, :columns], atol=1e-6
                )
            np.testing.assert_allclose(plain[..., 1:], 0, atol=1e-6)
            assert guide[..., 1:].std() > 0.01
    (plain,) = islice(guides_of(Picture.read(luma), luma, 4), 1)
    assert plain.shape[-1] == 1


def test_regions_end_where_their_colour_does(photos):
    """A sharp middle of another hue, whose luma does not differ from the blurred ground."""
    grey = photos[5][:259, :301]
    there = np.zeros(grey.shape, bool)
    there[60:200, 70:230] = True
    seen = np.where(there, grey, gaussian_filter(grey, 3))
    hue = np.array([1, -0.2, -1]) * 0.3
    hue -= hue @ LUMA
    colours = np.where(there[..., None], seen[..., None] + hue, seen[..., None] - hue)
    colours = 0.4 + 0.3 * colours
    maps = load_pretrained("window64")
    found = maps.estimate(colours, channel_axis=-1).probabilities[..., 0]
    plain = maps.estimate(colours @ LUMA).probabilities[..., 0]
    assert found.shape == there.shape
    for each in (found, plain):
        assert each[there].mean() > 3 * each[~there].mean()
    missed = [1 - roc_auc_score(there.ravel(), p.ravel()) for p in (found, plain)]
    assert missed[0] < 0.8 * missed[1]


WIDE = [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("fine_size", "p", "size"),
    [(13, [1, 0, 0, 0], 20), (13, WIDE, 1), (4, WIDE, 13), (13, [0, 0, 1, 0], 5)],
)
def test_what_one_of_them_finds_narrow_is_the_finer_levels_word(fine_size, p, size):
    fine = level_map((12, 14), [0, 0.1, 0.1, 0.8], fine_size)
    found = mixed(fine, level_map((6, 7), p, size))
    np.testing.assert_allclose(found.p, fine.p, atol=1e-6)
    np.testing.assert_allclose(found.parameters[3], fine.parameters[3], atol=1e-5)


def test_wide_is_the_coarser_levels_word():
    fine = level_map((12, 14), [0, 0.5, 0, 0.5], 14.0)
    found = mixed(fine, level_map((6, 7), WIDE, 11.0))
    np.testing.assert_allclose(found.p, np.tile(WIDE, (12, 14, 1)), atol=1e-6)
    # In pixels of the finer level.
    np.testing.assert_allclose(found.parameters[3][..., 0], 22, atol=1e-4)


@pytest.fixture(scope="module")
def large(photos):
    """1400 pixels wide, the right half defocused by a disc too wide for a window of 64."""
    sharp = resize(photos[5], (940, 1400), order=1)
    blurred = fftconvolve(sharp, defocus_psf(40), mode="same")
    seen = sharp.copy()
    seen[:, 700:] = blurred[:, 700:]
    return seen.clip(0, 1)


def test_a_wide_blur_is_found_by_itself(large):
    right = np.s_[150:-150, 850:1250]
    found, by_one = blur_map(large), blur_map(large, window=128)
    assert (found.type_code[right] == 3).mean() > 0.9
    # Too small, still: a little less so than by windows that do not see all of it.
    sizes = [np.median(each.size[right]) for each in (by_one, found)]
    assert sizes[0] < sizes[1] < 45
    assert found.type_code.shape == large.shape


def test_progress_is_of_all_levels(photos):
    done = []
    blur_map(photos[5], report=done.append)
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1)
    assert len(done) > 2


def test_what_is_blurred_as_a_whole_has_no_sharp_part(photos):
    def sharp_share(p):
        whole = BlurEstimate("none", {"none": p})
        return blur_map(photos[5], whole=whole, stride=32).shares()["none"]

    shares = [sharp_share(p) for p in (0.0, 0.3, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert shares[0] < 0.3 < 0.6 < shares[-1]
    maps = load_pretrained("window64").set_params(stride=32)
    assert maps.estimate(photos[5]).shares()["none"] == pytest.approx(shares[2], abs=1e-3)
