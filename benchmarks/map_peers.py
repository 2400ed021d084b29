"""Blurred against sharp, per pixel: `blur_map` beside PyPI's ``blur_detector``.

    python benchmarks/map_peers.py --cuhk FOLDER [--limit 20]

FOLDER has photographs in ``image`` and masks of the same names in ``mask``, white where the
photograph is blurred. Mean area under the ROC curve, and megapixels per second. The peer
(Golestaneh and Karam 2017, as a package) takes part if it is installed (``pip install
blur_detector``).
"""

import argparse
import time
from pathlib import Path

import numpy as np
from reporting import Table, progress
from sklearn.metrics import roc_auc_score

from skblur import blur_map
from skblur.estimation.base import colours_of
from skblur.files.folders import image_paths
from skblur.images.channels import luma_of
from skblur.images.reading import read_image

# Pixels of which every so many, down and across, are scored.
STEP = 4


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuhk", type=Path, required=True, help="folder of image and mask")
    parser.add_argument("--limit", type=int, help="photographs")
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    pairs = list(read_pairs(args.cuhk, args.limit))
    title = f"Blurred against sharp, {len(pairs)} photographs"
    columns = {"what": "", "ROC AUC": ".4f", "megapixels per second": ".3f"}
    table = Table(args.output / "map_peers.txt", title, columns)
    for name, score in progress(contenders().items(), lambda item: item[0]):
        start = time.perf_counter()
        scores = [score(image) for image, _ in pairs]
        seconds = time.perf_counter() - start
        areas = [
            roc_auc_score(mask[::STEP, ::STEP].ravel(), each[::STEP, ::STEP].ravel())
            for each, (_, mask) in zip(scores, pairs, strict=True)
        ]
        megapixels = sum(mask.size for _, mask in pairs) / 1e6
        table.add(name, float(np.mean(areas)), megapixels / seconds)


def read_pairs(folder, limit):
    """Photograph and mask of those that have something of both."""
    for path in image_paths(folder / "image")[:limit]:
        (mask_path,) = (folder / "mask").glob(f"{path.stem}.*")
        mask = luma_of(read_image(mask_path)[0]) > 0.5
        if mask.any() and not mask.all():
            yield read_image(path)[0], mask


def contenders():
    """Functions that say of every pixel of a photograph how blurred it is."""
    found = {"blur_map": by_blur_map, "blur_map, grey": by_blur_map_of_grey}
    try:
        import blur_detector  # noqa: F401
    except ImportError:
        print("blur_detector is not installed: left out")
    else:
        found["blur_detector"] = by_blur_detector
    return found


def by_blur_map(image):
    return 1 - blur_map(image, channel_axis=colours_of(image)).probabilities[..., 0]


def by_blur_map_of_grey(image):
    return by_blur_map(luma_of(image))


def by_blur_detector(image):
    import blur_detector

    # It takes grey, and has more high frequencies where the picture is sharp.
    levels = np.rint(255 * luma_of(image)).astype(np.uint8)
    return -blur_detector.detectBlur(levels, show_progress=False)


if __name__ == "__main__":
    main()
