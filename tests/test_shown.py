"""Whatever the documents show, code and commands and what they print, is so."""

import ast
from shutil import copytree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from documents import ROOT, USER_DOCUMENTS, name_of
from PIL import Image
from shown import Session, blocks_of, is_same, steps_of

from skblur import defocus_psf, gaussian_psf, motion_psf
from skblur.camera import Camera, take_photo
from skblur.datasets import load_sharp_photos

# What begins like this is not run here, and why.
NOT_RUN = {
    "python3 -m venv env": "it installs; .ci/run runs it",
}


def docstrings_of(source):
    """Those of a module, its classes and its functions that show anything to run."""
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef
    for node in ast.walk(ast.parse(source)):
        text = ast.get_docstring(node) if isinstance(node, kinds) else None
        if text and ("code-block::" in text or "$ skblur" in text):
            yield text


def shown_texts():
    """All texts that show something, by their names."""
    texts = {name_of(path): path.read_text() for path in USER_DOCUMENTS}
    for path in sorted(ROOT.glob("skblur/**/*.py")):
        for number, text in enumerate(docstrings_of(path.read_text())):
            texts[f"{name_of(path)}[{number}]"] = text
    return {name: text for name, text in texts.items() if any(blocks_of(text))}


TEXTS = shown_texts()


def is_listed(step):
    return any(step.text.startswith(start) for start in NOT_RUN)


def complaints_about(text, folder, name="it.rst"):
    """What is wrong with what a text shows, in the order in which it is run."""
    session = Session(folder, name)
    steps = [step for step in steps_of(text) if not is_listed(step)]
    found = [session.complaint_of(step) for step in steps]
    plt.close("all")
    return [each for each in found if each]


@pytest.fixture(scope="session")
def album(tmp_path_factory):
    """What people bring along: a photograph, and a folder of photographs."""
    folder = tmp_path_factory.mktemp("album")
    sharp = [photo for photo in load_sharp_photos(as_gray=False) if photo.ndim == 3]
    psfs = {
        "photo": motion_psf(12, 30),
        "holiday/beach": np.ones((1, 1)),
        "holiday/boat": gaussian_psf(2.5),
        "holiday/dinner": defocus_psf(5),
        "holiday/train": motion_psf(15, 0),
    }
    (folder / "holiday").mkdir()
    for (name, psf), scene in zip(psfs.items(), sharp, strict=True):
        part = scene[:320, :400]
        photo = take_photo(part, psf, Camera(noise=0.003), channel_axis=-1, random_state=0)
        picture = Image.fromarray(np.rint(255 * photo).astype(np.uint8))
        picture.save(folder / f"{name}.jpg", quality=95)
    return folder


@pytest.fixture
def scratch(album, tmp_path):
    return copytree(album, tmp_path / "scratch")


# A canvas without a screen says that it cannot show figures.
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive:UserWarning")
@pytest.mark.parametrize("name", TEXTS)
def test_it_is_so(name, scratch):
    if found := complaints_about(TEXTS[name], scratch, name):
        pytest.fail("\n\n".join(found))


def test_there_is_something_to_run():
    """In what a newcomer reads first both code and commands, in every text something."""
    languages = {name: {step.language for step in steps_of(TEXTS[name])} for name in TEXTS}
    assert languages["README.rst"] >= {"python", "console", "bash"}
    for name, text in TEXTS.items():
        assert any(not is_listed(step) for step in steps_of(text)), name


def test_what_is_listed_is_shown():
    steps = [step for text in TEXTS.values() for step in steps_of(text)]
    unused = [n for n in NOT_RUN if not any(each.text.startswith(n) for each in steps)]
    assert not unused


GOOD = """
In one namespace, with options, and indented:

.. code-block:: python
   :caption: numbers

   x = 3.14159

- a list

  .. code-block:: python

      print(f"about {x:.1f} px of {2 + 2}")
      print("in 17 s:  aligned")

  which prints

  .. code-block:: text

      about 3.2 px of 4
      in 3 s: aligned

.. code-block:: console

    $ skblur blur photo.jpg -o out.png \\
          --defocus 4  # nothing is printed
    $ skblur blur photo.jpg -o out.png --defocus 4
    skblur: out.png: it exists; ...
    $ skblur estimate holiday/beach.jpg
    holiday/beach.jpg: none (confidence ...)
    $ ls holiday | head -n 1
    beach.jpg
"""


def test_what_is_so_is_not_complained_about(scratch):
    assert [step.language for step in steps_of(GOOD)] == ["python"] * 2 + ["console"] * 4
    assert complaints_about(GOOD, scratch) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("about 3.2 px", "about 3.4 px"),
        ("of 4\n", "of 5\n"),
        ("in 3 s: aligned", "in 3 s: alined"),
        ("x = 3.14159", "x = y"),
        ("x = 3.14159", "print(3)"),
        ("      in 3 s: aligned\n", ""),
        ("code-block:: python\n   :", "code-block:: pycon\n   :"),
        (".. code-block:: console\n", "So::\n"),
        (".. code-block:: console\n", ".. code-block:: bash\n"),
        (".. code-block:: console\n", ".. code-block:: text\n"),
        ("it exists; ...", "it is there; ..."),
        ("beach.jpg: none", "beach.jpg: motion"),
        ("    $ skblur estimate", "    $ skblur estimates"),
        ("    $ ls holiday", "    ls holiday"),
        ("In one namespace", ">>> 1 + 1\n2\n\nIn one namespace"),
    ],
)
def test_what_is_stale_or_not_run_is_complained_about(scratch, old, new):
    assert GOOD.count(old) == 1
    assert complaints_about(GOOD.replace(old, new), scratch)


def test_docstrings_are_found():
    source = '''
class A:
    """Of a class.

    .. code-block:: python

        print(1)
    """

    def f(self):
        """It has nothing to run."""
'''
    (text,) = docstrings_of(source)
    assert [step.text for step in steps_of(text)] == ["print(1)"]


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("12.3 px", "12.4 px", True),
        ("12.3 px", "12.6 px", False),
        ("0.01", "0.02", True),
        ("0.01", "0.03", False),
        ("1.0e-05", "1.1e-05", True),
        ("1.0e-05", "1.2e-05", False),
        ("70 % of it", "71 % of it", True),
        ("70 % of it", "72 % of it", False),
        ("(240, 320)", "(240, 321)", False),
        ("4 pictures, 12.1 s, 0.3 per second", "4 pictures, 3 s, 1 per second", True),
        ("4 pictures", "5 pictures", False),
        ("[-1.5  2.0]", "[-1.5 2.0]", True),
        ("[-1.5  2.0]", "[ 1.5 2.0]", False),
        ("a ... z", "a b\nc z", True),
        ("a ... z", "a b\nc", False),
        ("patch32", "patch33", False),
    ],
)
def test_is_same(shown, said, same):
    assert is_same(shown, said) is same
