"""A camera that turned during the exposure: what `deblur` makes of it, what it is called.

    python benchmarks/turned_camera.py --images FOLDER [--side 900] [--limit N] [--names]

Sharp photographs, made smaller, are blurred by a camera that moves straight and turns about
the middle of the frame, so that the PSF differs from place to place; they get noise and are
rounded to 8 bits. Gain in decibels of ``deblur(photo, gamma=gamma)``, without 24 pixels at
the border: mean and worst, for cameras that did not turn and for those that did.

With ``--names``: how many are called what, of cameras that moved by 6 to 16 pixels in the
middle and turned by 0, 0.5, 1 and 2 times as much at the corners.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
from PIL import Image
from reporting import Table
from scipy.ndimage import affine_transform

from skblur import deblur, estimate_blur
from skblur.images.light import from_light, to_light

# Degrees, and pixels down and across, from the beginning of the exposure to its end.
MOVES = ((0.0, (6, 10)), (0.4, (3, 8)), (0.5, (9, -4)), (1.0, (6, 10)))
STEPS, NOISE, BORDER = 25, 0.004, 24
# At the corners, in lengths of the motion of the middle; and these lengths, in pixels.
TURNS, LENGTHS = (0.0, 0.5, 1.0, 2.0), (6, 16)
NAMES = ("none", "gaussian", "motion", "defocus", "undecided")
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


def photograph(sharp, gamma, degrees, path, rng):
    """What such a camera takes, with noise and in 8 bits."""
    light = turned(to_light(sharp, gamma).astype(np.float32), degrees, path)
    seen = from_light(light, gamma) + NOISE * rng.standard_normal(light.shape)
    return (np.rint(255 * seen.clip(0, 1)) / 255).astype(np.float32)


def called(photos):
    """Names of the photographs of each turn."""
    found = {turn: [] for turn in TURNS}
    rng = np.random.default_rng(0)
    for sharp in photos:
        length, angle = rng.uniform(*LENGTHS), rng.uniform(0, 2 * np.pi)
        path = length * np.sin(angle), length * np.cos(angle)
        for turn, names in found.items():
            degrees = np.rad2deg(turn * length / (np.hypot(*sharp.shape) / 2))
            seen = photograph(sharp, 2.4, degrees, path, rng)
            names.append(estimate_blur(seen[8:-8, 8:-8]).blur_type)
    return found


def gains(sharp, gamma):
    """Of each move, degrees and gain."""
    rng = np.random.default_rng(0)
    for degrees, path in MOVES:
        seen = photograph(sharp, gamma, degrees, path, rng)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            restored = deblur(seen, gamma=gamma)
        yield degrees, psnr(restored, sharp) - psnr(seen, sharp)


def tell_names(photos, folder):
    title = f"What {len(photos)} photographs are called, by how far the camera turned"
    columns = {"turned": ".1f", **dict.fromkeys(NAMES, "")}
    table = Table(folder / "turned_names.txt", title, columns)
    for turn, names in called(photos).items():
        table.add(turn, *(names.count(name) for name in NAMES))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--side", type=int, default=900)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--names", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    photos = []
    for path in sorted(Path(args.images).iterdir())[: args.limit]:
        photo = Image.open(path).convert("L")
        photo.thumbnail((args.side, args.side), Image.Resampling.LANCZOS)
        photos.append(np.asarray(photo, np.float32) / 255)
    if args.names:
        tell_names(photos, args.output)
        return
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
