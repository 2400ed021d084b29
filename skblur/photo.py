"""estimate_blur: the blur of a whole photograph, from the spectra of its pyramid."""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import softmax
from sklearn import config_context

from .estimate import BlurEstimate
from .images import as_luma
from .metrics import angle_error
from .persistence import load_pretrained
from .probabilities import bounded_log, by_name
from .pyramid import level_size, pyramid
from .refinement import refine
from .targets import DEFOCUS, GAUSSIAN, MOTION, NONE, SIZE_NAMES, type_name
from .voting import vote
from .welch import WINDOW, as_spectrum, welch_power

__all__ = ["estimate_blur"]

# A photograph whose longer side has more pixels is named by a smaller copy: blur that
# does not show there is none, whatever single pixels look like.
VIEWED = 1024
# Wider blurs than these, in pixels, are looked at once more at half the size.
WIDEST = {GAUSSIAN: 5.5, MOTION: 22.0, DEFOCUS: 11.0}
# A photograph that has fewer windows with something in them is not judged.
MIN_WINDOWS = 4
# How much the evidence of a level and of the next, of half the size, counts: in pixels seen
# one by one a camera leaves traces of its own. And how much each counts of itself, for they
# show the same photograph.
TRUST, EVIDENCE = (1.0, 1.5), 0.85
# What is surer of nothing than this is undecided.
MIN_CONFIDENCE = 0.4
# Guesses of two levels that differ by less than this share lead to the same fit.
SAME_GUESS = 0.06
# A guess is never surer than this, whatever the GRNN's neighbours say: as a part of the
# size, and in degrees. That of a motion may lie a zero of the OTF away.
LEAST_STD = {MOTION: 0.1, DEFOCUS: 0.04}
LEAST_ANGLE_STD = 6.0
# Degrees from an axis within which the axis itself is tried too.
NEAR_AXIS = 12.0
# A photograph has so many times more power at low frequencies than at high ones, or it is
# mere noise.
MIN_FALL = 3.0


def estimate_blur(image, *, channel_axis=None, model=None):
    """Name the blur of a photograph and estimate its parameters.

    The power of the photograph's windows is averaged into one spectrum, at full size and
    at half of it; a network names the blur by both, and a network and a GRNN give its
    parameters. Wide blurs are looked for in smaller copies of the photograph, and one of
    more than 1024 pixels a side is named by a copy that has no more. For motion
    and defocus, whose spectra have zeros, the parameters are then fitted to the spectrum
    by `skblur.refinement.refine`.

    Parameters
    ----------
    image : array-like of shape (H, W), or with a channel axis
        bool, uint8, uint16, or floats in [0, 1].

    channel_axis : int or None, default=None
        Axis of the colours of a colour image, which is reduced to luma; an alpha channel
        is ignored. None is a grey image.

    model : BlurTypeThenParamPipeline, default=None
        A fitted model to use in place of ``load_pretrained("photo")``: one of spectra, as
        `skblur.photo_training.train_photo_model` makes it, or one of square patches, whose
        votes are taken.

    Returns
    -------
    BlurEstimate
        Its ``blur_type`` is ``"undecided"``, with a reason, if the picture is smaller than
        64 x 64 pixels, has almost no structure or is mere noise, or if even the likeliest
        type has a probability below 0.4.

    Raises
    ------
    ValueError
        If the image has the wrong number of axes, a wrong dtype or range, or, with a model
        of patches, is smaller than a patch.

    Notes
    -----
    It is the blur of the whole photograph; of one whose parts are blurred differently it
    is that of most of it.

    Examples
    --------
    >>> from skimage.data import clock
    >>> from skblur import estimate_blur
    >>> estimate_blur(clock()).blur_type
    'motion'
    """
    luma = as_luma(image, channel_axis)
    model = _shipped_model() if model is None else model
    if model.features_ != "passthrough":
        return vote(luma, model)
    if min(luma.shape) < WINDOW:
        return _undecided(f"the picture is smaller than {WINDOW} x {WINDOW} pixels")
    levels = _Levels(luma)
    start = max(int(np.ceil(np.log2(max(luma.shape) / VIEWED))), 0)
    while levels[start] is None:
        start -= 1
    first = levels[start]
    if first.n_windows < MIN_WINDOWS:
        return _undecided("the picture has almost no structure")
    if _fall(first.power) < MIN_FALL:
        return _undecided("the picture is mere noise")
    # The spectra are finite, and the model has been checked when it was fitted.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        return _judge(levels, model, start)


@cache
def _shipped_model():
    return load_pretrained("photo")


class _Level(NamedTuple):
    """What is seen at one level of the pyramid."""

    power: np.ndarray
    spectrum: np.ndarray
    n_windows: int


class _Levels:
    """The levels of a photograph's pyramid, each looked at when first asked for."""

    def __init__(self, luma):
        self.lumas, self.seen = pyramid(luma, WINDOW), []

    def __getitem__(self, index):
        """The level, or None where the picture has become too small."""
        while len(self.seen) <= index:
            luma = next(self.lumas, None)
            self.seen.append(None if luma is None else self._look(luma))
        return self.seen[index]

    def pair(self, index):
        """The level and the next one, if there is one."""
        return [level for level in (self[index], self[index + 1]) if level is not None]

    def _look(self, luma):
        power, n_windows = welch_power(luma, WINDOW)
        spectrum = as_spectrum(power, (WINDOW, WINDOW)).astype(np.float32)
        return _Level(power, spectrum, n_windows)


def _undecided(reason, probabilities=None):
    return BlurEstimate("undecided", probabilities or {}, reason=reason)


def _fall(power):
    """How many times more power there is at low frequencies than at high ones."""
    steps = np.arange(power.shape[1])
    radius = np.hypot(steps[:, None], steps)
    low, high = (radius > 2) & (radius < 6), radius > 20
    return power[:, low].mean() / max(power[:, high].mean(), np.finfo(power.dtype).tiny)


def _judge(levels, model, start):
    """Type and parameters, at the first level at which the blur is not too wide."""
    index = start
    while True:
        pair = levels.pair(index)
        log_p = bounded_log(model.classifier_.predict_proba(_spectra_of(pair)))
        pooled = np.average(log_p, axis=0, weights=TRUST[: len(pair)])
        pooled *= EVIDENCE * len(pair)
        code = int(model.classes_[pooled.argmax()])
        if code == NONE:
            break
        guesses = _guesses(pair, model.regressors_[code])
        if guesses[0][0][0] < WIDEST[code] or len(pair) == 1:
            break
        index += 1
    pooled = softmax(pooled)
    probabilities = by_name(model.classes_, pooled)
    if pooled.max() < MIN_CONFIDENCE:
        return _undecided("no type is likely enough", probabilities)
    if code == NONE:
        return BlurEstimate("none", probabilities)
    while index > 0 and guesses[0][0][0] < WIDEST[code] / 4:
        # So narrow a blur is seen better at a finer level.
        index -= 1
        guesses = _guesses(levels.pair(index), model.regressors_[code])
    found, std = _settle(guesses, levels[index], code, of_lens=index > 0)
    size, size_std = level_size([found[0], std[0]], -index).tolist()
    name = SIZE_NAMES[code]
    parameters, deviations = {name: size}, {name: size_std}
    if code == MOTION:
        parameters["angle"], deviations["angle"] = float(found[1]), float(std[1])
    return BlurEstimate(type_name(code), probabilities, **parameters, std=deviations)


def _spectra_of(pair):
    return np.stack([level.spectrum for level in pair])


def _guesses(pair, regressor):
    """Of each level, size and angle in pixels of the finer one, and their deviations."""
    found, std = regressor.predict_with_std(_spectra_of(pair))
    found[1:, 0] *= 2
    std[1:, 0] *= 2
    return list(zip(found, std, strict=True))


def _settle(guesses, level, code, of_lens):
    """The parameters that the guesses lead to, and their deviations."""
    if code == GAUSSIAN:
        # No zeros to fit: the mean, by how sure each is.
        sizes, stds = (np.array([each[i][0] for each in guesses]) for i in (0, 1))
        trust = np.maximum(stds, 1e-3) ** -2.0
        return [sizes @ trust / trust.sum()], [stds.min()]
    (size, _), _ = guesses[0]
    if len(guesses) > 1 and abs(guesses[1][0][0] - size) < SAME_GUESS * size:
        guesses = guesses[:1]
    if code == MOTION and not of_lens:
        (size, angle), std = guesses[0]
        axis = _nearest_axis(angle)
        if angle_error(angle, axis) < NEAR_AXIS:
            # Next to the angles that cannot be told apart a fit may find no way in.
            guesses = [*guesses, (np.array([size, axis]), std)]
    fits = [
        refine(
            level.power,
            code,
            *guess,
            std=np.maximum(std, [LEAST_STD[code] * guess[0], LEAST_ANGLE_STD]),
            of_lens=of_lens,
        )
        for guess, std in guesses
    ]
    best = min(fits, key=lambda fit: fit.misfit)
    if code == MOTION and not of_lens:
        return _on_axis(*best[:4])
    return best[:2], best[2:4]


def _on_axis(length, angle, length_std, angle_std):
    """Of the angles that have the same PSF, the one along the axis.

    A sampled motion near an axis stays within one row or column of pixels: there is
    nothing in the picture that would tell its angle from that of the axis.
    """
    axis = _nearest_axis(angle)
    widest = np.rad2deg(np.arcsin(min(1 / length, 1)))
    if angle_error(angle, axis) < widest:
        angle, angle_std = axis, widest / np.sqrt(3)
    return (length, angle), (length_std, angle_std)


def _nearest_axis(angle):
    return 90.0 * round(angle / 90) % 180
