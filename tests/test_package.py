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
from PIL import Image

import skblur

ROOT = Path(__file__).parents[1]
HEAVY = ("matplotlib", "skimage", "sklearn", "scipy", "PIL")


def loaded_by(code, modules):
    """Which of the modules there are after the code."""
    code = f"import sys\n{code}\nprint([m for m in {modules} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return ast.literal_eval(done.stdout.splitlines()[-1])


def test_import_is_light():
    assert loaded_by("import skblur", HEAVY) == []


def test_command_without_a_picture_is_light():
    """Non-regression test for help and versions that waited for scikit-learn."""
    code = """
from skblur.cli import main
try:
    main(["estimate", "--help"])
except SystemExit:
    pass
"""
    # Of SciPy, what it loads for `import scipy` does not count.
    heavy = *set(HEAVY) - {"scipy"}, "scipy.fft", "scipy.special", "scipy.signal"
    assert loaded_by(code, heavy) == []


def test_command_that_estimates_is_light(tmp_path):
    """Non-regression test for a third of its time spent on imports of no use to it."""
    path = str(tmp_path / "photo.png")
    Image.fromarray(np.uint8(skblur.datasets.load_sharp_photos()[0] * 255)).save(path)
    code = f"""
from skblur.cli import main
assert main(["estimate", {path!r}]) == 0
"""
    parts = ("cluster", "ensemble", "linear_model", "decomposition", "neighbors")
    heavy = "matplotlib", "skimage", "scipy.signal", *(f"sklearn.{each}" for each in parts)
    assert loaded_by(code, heavy) == []


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


def test_citation_is_of_this_version():
    (version,) = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.M)
    assert version == skblur.__version__


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
