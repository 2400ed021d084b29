"""Pages: drawn ones to learn from, and white ones that are to be judged."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy.signal import fftconvolve

from skblur import blur_map, estimate_blur, gaussian_psf, motion_psf
from skblur.spectra.welch import welch_power
from skblur.spectra.windows import are_telling, find_telling, lay_windows
from skblur.training.pages import LARGEST, SMALLEST, draw_page
from skblur.training.photos import PAGE_EVERY, draw_named_rows

WORDS = "Blurred as it is, a page of black on white says how it came about. " * 12


@pytest.fixture(scope="module")
def white_page():
    """Text on paper that is white all over, from 0 to 1."""
    page = Image.new("L", (420, 300), 255)
    font = ImageFont.load_default(17)
    for line in range(14):
        words = WORDS[13 * line : 13 * line + 52]
        ImageDraw.Draw(page).text((8, 4 + 21 * line), words, fill=0, font=font)
    return np.asarray(page, np.float32) / 255


def blurred(page, psf):
    reach = len(psf) // 2
    seen = fftconvolve(np.pad(page, reach, mode="edge"), psf, mode="valid")
    return np.rint(255 * seen.clip(0, 1)) / np.float32(255)


def test_what_is_clipped_tells_where_hardly_anything_else_is_there(white_page):
    grid = lay_windows(white_page, (64, 64))
    assert not are_telling(grid).any()
    telling, clipped = find_telling(grid)
    assert clipped
    assert telling.all()


def test_what_is_clipped_is_left_out_where_enough_is_not(white_page, photos):
    pasted = photos[7][:300, :420].astype(np.float32).clip(0.1, 0.9)
    pasted[:, 210:] = white_page[:, 210:]
    telling, clipped = find_telling(lay_windows(pasted, (64, 64)))
    assert not clipped
    assert telling[:, 0].all()
    assert not telling[:, -1].any()


def test_what_is_flat_never_tells():
    flat = np.ones((200, 200), np.float32)
    telling, _ = find_telling(lay_windows(flat, (64, 64)))
    assert not telling.any()
    assert welch_power(flat)[1] == 0


@pytest.mark.parametrize(
    ("psf", "name"), [(motion_psf(11, 30), "motion"), (gaussian_psf(3), "gaussian")]
)
def test_a_blurred_white_page_is_named(white_page, psf, name):
    found = estimate_blur(blurred(white_page, psf), free_psf=False)
    assert found.blur_type == name
    assert found.parameters.get("length", 11) == pytest.approx(11, abs=0.7)
    assert found.parameters.get("sigma", 3) == pytest.approx(3, abs=0.6)
    assert found.shares["undecided"] < 0.5


def test_a_sharp_white_page_is_sharp(white_page):
    assert estimate_blur(white_page).blur_type == "none"
    shares = blur_map(white_page).shares()
    assert max(shares, key=shares.get) == "none"


def test_drawn_pages_differ_but_by_the_random_state(photos):
    colours = [np.rint(255 * photo).astype(np.uint8) for photo in photos[:2]]
    pages = [draw_page(colours, np.random.RandomState(seed)) for seed in (0, 0, 1)]
    for page in pages:
        assert page.dtype == np.uint8
        assert page.ndim == 3
        assert SMALLEST <= min(page.shape[:2]) <= max(page.shape[:2]) < LARGEST
        assert page.std() > 10
    np.testing.assert_array_equal(pages[0], pages[1])
    assert pages[0].shape != pages[2].shape


def test_names_are_learned_from_pages_too(photos):
    """Some scenes are none of the photographs, and keep numbers of their own."""
    colours = [np.rint(255 * photo).astype(np.uint8) for photo in photos[:6]]
    rows = draw_named_rows(colours, 60, random_state=0)
    scenes = set(range(len(colours) + len(colours) // PAGE_EVERY))
    assert set(rows.groups) <= scenes
    assert set(rows.groups) & set(range(len(colours), len(scenes)))
