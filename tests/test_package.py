"""The package as a whole: what importing it costs, and what it promises to have."""

import ast
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import skblur

ROOT = Path(__file__).parents[1]
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


def test_type_checkers_see_the_same_names():
    stub = ast.parse((files("skblur") / "__init__.pyi").read_text())
    imports = [each for each in stub.body if isinstance(each, ast.ImportFrom)]
    seen = {name.asname: each.module for each in imports for name in each.names}
    assert seen == skblur._HOMES | dict.fromkeys(skblur._MODULES)
    assert all(name.asname == name.name for each in imports for name in each.names)


def test_types_are_shipped():
    assert (files("skblur") / "py.typed").is_file()


def test_oldest_versions_are_the_declared_ones():
    """What `.ci/run` runs the tests with, besides the newest versions."""
    oldest = ROOT / ".ci/oldest.txt"
    if not oldest.exists():
        pytest.skip("an sdist has no .ci")
    requirements = r"^ *([\w-]+)(?:>=|==)([\w.]+)$"
    declared = re.findall(requirements, (ROOT / "setup.cfg").read_text(), re.M)
    assert "numpy" in dict(declared)
    assert set(declared) <= set(re.findall(requirements, oldest.read_text(), re.M))


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
