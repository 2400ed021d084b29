"""A camera that turned during the exposure: what `deblur` makes of it.

    python benchmarks/turned_camera.py --images FOLDER [--side 900]

Sharp photographs, made smaller, are blurred by a camera that moves straight and turns about
the middle of the frame, so that the PSF differs from place to place; they get noise and are
rounded to 8 bits. Gain in decibels of ``deblur(photo, gamma=gamma)``, without 24 pixels at
the border: mean and worst, for cameras that did not turn and for those that did.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
from PIL import Image
from reporting import Table
from scipy.ndimage import affine_transform

from skblur import deblur
from skblur.images.light import from_light, to_light

# Degrees, and pixels down and across, from the beginning of the exposure to its end.
MOVES = ((0.0, (6, 10)), (0.4, (3, 8)), (0.5, (9, -4)), (1.0, (6, 10)))
STEPS, NOISE, BORDER = 25, 0.004, 24
COLUMNS = {
    "light": "",
    "turned": "",
    "n": "",
    "mean": ".2f",
    "worst": ".2f",
    "harmed": ".2f",
}


def turned(sharp, degrees, path):
    """The mean of what the camera saw on its way."""
    middle = np.array(sharp.shape) / 2
    total = np.zeros_like(sharp)
    for t in np.linspace(-0.5, 0.5, STEPS):
        a = np.deg2rad(degrees * t)
        turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        offset = middle - turn @ middle + np.multiply(path, t)
        total += affine_transform(sharp, turn, offset, order=1, mode="nearest")
    return total / STEPS


def psnr(picture, sharp):
    inner = np.s_[BORDER:-BORDER, BORDER:-BORDER]
    return -10 * np.log10(np.mean((picture - sharp)[inner] ** 2))


def gains(sharp, gamma):
    """Of each move, degrees and gain."""
    rng = np.random.default_rng(0)
    for degrees, path in MOVES:
        light = turned(to_light(sharp, gamma).astype(np.float32), degrees, path)
        seen = from_light(light, gamma) + NOISE * rng.standard_normal(light.shape)
        seen = (np.rint(255 * seen.clip(0, 1)) / 255).astype(np.float32)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            restored = deblur(seen, gamma=gamma)
        yield degrees, psnr(restored, sharp) - psnr(seen, sharp)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--side", type=int, default=900)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    photos = []
    for path in sorted(Path(args.images).iterdir()):
        photo = Image.open(path).convert("L")
        photo.thumbnail((args.side, args.side), Image.Resampling.LANCZOS)
        photos.append(np.asarray(photo, np.float32) / 255)
    title = "Gain in dB of photographs by a camera that did or did not turn"
    table = Table(args.output / "turned_camera.txt", title, COLUMNS)
    for gamma in (1.0, 2.4):
        found = [each for photo in photos for each in gains(photo, gamma)]
        for label, lot in (
            ("no", [gain for degrees, gain in found if not degrees]),
            ("yes", [gain for degrees, gain in found if degrees]),
        ):
            lot = np.array(lot)
            light = "values" if gamma == 1 else "linear"
            table.add(light, label, len(lot), lot.mean(), lot.min(), (lot < -0.3).mean())


if __name__ == "__main__":
    main()
