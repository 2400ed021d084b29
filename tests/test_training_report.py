"""What a training says of photographs that were set aside."""

import numpy as np
import pytest

from skblur import load_pretrained
from skblur.datasets import make_blur_patches
from skblur.training import report as module
from skblur.training.report import Report, calibration_error, report_on, set_aside


def test_every_tenth_photograph_is_set_aside():
    photos = [np.full((2, 2), i) for i in range(25)]
    train, held = set_aside(photos)
    assert [int(photo[0, 0]) for photo in held] == [9, 19]
    numbers = sorted(int(photo[0, 0]) for photo in [*train, *held])
    assert numbers == list(range(25))
    few = photos[:19]
    assert set_aside(few) == (few, [])


def test_figures_are_those_of_a_loop(photos, monkeypatch):
    monkeypatch.setitem(module.N_JUDGED, "patches", 240)
    model, given = load_pretrained("patch32"), photos[:5]
    found = report_on(model, given, "patches", size={"motion": (6, 9)}, random_state=4)
    X, y, groups = make_blur_patches(
        given,
        240,
        size={"gaussian": (1, 5), "motion": (6, 9), "defocus": (2, 10)},
        return_groups=True,
        random_state=4,
    )
    assert y[y[:, 0] == 2, 1].max() < 9
    predicted, probabilities = model.predict(X), model.predict_proba(X)
    right = predicted[:, 0] == y[:, 0]
    for code, name, parameter in ((1, "gaussian", "sigma"), (3, "defocus", "radius")):
        of_type = y[:, 0] == code
        assert found.rates[name].rate == np.mean(right[of_type])
        off = [
            abs(a[1] - b[1])
            for a, b in zip(y, predicted, strict=True)
            if a[0] == b[0] == code
        ]
        assert found.errors[parameter] == pytest.approx(np.mean(off))
    turned = [
        min(abs(a[2] - b[2]), 180 - abs(a[2] - b[2]))
        for a, b in zip(y, predicted, strict=True)
        if a[0] == b[0] == 2
    ]
    assert found.errors["angle"] == pytest.approx(np.mean(turned))
    assert found.rates["all"].rate == np.mean(right)
    assert found.rates["all"].n_samples == found.n_samples == 240
    assert found.n_photographs == len(set(groups))
    expected = 0.0
    for low in np.arange(10) / 10:
        confidence = probabilities.max(axis=1)
        within = (confidence >= low) & (confidence < low + 0.1 + (low == 0.9))
        if within.any():
            hit = model.classes_[probabilities.argmax(axis=1)] == y[:, 0]
            gap = abs(hit[within].mean() - confidence[within].mean())
            expected += gap * within.mean()
    # Probabilities are float32, and older versions of NumPy add them up as such.
    assert found.calibration_error == pytest.approx(expected, rel=1e-5)


def test_versions_of_one_photograph_are_one_witness():
    """With all of a photograph right or all wrong, samples say no more than photographs."""
    rng = np.random.RandomState(0)
    right = rng.random_sample(40) < 0.7
    y = np.tile([1.0, 2.0, 0.0], (40, 1))
    predicted = y * np.where(right, 1, 2)[:, None]
    probabilities = np.tile([1.0, 0.0], (40, 1))
    once = Report.of(y, predicted, probabilities, [1, 2], np.arange(40))
    rows = np.repeat(np.arange(40), 25)
    often = Report.of(y[rows], predicted[rows], probabilities[rows], [1, 2], rows)
    assert often.rates["all"][:2] == pytest.approx(once.rates["all"][:2])
    expected = np.std(right, ddof=1) / np.sqrt(40)
    assert once.rates["all"].error == pytest.approx(expected)
    alone = Report.of(y, predicted, probabilities, [1, 2], np.zeros(40))
    assert np.isnan(alone.rates["all"].error)
    assert "+-" not in "".join(alone.lines())


def test_who_is_as_sure_as_he_is_right_has_no_calibration_error():
    p = np.tile([0.75, 0.25], (4, 1))
    assert calibration_error(np.array([1, 1, 1, 2]), p, [1, 2]) == 0
    assert calibration_error(np.array([2, 2, 2, 2]), p, [1, 2]) == 0.75


@pytest.mark.parametrize(("of", "name"), [("photos", "photo"), ("windows", "window64")])
def test_shipped_models_are_judged(photos, monkeypatch, of, name):
    monkeypatch.setitem(module.N_JUDGED, of, 12)
    small = [(255 * photo[:300, :300]).astype(np.uint8) for photo in photos[:2]]
    found = report_on(load_pretrained(name), small, of, random_state=0)
    assert found.n_samples == 12
    assert list(found.rates) == ["none", "gaussian", "motion", "defocus", "all"]
    assert found.rates["all"].rate > 0.3
    lines = list(found.lines())
    assert lines[0] == "on 12 blurred versions of 2 photographs that were set aside:"
