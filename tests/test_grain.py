"""Noise all over a picture looks like detail, and is taken off the odds of being sharp."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from skblur import blur_map
from skblur.mapping.grain import grain_log_odds, noise_floor


@pytest.mark.parametrize("deviation", [0.003, 0.02])
def test_the_floor_is_the_deviation_of_noise_on_smooth_ground(deviation, rng):
    """Whatever else there is: a slope, and texture in half of the picture."""
    rows, columns = np.indices((320, 320)) / 320
    picture = 0.5 * rows + 0.3 * columns
    picture[:, 160:] += 0.2 * rng.random((320, 160))
    seen = picture + deviation * rng.standard_normal(picture.shape)
    assert 0.85 * deviation < noise_floor(seen.astype(np.float32)) < 1.02 * deviation


def test_it_stays_when_a_picture_is_turned(rng):
    picture = rng.random((161, 177), dtype=np.float32)
    for other in (picture.T, picture[::-1], picture[:, ::-1]):
        other = np.ascontiguousarray(other)
        assert noise_floor(other) == pytest.approx(noise_floor(picture), rel=0.02)


def test_a_picture_without_noise_keeps_its_odds(photos):
    flat = np.full((80, 80), 0.4, np.float32)
    rounded = np.rint(255 * gaussian_filter(photos[3], 2)).astype(np.float32) / 255
    assert grain_log_odds(flat) == grain_log_odds(rounded) == 0


def test_the_more_noise_the_more_is_taken_off(rng):
    noise = rng.standard_normal((160, 160), dtype=np.float32)
    taken = [grain_log_odds(0.5 + each * noise) for each in (0.004, 0.01, 0.03)]
    assert 0 < taken[0] < taken[1] < taken[2] < 5


def test_grain_makes_no_ground_sharp(photos, rng, monkeypatch):
    """Non-regression test: of grainy photographs all of the ground was called sharp."""
    seen = photos[0][100:356].astype(np.float32)
    seen[:, 200:] = gaussian_filter(seen, 2.5)[:, 200:]
    grain = gaussian_filter(rng.standard_normal(seen.shape, dtype=np.float32), 0.5)
    grainy = np.clip(seen + 0.02 / grain.std() * grain, 0, 1)

    def blurred(picture):
        sharp = blur_map(picture).probabilities[..., 0]
        return 1 - sharp[:, 260:].mean(), 1 - sharp[:, :140].mean()

    of_ground, of_subject = blurred(grainy)
    assert of_subject < 0.5 < 0.75 < of_ground
    monkeypatch.setattr("skblur.mapping.map_estimator.grain_log_odds", lambda luma: 0.0)
    assert blurred(grainy)[0] < 0.5
    assert blurred(seen)[0] > 0.95
