"""The sharp photographs of a folder."""

import errno
import os

from .command_error import CommandError, about, complain
from .stopping import standing


def read_sharp(folder, max_megapixels, in_colour):
    """All photographs that can be read, and the exit status: 1 if not all could.

    Raises
    ------
    CommandError
        If there is none.
    """
    from ..files.folders import image_paths
    from ..images.reading import read_image, read_luma8

    status = 0
    with about(folder):
        if not os.path.isdir(folder):
            raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", folder)
        paths = image_paths(folder)
    limit = {"max_megapixels": max_megapixels}
    photos = []
    for path in paths:
        with standing(
            lambda path=path: f"at {path}; {len(photos)} of {len(paths)} photographs read"
        ):
            try:
                with about(path):
                    if in_colour:
                        photos.append(read_image(path, **limit)[0])
                    else:
                        photos.append(read_luma8(path, **limit))
            except CommandError as failure:
                status = complain(failure)
    if not photos:
        raise CommandError("none of its pictures can be read", folder)
    return photos, status
