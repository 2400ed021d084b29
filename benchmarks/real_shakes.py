"""Real camera shakes: what is restored of them, beside the true PSF and published methods.

    python benchmarks/real_shakes.py --levin FOLDER [--methods tv epll]

FOLDER holds ``*.mat`` files of Levin, Weiss, Durand and Freeman, "Understanding and
evaluating blind deconvolution algorithms", CVPR 2009: ``y`` (blurred), ``x`` (sharp) and
``f`` (the PSF, kept as a correlation). A free PSF is known but for a shift, so pictures are
aligned to 1/20 pixel before they are compared, without 20 pixels at the border. The error
ratio is the squared error over that with the true PSF and the same method.

The peers' rows are quoted: measured on all 32 pictures on 2026-11-23, outside of this
tree, each PSF given to ``deblur(..., method="tv", noise=0.01)``. PMP: F. Wen, R. Ying, Y.
Liu, P. Liu and T.-K. Truong, "A simple local minimal intensity prior and an improved
algorithm for blind image deblurring", IEEE TCSVT 2020, the authors' MATLAB code under
Octave. L0: J. Anger, G. Facciolo and M. Delbracio, "Blind image deblurring using the l0
gradient prior", IPOL 2019, the authors' C++ code, the true side given.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
from alignment import aligned_error
from reporting import Table
from scipy.io import loadmat

from skblur import deblur

BORDER = 20
COLUMNS = {"what": "", "ratio <= 2": ".2f", "<= 3": ".2f", "PSNR": ".1f", "seconds": ".1f"}
QUOTED = {
    "PMP, MATLAB code (quoted, 32 pictures)": (0.59, 0.84, 32.1, 30),
    "L0, C++ code (quoted, 32 pictures)": (0.69, 0.81, 30.9, 1.1),
}


def cases(folder):
    """Blurred and sharp pictures and PSFs of odd sides."""
    for path in sorted(Path(folder).glob("*.mat")):
        found = loadmat(path)
        seen, sharp, psf = (np.asarray(found[key], float) for key in ("y", "x", "f"))
        psf = np.pad(psf[::-1, ::-1], [(0, 1 - n % 2) for n in psf.shape])
        yield seen, sharp, psf / psf.sum()


def error(picture, sharp):
    return aligned_error(np.clip(picture, 0, 1), sharp, BORDER, furthest=BORDER / 2)


def measured(folder, methods):
    """Of each way a list of errors, errors with the true PSF, and seconds."""
    found = {}
    for seen, sharp, psf in cases(folder):
        ideals = []
        for method in methods:
            ideal = error(deblur(seen, psf, method=method, noise=0.01, gamma=1), sharp)
            start = time.perf_counter()
            restored = deblur(seen, method=method)
            seconds = time.perf_counter() - start
            ideals.append(ideal)
            found.setdefault(f"true PSF, {method}", []).append((ideal, ideal, None))
            one = error(restored, sharp), ideal, seconds
            found.setdefault(f"skblur, {method}", []).append(one)
        one = error(seen, sharp), min(ideals), None
        found.setdefault("the blurred picture", []).append(one)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--levin", required=True, metavar="FOLDER")
    parser.add_argument("--methods", nargs="+", default=["tv", "epll"])
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)  # pictures that are left alone
    title = "Real camera shakes: share of error ratios, mean PSNR in dB, seconds a picture"
    table = Table(args.output / "real_shakes.txt", title, COLUMNS)
    for label, values in measured(args.levin, args.methods).items():
        off, ideal, seconds = np.array(values, float).T
        shares = [float(np.mean(off / ideal <= limit)) for limit in (2, 3)]
        psnr, spent = float(np.mean(-10 * np.log10(off))), float(seconds.mean())
        table.add(label, *shares, psnr, None if np.isnan(spent) else spent)
    for label, figures in QUOTED.items():
        table.add(label, *figures)


if __name__ == "__main__":
    main()
