"""What a report of a mistake needs to say: versions of skblur and of what it rests on."""

import argparse

from .. import __version__

NEEDED = "numpy", "scipy", "scikit-learn", "scikit-image", "joblib", "pillow", "tifffile"
# What figures, clusters, tables and completion rest on, named where it is there.
OPTIONAL = "matplotlib", "distributed", "pyarrow", "shtab"


class VersionAction(argparse.Action):
    """Print the versions and end; they are looked up when they are asked for."""

    def __init__(self, option_strings, dest, **settings):
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, **settings)

    def __call__(self, parser, namespace, values, option_string=None):
        """Print and end."""
        print("\n".join(version_lines()))
        parser.exit()


def version_lines():
    """A line for skblur, and one for each thing that it rests on."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    yield f"skblur {__version__}"
    system = platform.platform(terse=True)
    yield f"Python {platform.python_version()} ({platform.machine()}, {system})"
    for name in NEEDED + OPTIONAL:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            if name in NEEDED:
                yield f"{name} is not installed"
