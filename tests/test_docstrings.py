"""Public docstrings: numpydoc sections, parameters as in the signature, examples run."""

import doctest
import importlib
import inspect
import pkgutil

import pytest
from numpydoc.validate import validate

import skblur

MODULES = [
    module.name
    for module in pkgutil.walk_packages(skblur.__path__, "skblur.")
    if not module.name.startswith("skblur.cli")
]


def public_names():
    for module in map(importlib.import_module, MODULES):
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if not inspect.isclass(value) and not inspect.isfunction(value):
                continue
            yield f"{module.__name__}.{name}"
            if inspect.isclass(value):
                for method, function in vars(value).items():
                    if inspect.isfunction(function) and not method.startswith("_"):
                        yield f"{module.__name__}.{name}.{method}"


NAMES = sorted(set(public_names()))

# Summary present, sections in order, parameters documented, described and as in the
# signature, returns described.
REQUIRED = {"GL07", "GL08", "PR01", "PR02", "PR03", "PR04", "PR07", "RT03", "SS01", "SS02"}


def test_every_public_name_is_found():
    callables = {name for name in skblur.__all__ if callable(getattr(skblur, name))}
    assert {name.rpartition(".")[2] for name in NAMES} >= callables


@pytest.mark.parametrize("name", NAMES)
def test_numpydoc(name):
    found = [
        f"{code}: {text}" for code, text in validate(name)["errors"] if code in REQUIRED
    ]
    assert not found


@pytest.mark.parametrize("name", [name for name in NAMES if name.count(".") == 2])
def test_has_an_example(name):
    module, _, attribute = name.rpartition(".")
    doc = getattr(importlib.import_module(module), attribute).__doc__
    assert "Examples\n" in doc


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(module):
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, _ = doctest.testmod(importlib.import_module(module), optionflags=options)
    assert failed == 0
