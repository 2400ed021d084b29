"""What each window of a picture tells of the blur there."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..blurs.types import blur_type
from ..estimation.pooling import bounded_log
from ..grnn.angles import encode_angle
from ..spectra.windows import are_telling, find_telling, hann_spectra, lay_windows

__all__ = []

# Windows at a time: their spectra and what the networks make of them stay small.
CHUNK = 512
# Types that are less likely than this have no say about parameters.
WORTH_ASKING = 0.1


class Evidence(NamedTuple):
    """What has been found on a grid (rows, columns) of windows."""

    log_p: np.ndarray  # (rows, columns, n_types), 0 where a window shows nothing
    telling: np.ndarray  # (rows, columns), bool
    parameters: dict  # by code: (rows, columns, 3), size and cos and sin of twice the angle
    weights: dict  # by code: (rows, columns), how much these parameters count
    first: int  # pixel of the centre of the first window, down and across
    stride: int


def local_evidence(luma, model, window, stride, report=None):
    """`Evidence` of windows at every `stride` pixels; `report` gets shares done."""
    grid = sliding_window_view(luma, (window, window))[::stride, ::stride]
    shape = grid.shape[:2]
    _, clipped = find_telling(lay_windows(luma, (window, window)))
    codes = [int(code) for code in model.classes_ if blur_type(code).parameters]
    evidence = Evidence(
        log_p=np.zeros((*shape, len(model.classes_)), np.float32),
        telling=np.zeros(shape, bool),
        parameters={code: np.zeros((*shape, 3), np.float32) for code in codes},
        weights={code: np.zeros(shape, np.float32) for code in codes},
        first=window // 2,
        stride=stride,
    )
    rows_at_a_time = max(CHUNK // shape[1], 1)
    for top in range(0, shape[0], rows_at_a_time):
        windows = grid[top : top + rows_at_a_time].reshape(-1, window, window)
        places = np.flatnonzero(are_telling(windows, clipped=clipped))
        if len(places):
            place = top + places // shape[1], places % shape[1]
            _note(evidence, place, hann_spectra(windows[places]), model)
        if report is not None:
            report(min(top + rows_at_a_time, shape[0]) / shape[0])
    return evidence


def _note(evidence, place, spectra, model):
    """Write down what the model says of the windows at these places of the grid."""
    evidence.telling[place] = True
    p = model.classifier_.predict_proba(spectra)
    evidence.log_p[place] = bounded_log(p)
    for code, likely in zip(model.classes_, p.T, strict=True):
        asked = likely > WORTH_ASKING
        if code in evidence.parameters and asked.any():
            of_code = tuple(index[asked] for index in place)
            found = model.regressors_[code].predict(spectra[asked])
            evidence.parameters[code][of_code] = _as_vectors(found, blur_type(code))
            evidence.weights[code][of_code] = likely[asked]


def _as_vectors(found, kind):
    """Size, and the angle as a point, so that both may be averaged."""
    vectors = np.zeros((len(found), 3), np.float32)
    vectors[:, 0] = found[:, 0]
    if kind.angle is not None:
        vectors[:, 1:] = encode_angle(found[:, 1], kind.angle.period)
    return vectors
