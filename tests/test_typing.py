"""What type checkers see of the package, whose names are imported when asked for."""

import inspect
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import skblur

# A program as a user writes it: no checker has anything to say about it.
PROGRAM = '''\
"""Sort photographs by their blur, restore some, and train on patches."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import skblur
from skblur import (
    BlurEstimate,
    BlurTypeThenParamPipeline,
    GRNNRegressor,
    LogSpectrumTransformer,
    PSFBlurTransformer,
    StackedRBMClassifier,
    blur_map,
    deblur,
    estimate_blur,
    load_pretrained,
    motion_psf,
    save_model,
)
from skblur.camera import Camera, take_photo
from skblur.datasets import load_sharp_photos, make_blur_patches
from skblur.metrics import blur_score, classification_rate, parameter_errors


def restore(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    found: BlurEstimate = estimate_blur(image, channel_axis=-1, free_psf=False)
    length: float = found.length or 0.0
    print(found.blur_type, found.confidence, found.shares.get("motion"), length)
    found.plot(image, channel_axis=-1).savefig("found.png")
    everywhere = blur_map(image, channel_axis=-1, whole=found, report=print)
    print((everywhere.type_code == 2).mean(), everywhere.summary()["motion"]["fraction"])
    restored = deblur(image, found.psf, channel_axis=-1, gamma=2.4)
    return np.asarray(deblur(restored, everywhere, channel_axis=-1), np.float64)


def train(path: Path, seed: int) -> float:
    X, y = make_blur_patches(load_sharp_photos(), 300, random_state=seed)
    blurred = PSFBlurTransformer("motion", size=9.0, random_state=seed).fit_transform(X)
    spectra = LogSpectrumTransformer().fit(X).transform(blurred)
    classifier = StackedRBMClassifier((64, 16), rbm_n_iter=2, random_state=seed)
    classifier.fit(spectra, y[:, 0])
    model = BlurTypeThenParamPipeline(classifier, regressor=GRNNRegressor(sigma=0.6))
    model.fit(X, y)
    save_model(model, path)
    rate: float = classification_rate(y, model.predict(X))
    errors: dict[str, float] = parameter_errors(y, load_pretrained("patch32").predict(X))
    return rate + errors["sigma"] + blur_score(y, model.predict(X))


photo = take_photo(load_sharp_photos()[0], motion_psf(9, 30), Camera(noise=0.01))
print(skblur.estimate_psf(photo).sum(), load_pretrained().estimate(photo).std)
'''

# Each line that follows the first four is one that a checker is to complain about.
MISTAKES = """\
import numpy as np
import skblur
from skblur import BlurTypeThenParamPipeline, GRNNRegressor, estimate_blur, motion_psf
image = np.zeros((64, 64))
estimate_blur(image).blur_typo
estimate_blur(image).angle + 90
estimate_blur(image, chanel_axis=-1)
estimate_blur(image, free_psf="always")
skblur.blur_mapp(image)
skblur.blur_map(image).type_code()
skblur.load_pretrained("patch33")
skblur.camera.Camera(resampling="nearest")
motion_psf("nine")
GRNNRegressor(sigmas=0.5)
BlurTypeThenParamPipeline(memoize=True)
from skblur.metrics import blur_scorre
"""
FIRST_MISTAKE = 5

CHECKERS = {
    "mypy": ["--strict", "--cache-dir=cache"],
    "pyright": ["--pythonpath", sys.executable],
}


@pytest.fixture(scope="module", params=CHECKERS)
def complaints(request, tmp_path_factory):
    """What a checker says: file, line and words of each error."""
    checker = request.param
    if find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    folder = tmp_path_factory.mktemp(checker)
    (folder / "program.py").write_text(PROGRAM)
    (folder / "mistakes.py").write_text(MISTAKES)
    # Found there, the package counts as installed also where it is a checkout.
    place = {"PYTHONPATH": str(Path(skblur.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-m", checker, *CHECKERS[checker], "program.py", "mistakes.py"],
        cwd=folder,
        env=os.environ | place | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        capture_output=True,
        text=True,
    )
    found = re.findall(r"(\w+\.py):(\d+)\S* (?:- )?error(.*)", done.stdout)
    assert found, done.stdout + done.stderr
    return [(name, int(line), words) for name, line, words in found]


def test_a_right_program_passes(complaints):
    assert [each for each in complaints if each[0] != "mistakes.py"] == []


def test_mistakes_are_reported(complaints):
    lines = {line for name, line, _ in complaints if name == "mistakes.py"}
    assert lines == set(range(FIRST_MISTAKE, MISTAKES.count("\n") + 1))


def public_callables():
    """Functions, methods and properties that a user calls, by their name."""
    homes = [skblur, skblur.camera, skblur.datasets, skblur.metrics]
    for value in [getattr(home, name) for home in homes for name in home.__all__]:
        if inspect.isfunction(value):
            yield value.__name__, value
        if inspect.isclass(value):
            yield from methods_of(value)


def methods_of(cls):
    for each in inspect.classify_class_attrs(cls):
        ours = each.defining_class.__module__.startswith("skblur")
        public = each.name == "__init__" or not each.name.startswith("_")
        if ours and public and each.kind != "data":
            # Of a property its getter, of a class method its function.
            function = getattr(each.object, "fget", each.object)
            yield f"{cls.__name__}.{each.name}", getattr(function, "__func__", function)


CALLABLES = dict(public_callables())


@pytest.mark.parametrize("name", CALLABLES)
def test_everything_is_annotated(name):
    signature = inspect.signature(CALLABLES[name])
    parameters = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
    assert [p.name for p in parameters if p.annotation is p.empty] == []
    assert signature.return_annotation is not signature.empty
