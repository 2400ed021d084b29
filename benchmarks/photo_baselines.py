"""Parameters of whole photographs: skblur beside the classical estimators, type given.

    python benchmarks/photo_baselines.py --images FOLDER
    python benchmarks/photo_baselines.py --quick

Photographs are blurred, rounded to 8 bits and, in a second table, taken by a simulated
camera. ``fitted`` is what `estimate_blur` gives; ``GRNN alone`` what it starts from, before
the parameters are fitted to the spectrum. Motion by the minimum of the cepstrum (Cannon
1976) and by the Radon transform of the spectrum, of the middle 256 x 256 pixels; defocus by
the first zero of the radial spectrum. The classical ones know that it is a motion, or a
defocus. ``--quick`` takes the photographs that scikit-image and scikit-learn carry.
"""

import argparse
from pathlib import Path

import numpy as np
from baselines import cepstrum, radon
from reporting import Table, progress
from sets import read_photographs

from skblur import load_pretrained
from skblur.blurs.types import blur_type, sizes_of_types
from skblur.camera import Camera
from skblur.datasets import load_sharp_photos, make_blur_photos
from skblur.estimation.levels import Levels
from skblur.estimation.settling import guesses_of, settle
from skblur.metrics import angle_error
from skblur.spectra.welch import welch_power

CAMERAS = {"8 bits": Camera(gamma=1), "a simulated camera": "random"}
# The first zero of a disc's OTF, in cycles per radius.
FIRST_ZERO = 0.6098
MIDDLE = 256


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, help="folder of sharp photographs")
    parser.add_argument("--quick", action="store_true", help="a trial run")
    parser.add_argument("--n", type=int, help="photographs to blur (300)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    if (args.images is None) != args.quick:
        parser.error("either --images or --quick is needed")
    sharp = load_sharp_photos() if args.quick else read_photographs(args.images)
    n_samples = args.n or (12 if args.quick else 300)
    for name, camera in CAMERAS.items():
        columns = {"what": "", "sigma": ".3f", "length": ".3f", "angle": ".2f"}
        columns |= {"angle, median": ".2f", "radius": ".3f"}
        path = args.output / f"photo_baselines_{name.replace(' ', '_')}.txt"
        table = Table(path, f"Errors, type given, {n_samples} photographs, {name}", columns)
        photos, y = make_blur_photos(
            sharp,
            n_samples,
            kinds=tuple(sizes_of_types("paper")),
            size=sizes_of_types("paper"),
            camera=camera,
            random_state=args.seed,
        )
        pairs = list(zip(photos, y, strict=True))
        for what, (estimate, codes) in progress(METHODS.items(), lambda item: item[0]):
            table.add(what, *errors(estimate, codes, pairs))


def errors(estimate, codes, pairs):
    """Mean absolute errors in the order of the columns, None for what is not given."""
    found = {code: [] for code in ALL}
    for photo, (code, size, angle) in pairs:
        if code in codes:
            size_found, angle_found = estimate(photo, int(code))
            turned = float(angle_error(angle_found, angle))
            found[int(code)].append((abs(size_found - size), turned))
    means = {code: np.mean(rows, axis=0) if rows else None for code, rows in found.items()}
    sizes = {code: None if mean is None else float(mean[0]) for code, mean in means.items()}
    angles = [turned for _, turned in found[MOTION]]
    of_angle = [float(np.mean(angles)), float(np.median(angles))] if angles else [None] * 2
    return [sizes[GAUSSIAN], sizes[MOTION], *of_angle, sizes[DEFOCUS]]


def fitted(photo, code):
    """As `estimate_blur` does it at full size."""
    levels, kind = Levels(photo), blur_type(code)
    guesses = guesses_of(levels.pair(0), kind, MODEL.regressors_[code])
    return settle(guesses, levels[0], kind, MODEL.least_std_[code], of_lens=False).found


def grnn_alone(photo, code):
    """The GRNN of the finest level."""
    levels, kind = Levels(photo), blur_type(code)
    (found, _), *_ = guesses_of(levels.pair(0), kind, MODEL.regressors_[code])
    return found


def by_cepstrum(photo, code):
    return cepstrum.estimate_motion(middle(photo))[0]


def by_radon(photo, code):
    return radon.estimate_motion(middle(photo))[0]


def middle(photo):
    """The middle of a photograph as a row."""
    side = min(MIDDLE, *photo.shape) // 2 * 2
    top, left = ((n - side) // 2 for n in photo.shape)
    return photo[top : top + side, left : left + side].reshape(1, -1)


def by_first_zero(photo, code):
    """From the first minimum of the mean log power over rings."""
    level = np.log(welch_power(photo)[0]).mean(axis=0)
    steps = np.arange(len(level))
    ring = np.rint(np.hypot(steps[:, None], steps)).astype(int)
    profile = np.bincount(ring.ravel(), level.ravel()) / np.bincount(ring.ravel())
    inner = profile[1:-1]
    minima = 1 + np.flatnonzero((inner < profile[:-2]) & (inner <= profile[2:]))
    minima = minima[minima >= 3]
    first = minima[0] if len(minima) else len(level) - 1
    return FIRST_ZERO * 64 / first, 0.0


MODEL = load_pretrained("photo")
ALL = GAUSSIAN, MOTION, DEFOCUS = [
    blur_type(name).code for name in ("gaussian", "motion", "defocus")
]
METHODS = {
    "fitted": (fitted, ALL),
    "GRNN alone": (grnn_alone, ALL),
    "cepstrum": (by_cepstrum, (MOTION,)),
    "Radon": (by_radon, (MOTION,)),
    "first zero": (by_first_zero, (DEFOCUS,)),
}


if __name__ == "__main__":
    main()
