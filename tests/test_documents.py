"""Every path and every public name that the documents speak of exists."""

import re
from pathlib import Path

import pytest

import skblur

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.rst"), *ROOT.glob("benchmarks/*.rst")])
# What people bring along or a program makes: not in the tree.
MADE = {"photo.jpg", "map.png", "map.npz", "model.npz", "found.png", "restored.png"}
PATH = re.compile(r"(?<![\w/.-])((?:benchmarks|examples|skblur|tests)/[\w./-]+\.\w+)")
# A script that RESULTS.rst runs without a folder is one of the protocols, kept outside.
SCRIPT = re.compile(r"python (?:-\w \w+ )*([\w/]+\.py)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_exist(document):
    text = document.read_text()
    paths = {path.rstrip(".") for path in PATH.findall(text)}
    missing = {path for path in paths if not (ROOT / path).exists()}
    assert not missing


def test_scripts_are_in_the_tree_or_said_not_to_be():
    text = (ROOT / "benchmarks/RESULTS.rst").read_text()
    outside = re.search(r"Outside of the tree are ([^:]+):", text).group(1)
    named = set(re.findall(r"``(\w+\.py)``", outside))
    for script in SCRIPT.findall(text):
        assert (ROOT / script).exists() or script in named, script


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_public_names_exist(document):
    """Of names in double backticks that look like those of estimators and verbs."""
    names = re.findall(r"``((?:skblur\.)?\w+)(?:\([^`]*\))?``", document.read_text())
    estimators = {
        name
        for name in names
        if re.fullmatch(r"\w*(Transformer|RBMClassifier|RBMRegressor|Pipeline)", name)
    }
    assert estimators <= set(dir(skblur)) | {"Pipeline", "TargetEncoder"}
