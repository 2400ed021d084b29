"""What `estimate_blur` says of blurred pages: text in the fonts of matplotlib.

    python benchmarks/pages.py [--n 480]

Printed text, dark on light, on grey or pure white, or the other way round, half of it
turned; a quarter is sharp, the others are blurred, ideally or as hands and lenses do it, by
a program (in values, rounded to 8 bits) or by a camera as `draw_camera` draws them. The
training draws pages of its own, in one font that is none of these. By who blurred them:
rate of the right type, that of each type, the share of the blurred that are called sharp,
and of answers that are wrong with a confidence of 0.95 or more; then the median error of
the size, as a share of it, where the type is right. An undecided page is no right answer.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from reporting import Table

from skblur import defocus_psf, estimate_blur, gaussian_psf, motion_psf
from skblur.blurs.iris import iris_psf
from skblur.blurs.shake import shaken_psf
from skblur.blurs.types import blur_type
from skblur.camera import Camera, draw_camera, take_photo

FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono-Bold", "STIXGeneral", "cmr10")
SHAPE, TYPE_SIZES = (500, 640), (11, 48)
SIGMAS, LENGTHS, RADII = (1.2, 5), (6, 25), (2.4, 10)
SURE = 0.95
TEXT = " ".join(Path(__file__).with_name("README.rst").read_text().split())
COLUMNS = {
    "blurred by": "",
    "n": "",
    "rate": ".3f",
    "none": ".3f",
    "gaussian": ".3f",
    "motion": ".3f",
    "defocus": ".3f",
    "sharp of blurred": ".3f",
    "sure, wrong": ".3f",
    "size": ".3f",
}


def written_page(rng):
    """A sharp page, uint8 of shape (H, W)."""
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    size = _between(TYPE_SIZES, rng)
    font = ImageFont.truetype(folder / f"{FONTS[rng.integers(len(FONTS))]}.ttf", size)
    paper, ink = rng.uniform(170, 250), rng.uniform(0, 80)
    if rng.random() < 1 / 3:
        paper, ink = 255, 0
    if rng.random() < 0.2:
        paper, ink = ink, paper
    page = Image.new("L", SHAPE[::-1], int(paper))
    draw, n_letters = ImageDraw.Draw(page), int(2.2 * SHAPE[1] / size)
    for y in np.arange(4, SHAPE[0], 1.25 * size):
        at = rng.integers(len(TEXT) - n_letters)
        draw.text((6, y), TEXT[at : at + n_letters], fill=int(ink), font=font)
    if rng.random() < 0.5:
        turn, way = rng.normal(0, 5), Image.Resampling.BICUBIC
        page = page.rotate(turn, way, fillcolor=int(paper))
    return np.asarray(page)


def drawn_blur(code, rng):
    """PSF of a type, half of them not ideal, and its size."""
    seed, ideal = int(rng.integers(2**31)), rng.random() < 0.5
    if code == 1:
        size = _between(SIGMAS, rng)
        return gaussian_psf(size), size
    if code == 2:
        size, angle = _between(LENGTHS, rng), rng.uniform(0, 180)
        psf = motion_psf(size, angle) if ideal else shaken_psf(size, angle, seed)
        return psf, size
    if code == 3:
        size = _between(RADII, rng)
        return (defocus_psf(size) if ideal else iris_psf(size, seed)), size
    return np.ones((1, 1)), 0.0


def drawn_camera(by, seed):
    if by == "program":
        return Camera(gamma=1.0)
    return replace(draw_camera(seed), scale_before=1.0, scale_after=1.0)


def _between(limits, rng):
    return float(np.exp(rng.uniform(*np.log(limits))))


def answers(by, n):
    """Of each page its code, the code found, the confidence and the error of the size."""
    for seed in range(n):
        rng = np.random.default_rng(seed)
        code = seed % 4
        psf, size = drawn_blur(code, rng)
        seen = take_photo(written_page(rng), psf, drawn_camera(by, seed), random_state=seed)
        found = estimate_blur(seen, free_psf=False)
        told = -1 if found.blur_type == "undecided" else blur_type(found.blur_type).code
        error = np.nan
        if told == code and size:
            name = blur_type(code).size.name
            error = abs(found.parameters[name] - size) / size
        yield code, told, found.confidence, error


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=480)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    table = Table(args.output / "pages.txt", "Answers for blurred pages", COLUMNS)
    for by in ("program", "camera"):
        code, told, confidence, error = np.transpose(list(answers(by, args.n)))
        right, blurred = told == code, code > 0
        rates = [right[code == each].mean() for each in range(4)]
        sharp = (told[blurred] == 0).mean()
        sure = (~right & (confidence >= SURE)).mean()
        table.add(by, args.n, right.mean(), *rates, sharp, sure, np.nanmedian(error))


if __name__ == "__main__":
    main()
