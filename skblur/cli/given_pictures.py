"""The pictures that a command is given, out of folders too."""

import os
from collections import Counter
from typing import NamedTuple

from .command_error import CommandError, about, complain


class Given(NamedTuple):
    """A picture that is asked about."""

    name: str  # as it is said
    source: object  # path, or array
    within: str  # path in the folder that was given, or the last part of the name


def add_pictures(parser):
    """Add the pictures and which of a folder's are meant."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="pictures or folders of pictures; without any, the motion-blurred clock that "
        "scikit-image carries",
    )
    for name, which in (("include", "only"), ("exclude", "leave out")):
        parser.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="PATTERN",
            help=f"of a folder {which} pictures whose name, or path in it, matches, as "
            "'*.jpg' or '2024/*'; may be repeated",
        )
    parser.add_argument(
        "--follow-links", action="store_true", help="look into linked folders, too"
    )


def given_pictures(options):
    """All pictures, the suffixes of a folder's other files, and the exit status.

    It is 1 if a folder has none.
    """
    if not options.files:
        from skimage.data import clock

        return [Given("clock.png", clock(), "clock.png")], Counter(), 0
    found, others, status = [], Counter(), 0
    for name in options.files:
        if not os.path.isdir(name):
            found.append(Given(name, name, os.path.basename(name)))
            continue
        try:
            in_folder, of_suffix = _of_folder(name, options)
        except CommandError as failure:
            status = complain(failure)
            continue
        found += in_folder
        others += of_suffix
    return found, others, status


def _of_folder(name, options):
    from ..files.folders import look_through

    with about(name):
        settings = options.include, options.exclude, options.follow_links
        paths, others = look_through(name, *settings)
        if not paths:
            asked = " that are asked for" if options.include or options.exclude else ""
            raise FileNotFoundError(f"no pictures in it{asked}")
    within = [str(path.relative_to(name)) for path in paths]
    return [Given(str(p), str(p), w) for p, w in zip(paths, within, strict=True)], others
