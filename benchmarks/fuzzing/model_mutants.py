"""Broken models, each with a number by which it is made again."""

import numpy as np

from .archives import DEFLATED, STORED, packed, sealed, unpacked
from .arrays import ARRAYS, MEMBERS
from .edits import ANYWHERE, edited_by
from .headers import HEADERS
from .model_seeds import SHIPPED
from .picture_mutants import Mutant

__all__ = ["SEALED", "model_mutant"]

MODELS = 2
# The file as bytes; otherwise what is in it, packed again with right CRCs.
RAW = 0.25
# Of these, so many have checksums of their contents that are right as well.
WITH_SEAL = 0.75
SEALED = "sealed"
# One round of the seeds in so many takes the shipped one too.
SHIPPED_EVERY = 20
METHODS = (*[DEFLATED] * 6, STORED, 1, 12, 14, 99)
OF_MEMBERS = (*HEADERS * 2, *ARRAYS * 4, *MEMBERS)


def model_mutant(seeds, seed, number):
    """The mutant of a number; among its edits is `SEALED` if its checksums are right.

    Parameters
    ----------
    seeds : dict of str to bytes
        Valid models by name; they are taken in turn.

    seed : int
        Of all mutants together.

    number : int
        Of this one.
    """
    rng = np.random.default_rng([seed, MODELS, number])
    names = list(seeds)
    turn, index = divmod(number, len(names))
    name = names[index]
    if name == SHIPPED and turn % SHIPPED_EVERY:
        name = names[turn % (len(names) - 1)]
    data = seeds[name]
    if rng.random() < RAW:
        data, edits = edited_by(ANYWHERE, data, rng, list(seeds.values()))
        return Mutant(number, name, edits, data)
    members, edits = _edited(unpacked(data), rng)
    if rng.random() < WITH_SEAL:
        members = sealed(members, described=rng.random() < 0.5)
        edits.append(SEALED)
    method = METHODS[rng.integers(len(METHODS))]
    return Mutant(number, name, edits, packed(members, method))


def _edited(members, rng):
    names = []
    for _ in range(1 + (rng.random() < 0.2)):
        edit = OF_MEMBERS[rng.integers(len(OF_MEMBERS))]
        members = edit(members, rng)
        names.append(edit.__name__)
    return members, names
