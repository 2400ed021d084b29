"""Edits of the header of a model: the values, keys, classes and text of its JSON.

Each takes the members of an archive and a random generator, and returns new members.
"""

import json

from .archives import header_of, with_header
from .edits import ANYWHERE, edited_by

__all__ = ["HEADERS"]

CLASSES = ("GRNNRegressor", "PCA", "MLPClassifier", "Pipeline", "BernoulliRBM", "Ridge")
CLASSES += ("BlurTypeThenParamPipeline", "PhotoBlurEstimator", "StandardScaler", "system")
CLASSES += ("StackedRBMClassifier", "LogSpectrumTransformer", "CommitteeClassifier", "exec")
KEYS = ("class", "array", "list", "tuple", "dict", "state", "format", "model", "__class__")
VALUES = (None, True, False, -1, 0, 1, 2, 0.5, 2**31, 2**63, -(2**63), 10**400, 1e308)
VALUES += (float("nan"), float("inf"), -1e-300, "", "x", "x" * 10000, "auto", "passthrough")
VALUES += ([], {}, [[]], [0] * 1000, {"array": "nowhere"}, {"list": 3}, {"dict": [[1]]})
VALUES += ({"class": "PCA", "state": {}}, {"class": "Ridge"}, {"class": ["PCA"]})
VALUES += ({"tuple": [{"dict": [[{"list": []}, 1]]}]}, {"dict": [["sigma", 1, 2]]})
DEPTHS = (50, 990, 5000, 200_000)
HOLE = "a place for what JSON cannot be made of"


def _edit_of_tree(edit):
    """An edit of members out of one of the JSON's tree."""

    def edit_members(members, rng):
        index, text = header_of(members)
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            return members
        if index is None or not (places := _places(tree)):
            return members
        # The names of values are as many as the values: all of them have their turn.
        holder, key = places[rng.integers(len(places))]
        filled = edit(holder, key, places, rng)
        text = json.dumps(tree)
        return with_header(members, text.replace(json.dumps(HOLE), filled or "0"))

    edit_members.__name__ = edit.__name__.removeprefix("_")
    return edit_members


def _places(tree):
    """Every value of a tree as the list or dict that holds it, and its key."""
    waiting, places = [tree], []
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            keys = list(holder)
        elif isinstance(holder, list):
            keys = range(len(holder))
        else:
            continue
        places += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys]
    return places


def _set_value(holder, key, places, rng):
    holder[key] = VALUES[rng.integers(len(VALUES))]


def _nudge_number(holder, key, places, rng):
    numbers = [place for place in places if _is_number(place[0][place[1]])]
    if numbers:
        holder, key = numbers[rng.integers(len(numbers))]
        change = rng.integers(4)
        number = holder[key]
        holder[key] = (number + 1, number - 1, -number, 1000 * number)[change]


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _drop(holder, key, places, rng):
    del holder[key]


def _add(holder, key, places, rng):
    value = VALUES[rng.integers(len(VALUES))]
    if isinstance(holder, list):
        holder.insert(key, value)
    else:
        holder[KEYS[rng.integers(len(KEYS))]] = value


def _copy(holder, key, places, rng):
    other, from_there = places[rng.integers(len(places))]
    # By way of its text, or a branch could be put into itself.
    holder[key] = json.loads(json.dumps(other[from_there]))


def _rename(holder, key, places, rng):
    named = [place for place in places if _is_class(place[0][place[1]])]
    if named:
        holder, key = named[rng.integers(len(named))]
        holder[key] = CLASSES[rng.integers(len(CLASSES))]


def _is_class(value):
    return isinstance(value, str) and value.isidentifier() and value[0].isupper()


def _nest(holder, key, places, rng):
    holder[key] = HOLE
    depth = int(rng.choice(DEPTHS))
    left, right = (("[", "]"), ('{"list": [', "]}"), ('{"tuple": [', "]}"))[rng.integers(3)]
    return left * depth + right * depth


def _count_digits(holder, key, places, rng):
    holder[key] = HOLE
    return "9" * int(rng.choice((400, 4000, 5000, 10**6)))


def edit_text(members, rng):
    """Other characters anywhere in the JSON."""
    _, text = header_of(members)
    edited, _ = edited_by(ANYWHERE, text.encode(), rng, [text.encode()])
    return with_header(members, edited.decode(errors="replace"))


_EDITS = (_set_value, _nudge_number, _drop, _add, _copy, _rename, _nest, _count_digits)
HEADERS = (*map(_edit_of_tree, _EDITS), edit_text)
