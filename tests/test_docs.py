"""The pages for Sphinx name all that is public, and link to what there is."""

import pkgutil
import re

import pytest
from documents import PAGES, ROOT, name_of

import skblur

API = (ROOT / "docs/api.rst").read_text()
# In single backticks; where a role stands before them the name is another's.
LINK = re.compile(r"(?<![`:\w])`([A-Za-z_][\w.]*)`(?!`)")


def listed(module):
    """Names in the lists of the API reference that follow the module's name."""
    parts = re.split(r"^\.\. currentmodule:: (.+)$", API, flags=re.M)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return re.findall(r"^   (\w+)$", "".join(t for m, t in pairs if m == module), re.M)


MODULES = [skblur, *(getattr(skblur, name) for name in skblur._MODULES)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_reference_lists_all_public_names(module):
    names = listed(module.__name__)
    assert len(set(names)) == len(names)
    assert set(names) == set(module.__all__) - set(skblur._MODULES)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for name in LINK.findall(page.read_text()):
        pkgutil.resolve_name(name if "." in name else f"skblur.{name}")
