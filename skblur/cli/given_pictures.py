"""The pictures that a command is given, out of folders too."""

import os
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from .command_error import CommandError, about, complain


class Given(NamedTuple):
    """A picture that is asked about."""

    name: str  # as it is said
    source: object  # path, or array
    within: str  # path in the folder that was given, or the last part of the name


def add_pictures(parser, otherwise=None):
    """Add the pictures and which of a folder's are meant.

    `otherwise` says what is done without any, if anything is.
    """
    words = "pictures or folders of pictures"
    parser.add_argument(
        "files",
        nargs="*" if otherwise else "+",
        metavar="FILE",
        help=f"{words}; without any, {otherwise}" if otherwise else words,
    )
    of_folder = parser.add_argument_group("pictures of a folder")
    for name, which in (("include", "take only"), ("exclude", "leave out")):
        of_folder.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="PATTERN",
            help=f"{which} those whose name, or path in the folder, matches, as '*.jpg' or "
            "'2024/*'; may be repeated",
        )
    of_folder.add_argument(
        "--follow-links", action="store_true", help="look into linked folders, too"
    )


def given_pictures(options, written=()):
    """All pictures, the suffixes of a folder's other files, and the exit status.

    It is 1 if a folder has none. What is in the folders `written` to is no picture of a
    folder around them: a second run would take the first one's figures for photographs.
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
            in_folder, of_suffix = _of_folder(name, options, written)
        except CommandError as failure:
            status = complain(failure)
            continue
        found += in_folder
        others += of_suffix
    return found, others, status


def are_several(pictures, options):
    """Whether there is more than one picture, or a folder was given."""
    return len(pictures) > 1 or any(map(os.path.isdir, options.files))


def _of_folder(name, options, written):
    from ..files.folders import look_through

    with about(name):
        settings = options.include, options.exclude, options.follow_links
        paths, others = look_through(name, *settings)
        paths = [path for path in paths if not _is_written(path, name, written)]
        if not paths:
            asked = " that are asked for" if options.include or options.exclude else ""
            raise FileNotFoundError(f"no pictures in it{asked}")
    within = [str(path.relative_to(name)) for path in paths]
    return [Given(str(p), str(p), w) for p, w in zip(paths, within, strict=True)], others


def _is_written(path, folder, written):
    """Whether a picture of a folder is in one of those in it that are written to."""
    path, folder = Path(os.path.abspath(path)), Path(os.path.abspath(folder))
    places = [Path(os.path.abspath(each)) for each in written if each is not None]
    return any(
        path.is_relative_to(place) and not folder.is_relative_to(place) for place in places
    )
