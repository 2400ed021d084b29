"""The classical estimators beside skblur: that the script asks skblur as it is."""

import pytest

from skblur import estimate_blur
from skblur.blurs.types import parametric_types
from skblur.datasets import make_blur_photos


@pytest.fixture
def baselines(benchmarks):
    import photo_baselines

    return photo_baselines


@pytest.mark.parametrize("kind", parametric_types(), ids=lambda kind: kind.name)
def test_fitted_is_what_estimate_blur_gives(baselines, photos, kind):
    """Non-regression test for: it asked a model that the estimator no longer has."""
    settings = {"kinds": (kind.name,), "size": {kind.name: (4, 4)}, "random_state": 0}
    ((photo,), _) = make_blur_photos(photos[4:5], 1, **settings)
    found = baselines.fitted(photo, kind.code)
    estimate = estimate_blur(photo, free_psf=False)
    assert found[0] == estimate.parameters[kind.size.name]
    assert baselines.grnn_alone(photo, kind.code)[0] == pytest.approx(4, rel=0.3)
