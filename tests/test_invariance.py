"""What does not change the blur of a photograph does not change the answer."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from skblur import defocus_psf, estimate_blur, gaussian_psf, motion_psf
from skblur.metrics import angle_error

PSFS = {
    "none": None,
    "gaussian": gaussian_psf(2.5),
    "motion": motion_psf(12, 25),
    "defocus": defocus_psf(5),
}
# Of each change, the largest change of a size, as a share, in nine of ten photographs; of
# brightness it is the rounding to 8 bits that costs.
CHANGES = {
    "mirrored": (lambda seen: seen[:, ::-1], 0.01),
    "upside down": (lambda seen: seen[::-1], 0.01),
    "transposed": (lambda seen: seen.T, 0.001),
    "cropped": (lambda seen: seen[40:-40, 60:-60], 0.03),
    "in other colours": (lambda seen: np.dstack([seen, seen, seen]), 1e-4),
    "of half the brightness": (lambda seen: seen / 2, 0.04),
}


def answer(seen):
    seen = np.rint(255 * seen.clip(0, 1)).astype(np.uint8)
    axis = -1 if seen.ndim == 3 else None
    return estimate_blur(seen, channel_axis=axis, free_psf=False)


@pytest.fixture(scope="module")
def blurred(photos):
    seen = {}
    for i, sharp in enumerate(photos):
        for name, psf in PSFS.items():
            picture = sharp if psf is None else fftconvolve(sharp, psf, mode="valid")
            seen[i, name] = picture, answer(picture)
    return seen


@pytest.mark.parametrize("change", CHANGES)
def test_the_answer_stays(blurred, change):
    changed, bound = CHANGES[change]
    off, same = [], []
    for picture, before in blurred.values():
        after = answer(changed(picture))
        same.append(after.blur_type == before.blur_type)
        if same[-1] and before.parameters:
            sizes = [next(iter(each.parameters.values())) for each in (before, after)]
            off.append(abs(sizes[1] / sizes[0] - 1))
    assert np.mean(same) >= 0.97
    assert np.quantile(off, 0.9) <= bound
    assert np.median(off) <= 0.005


def test_angles_turn_with_the_photograph(blurred):
    for (_, name), (picture, before) in blurred.items():
        if name != "motion":
            continue
        for changed, turned in (
            (picture[:, ::-1], 180 - before.angle),
            (picture[::-1], 180 - before.angle),
            (np.rot90(picture), before.angle + 90),
            (np.rot90(picture, 2), before.angle),
        ):
            assert angle_error(answer(changed).angle, turned % 180) < 2
