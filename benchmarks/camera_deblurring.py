"""What `deblur` makes of pictures that cameras took, and of what programs blurred, as JPEG.

    python benchmarks/camera_deblurring.py --images FOLDER [--limit 20]

Sharp photographs seen through lenses out of focus (`iris_psf`) and shaken (`hand_psf`), by
a camera (in linear light; noise, contrast, sharpening and the rest as `draw_camera` draws
them) or by a program (in values); both are JPEG files of quality 75 to 97. Gain in decibels
of ``deblur(photo)`` and of ``deblur(photo, gamma=gamma)`` in the light that it was, over
the blurred picture, both moved to where they fit best (a free PSF is known up to a shift),
without 16 pixels at the border: mean and worst, and the share that loses more than 0.3.
"""

import argparse
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from alignment import aligned_error
from PIL import Image
from reporting import Table

from skblur import deblur
from skblur.blurs.iris import iris_psf
from skblur.blurs.shake import hand_psf
from skblur.camera import Camera, draw_camera, take_photo

RADII, LENGTHS, NOISES, QUALITIES = (2, 8), (6, 26), (0.002, 0.015), (75, 98)
BORDER, HARMED = 16, -0.3
COLUMNS = {
    "blurred by": "",
    "through": "",
    "gamma": "",
    "n": "",
    "mean": ".2f",
    "worst": ".2f",
    "harmed": ".2f",
}


def drawn_camera(seed, rng, *, of_program):
    """A camera that leaves the size alone; a program has no tone curve nor sensor."""
    quality = int(rng.integers(*QUALITIES))
    noise = float(np.exp(rng.uniform(*np.log(NOISES))))
    if of_program:
        return Camera(gamma=1.0, noise=noise, jpeg_quality=quality)
    same_size = {"scale_before": 1.0, "scale_after": 1.0}
    return replace(draw_camera(seed), noise=noise, jpeg_quality=quality, **same_size)


def drawn_psf(through, seed, rng):
    if through == "lens":
        return iris_psf(float(np.exp(rng.uniform(*np.log(RADII)))), random_state=seed)
    return hand_psf(rng.uniform(*LENGTHS), rng.uniform(0, 180), random_state=seed)


def taken(sharp, psf, camera, seed):
    """The photograph in 8 bits, and what it would be without blur and noise."""
    seen = take_photo(sharp, psf, camera, random_state=seed)
    perfect = replace(camera, noise=0.0, denoise=0.0, jpeg_quality=None)
    rest = len(psf) // 2
    ideal = take_photo(sharp, [[1]], perfect)[rest:-rest, rest:-rest]
    return np.rint(255 * seen).astype(np.uint8), ideal


def psnr(picture, sharp):
    return -10 * np.log10(aligned_error(picture / 255, sharp, BORDER))


def gains(photos, through, of_program):
    """Decibels of each photograph without gamma, and with it."""
    for seed, sharp in enumerate(photos):
        rng = np.random.default_rng(seed)
        camera = drawn_camera(seed, rng, of_program=of_program)
        seen, ideal = taken(sharp, drawn_psf(through, seed, rng), camera, seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            restored = [deblur(seen, gamma=gamma) for gamma in (None, camera.gamma)]
        yield [psnr(each, ideal) - psnr(seen, ideal) for each in restored]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    paths = sorted(Path(args.images).glob("*.jpg"))[: args.limit]
    photos = [np.asarray(Image.open(path).convert("L"), np.float32) / 255 for path in paths]
    title = "Gain in dB of JPEG files by cameras and by programs"
    table = Table(args.output / "camera_deblurring.txt", title, COLUMNS)
    for of_program in (False, True):
        for through in ("lens", "hand"):
            told, given = np.transpose(list(gains(photos, through, of_program)))
            by, gamma = ("program", "1") if of_program else ("camera", "2.4")
            for name, lot in (("none", told), (gamma, given)):
                harmed = (lot < HARMED).mean()
                table.add(by, through, name, len(lot), lot.mean(), lot.min(), harmed)


if __name__ == "__main__":
    main()
