"""Every path, public name, option and example that the documents speak of exists."""

import builtins
import inspect
import io
import pkgutil
import re
from contextlib import redirect_stdout, suppress
from functools import cache
from importlib import import_module

import pytest
from documents import DOCUMENTS, EXAMPLES, ROOT, USER_DOCUMENTS, name_of

import skblur
from skblur.cli import main
from skblur.estimation.report import report_columns
from skblur.models.pretrained import PRETRAINED

FOLDERS = "benchmarks|docs|examples|skblur|tests"
PATH = re.compile(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./-]+\.\w+)")
# A script that RESULTS.rst runs without a folder is one of the protocols, kept outside.
SCRIPT = re.compile(r"python (?:-\w \w+ )*([\w/]+\.py)")
ESSAY = re.compile(r"\bplot_\w+\.py")

LITERAL = re.compile(r"``([^`]+)``")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?=$|\(|=)")
FILE = re.compile(r".*\.(cff|cfg|csv|jpg|json|jsonl|npy|npz|parquet|png|py|rst)")
# Names of other packages.
ELSEWHERE = {
    "BernoulliRBM",
    "ConvergenceWarning",
    "GridSearchCV",
    "Pipeline",
    "balance",
    "blur_detector",
    "joblib",
    "newgrnn",
    "parallel_config",
    "scoring",
}
# What CHANGES says is no longer there.
FORMER = {"shake"}

COMMANDS = "estimate", "map", "deblur", "blur", "train"
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def params(paths):
    return pytest.mark.parametrize("document", paths, ids=name_of)


@params(DOCUMENTS)
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


@params([*DOCUMENTS, *EXAMPLES])
def test_essays_exist(document):
    essays = set(ESSAY.findall(document.read_text()))
    assert essays <= {path.name for path in EXAMPLES}


def test_every_example_is_in_the_gallery():
    """It shows all of the folder, and runs those that are called as essays are."""
    assert '"examples_dirs": "../examples"' in (ROOT / "docs/conf.py").read_text()
    assert EXAMPLES
    assert all(ESSAY.fullmatch(path.name) for path in EXAMPLES)


@cache
def public_names():
    """All that modules say is public, with its attributes and parameters; built-ins."""
    names = {"skblur", *COMMANDS, *PRETRAINED, *report_columns()}
    names.update(skblur.deblur_methods(), dir(builtins))
    for module in pkgutil.walk_packages(skblur.__path__, "skblur."):
        if module.name.startswith(("skblur.cli", "skblur.__main__")):
            continue
        names.add(module.name.rpartition(".")[2])
        home = import_module(module.name)
        for name in getattr(home, "__all__", ()):
            names |= {name, *_parts_of(getattr(home, name))}
    return names


def _parts_of(thing):
    """Parameters of a function; attributes and parameters of a class and its methods."""
    if inspect.isfunction(thing):
        return set(inspect.signature(thing).parameters)
    if not inspect.isclass(thing):
        return set()
    fitted = re.findall(r"^ *(\w+_) : ", thing.__doc__, re.MULTILINE)
    methods = [each for _, each in inspect.getmembers(thing, inspect.isfunction)]
    return {*dir(thing), *fitted}.union(*map(_parts_of, methods))


def is_public(name):
    if not name.startswith("skblur."):
        return name.rpartition(".")[2] in public_names() | ELSEWHERE
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def names_in(text):
    """Names in double backticks, which may be called or given a value."""
    found = (NAME.match(literal) for literal in LITERAL.findall(text))
    names = {each[0] for each in found if each and not FILE.fullmatch(each[0])}
    # In capitals stand what is to be put in its place, constants and the environment.
    return {name for name in names if not name.isupper()}


@params([*USER_DOCUMENTS, ROOT / "CHANGES.rst"])
def test_public_names_exist(document):
    unknown = {name for name in names_in(document.read_text()) if not is_public(name)}
    assert unknown - (FORMER if document.name == "CHANGES.rst" else set()) == set()


def test_names_that_do_not_exist_are_found():
    text = "``deblur(photo)`` ``found.psf`` ``skblur.metrics.blur_score`` ``sigma_``"
    assert {name for name in names_in(text) if not is_public(name)} == set()
    wrong = {"deblurr", "found.spf", "skblur.metrics.blur_scores", "skblur.metric.x"}
    text = " ".join(f"``{name}(x)``" for name in wrong)
    assert {name for name in names_in(text) if not is_public(name)} == wrong


@cache
def options_of(command=None):
    """The options that the help of a subcommand names, or of none that of the program."""
    with redirect_stdout(io.StringIO()) as said, suppress(SystemExit):
        main([*([command] if command else []), "--help"])
    return set(OPTION.findall(said.getvalue()))


def unknown_options(text):
    """Options in double backticks that the command named with them, or none, has."""
    for literal in LITERAL.findall(text):
        command = re.match(rf"skblur ({'|'.join(COMMANDS)})\b", literal)
        if command or literal.startswith("--"):
            commands = [command[1]] if command else COMMANDS
            known = {"--help"}.union(*map(options_of, commands), options_of())
            yield from set(OPTION.findall(literal)) - known


@params([*USER_DOCUMENTS, ROOT / "CHANGES.rst", *EXAMPLES])
def test_options_exist(document):
    assert not [*unknown_options(document.read_text())]


def test_options_that_do_not_exist_are_found():
    assert [
        *unknown_options("``skblur map x.jpg --window 64 -o y`` ``--sort-into DIR``")
    ] == []
    assert [*unknown_options("``skblur map x.jpg --patches 9``")] == ["--patches"]
    assert [*unknown_options("``--patchs 9``")] == ["--patchs"]
