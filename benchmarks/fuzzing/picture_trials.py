"""What the reader, `estimate_blur` and the command make of broken pictures."""

from functools import partial
from pathlib import Path

import numpy as np

from skblur import ImageFileError, estimate_blur, read_image

from .checks import check_estimate, check_picture
from .command import command_answers
from .outcomes import Broken, Trial, ran_out
from .picture_mutants import picture_mutant

__all__ = ["PictureTrials"]

SECONDS = 5.0
# Four floats of 8 bytes of each pixel that is allowed are 128 MB, held twice while they are
# converted; what else is needed is smaller.
MEGAPIXELS, MEGABYTES = 4, 300
# One round of the seeds in so many asks the command too, and looks for a free PSF.
COMMAND_EVERY, FREE_PSF_EVERY = 10, 20
# The search takes seconds of a picture of megapixels, whether it was broken or not.
LARGEST_SEARCHED = 2**17


class PictureTrials:
    """Trials of mutants of pictures, by their numbers.

    Parameters
    ----------
    seeds : dict of str to bytes
        Valid pictures, by name.

    seed : int
        Of the mutants.

    folder : str or path-like
        Where the files go, one at a time.
    """

    def __init__(self, seeds, seed, folder):
        self.seeds, self.seed, self.folder = seeds, seed, Path(folder)
        # All that is made at the first picture is made before memory is looked at.
        estimate_blur(np.random.default_rng(0).random((96, 96)))
        self._trial = Trial(SECONDS, MEGABYTES)

    def __call__(self, number):
        """The outcome of a mutant."""
        return self._trial.run(*self.prepared(number))

    def prepared(self, number):
        """A mutant, its file written, and the function that asks what comes of it."""
        mutant = picture_mutant(self.seeds, self.seed, number)
        path = self.folder / f"mutant.{mutant.format}"
        path.write_bytes(mutant.data)
        turn = number // len(self.seeds)
        options = turn % COMMAND_EVERY == 0, turn % FREE_PSF_EVERY == 1
        return mutant, partial(ask, path, *options)


def ask(path, command, free_psf):
    """The name of what comes of a picture."""
    read, name = _ask_functions(path, "auto" if free_psf else False)
    if command and command_answers(path, "--max-megapixels", MEGAPIXELS) != read:
        raise Broken(f"the command does not agree with {name!r}")
    return name


def _ask_functions(path, free_psf):
    try:
        image, channel_axis = read_image(path, max_megapixels=MEGAPIXELS)
    except ImageFileError as error:
        if ran_out(error):
            raise
        return False, "refused"
    check_picture(image, channel_axis)
    try:
        found = estimate_blur(
            image,
            channel_axis=channel_axis,
            free_psf=free_psf if image.size <= LARGEST_SEARCHED else False,
        )
    except ValueError:
        return False, "not judged"
    check_estimate(found)
    return True, "undecided" if found.blur_type == "undecided" else "answered"
