"""Train the prior of EPLL: ``python -m skblur.restoration.training FOLDER -o FILE``.

``skblur/models/epll.npz`` was made of 3500 photographs of Caltech-101 on these defaults.
"""

import argparse
import time

import numpy as np

from ..files import image_paths, read_luma8
from .patch_prior import SIDE, train_patch_prior

__all__ = []


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="sharp photographs, also in subfolders")
    parser.add_argument("-o", "--output", required=True, help="model to write")
    parser.add_argument("--components", type=int, default=200)
    parser.add_argument("--patches", type=int, default=100_000)
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    photos = [halve(read_luma8(path)) for path in image_paths(options.folder)]
    prior = train_patch_prior(
        [photo for photo in photos if min(photo.shape) > 4 * SIDE],
        options.components,
        n_patches=options.patches,
        max_iter=options.iterations,
        random_state=options.seed,
        verbose=2,
    )
    prior.save(options.output)
    print(f"{options.output}: {time.perf_counter() - start:.0f} s")


def halve(photo):
    """At half the size: JPEG's blocks and the lens's own blur shrink out of sight.

    It is likelier for patches of other photographs, too (measured on BSDS500).
    """
    from PIL import Image

    size = [round(n / 2) for n in photo.shape[::-1]]
    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BICUBIC))


if __name__ == "__main__":
    main()
