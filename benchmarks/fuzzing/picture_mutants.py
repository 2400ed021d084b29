"""Broken pictures, each with a number by which it is made again."""

from typing import NamedTuple

import numpy as np

from .dimensions import resize
from .edits import ANYWHERE, edited_by
from .png import PNG
from .tiff import TIFF

__all__ = ["Mutant", "picture_mutant"]

OF_FORMAT = {"png": PNG, "tiff": TIFF}
# How often edits that know the format are taken where there are any.
KNOWING = 0.5
PICTURES = 1


class Mutant(NamedTuple):
    """A broken file."""

    number: int
    seed: str  # name of the file that it was made of
    edits: list[str]
    data: bytes

    @property
    def format(self):
        """First word of the name of the file that it was made of."""
        return self.seed.split()[0]


def picture_mutant(seeds, seed, number):
    """The mutant of a number.

    Parameters
    ----------
    seeds : dict of str to bytes
        Valid pictures by name; they are taken in turn.

    seed : int
        Of all mutants together.

    number : int
        Of this one.
    """
    rng = np.random.default_rng([seed, PICTURES, number])
    name = list(seeds)[number % len(seeds)]
    knowing = (*OF_FORMAT.get(name.split()[0], ()), resize)
    edits = ANYWHERE
    if rng.random() < KNOWING:
        # The size is one edit among those that know more of the format.
        edits = knowing if len(knowing) > 1 else (*ANYWHERE, *[resize] * len(ANYWHERE))
    data, names = edited_by(edits, seeds[name], rng, list(seeds.values()))
    return Mutant(number, name, names, data)
