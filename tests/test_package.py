"""The package as a whole: what importing it costs, and what it promises to have."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import skblur

HEAVY = ("matplotlib", "skimage", "sklearn", "scipy", "PIL")


def test_import_is_light():
    code = f"import sys, skblur; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", skblur.__all__)
def test_public_names_resolve(name):
    assert getattr(skblur, name) is not None
    assert name in dir(skblur)


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        skblur.magic  # noqa: B018


def test_concurrent_calls_equal_serial_ones(blur_patches):
    """The transformers hold no hidden state: threads do not disturb each other."""
    X = blur_patches[0][:200]
    parts = np.array_split(X, 8)
    for estimator in (skblur.LogSpectrumTransformer(), skblur.PSFBlurTransformer()):
        estimator.fit(parts[0])
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(estimator.transform, parts))
        for part, found in zip(parts, together, strict=True):
            np.testing.assert_array_equal(found, estimator.transform(part))
