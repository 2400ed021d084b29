"""Settings of Sphinx. ``sphinx-build -W -b html docs docs/_build/html`` makes the pages."""

import skblur

project = "skblur"
author = "The skblur developers"
project_copyright = f"2026, {author}"
version = release = skblur.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
# Names in single backticks are links where there is a page of that name.
default_role = "autolink"
# A reference that leads nowhere is an error; other libraries are not asked, so that the
# pages can be made without a network.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(joblib|matplotlib|numpy|pandas|scipy|sklearn)\..*")]

html_theme = "pydata_sphinx_theme"
html_title = f"skblur {version}"

# Types stand in the docstrings, and members have entries of their own.
autodoc_typehints = "none"
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "write_computation_times": False,
}
