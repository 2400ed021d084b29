import numpy as np
import pytest
from scipy.special import softmax

from skblur import load_pretrained
from skblur.rbm.temperature import fit_temperature
from skblur.training.patches import _resized


def test_temperature_undoes_a_scale(rng):
    """Labels drawn from the probabilities of the logits: what they were sharpened by."""
    logits = 2 * rng.standard_normal((40000, 3))
    drawn = (softmax(logits, axis=1).cumsum(axis=1) < rng.random((40000, 1))).sum(axis=1)
    for sharpened in (0.5, 1.0, 3.0):
        shifted = sharpened * logits + rng.random((40000, 1))
        assert fit_temperature(shifted, drawn) == pytest.approx(sharpened, rel=0.05)


def test_calibration_changes_the_probabilities_alone(blur_patches):
    X, y = blur_patches
    model, before = load_pretrained("patch32"), load_pretrained("patch32")
    model.calibrate(X, y)
    np.testing.assert_array_equal(model.predict(X), before.predict(X))
    columns = (y[:, 0] - 1).astype(int)
    p, q = model.predict_proba(X), before.predict_proba(X)
    rows = np.arange(len(X))
    assert np.log(p[rows, columns]).mean() > np.log(q[rows, columns]).mean()
    logits = np.log(np.maximum(q.astype(np.float64), np.finfo(np.float32).tiny))
    temperature = fit_temperature(logits, columns)
    np.testing.assert_allclose(p, softmax(logits / temperature, axis=1), atol=1e-4)
    softened = np.log(np.maximum(p.astype(np.float64), np.finfo(np.float32).tiny))
    assert fit_temperature(softened, columns) == pytest.approx(1, abs=0.01)


def test_every_other_photograph_is_resized(photos):
    rng = np.random.RandomState(0)
    resized = _resized(photos[:4], rng)
    for index, (before, after) in enumerate(zip(photos, resized, strict=False)):
        scales = np.divide(after.shape, before.shape)
        if index % 2:
            assert after.dtype == np.uint8
            assert scales[0] == pytest.approx(scales[1], abs=0.01)
            assert 0.7 < scales[0] < 1.65
            assert after.mean() / 255 == pytest.approx(before.mean(), abs=0.02)
        else:
            assert after is before
