"""estimate_many: the blur of many photographs, on all cores or a cluster."""

import os
import pickle
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike

from ..images.limits import MAX_MEGAPIXELS, check_limit
from ..images.reading import read_image
from .base import colours_of
from .blur_estimate import BlurEstimate
from .estimate_blur import check_asked, estimate_blur
from .report import report_columns, report_row
from .spreading import pickled, spread

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["estimate_many"]

# What is the matter with a photograph; all else is a mistake of ours.
EXPECTED = OSError, ValueError, MemoryError

Outcome = tuple[Any, BlurEstimate | Exception]


@overload
def estimate_many(
    images: Iterable[str | PathLike[str] | ArrayLike],
    *,
    n_jobs: int | None = ...,
    ordered: bool = ...,
    shares: bool = ...,
    free_psf: bool | Literal["auto"] | None = ...,
    model: Any = ...,
    max_megapixels: float = ...,
    as_frame: Literal[False] = ...,
) -> Iterator[Outcome]: ...
@overload
def estimate_many(
    images: Iterable[str | PathLike[str] | ArrayLike],
    *,
    n_jobs: int | None = ...,
    ordered: bool = ...,
    shares: bool = ...,
    free_psf: bool | Literal["auto"] | None = ...,
    model: Any = ...,
    max_megapixels: float = ...,
    as_frame: Literal[True],
) -> "DataFrame": ...
def estimate_many(
    images: Iterable[str | PathLike[str] | ArrayLike],
    *,
    n_jobs: int | None = None,
    ordered: bool = True,
    shares: bool = True,
    free_psf: bool | Literal["auto"] | None = None,
    model: Any = None,
    max_megapixels: float = MAX_MEGAPIXELS,
    as_frame: bool = False,
) -> "Iterator[Outcome] | DataFrame":
    """Name the blur of many photographs, and go on where one of them cannot be read.

    Answers come as they are found, and of files no more than a few for each job are in
    memory, however many there are; an image is, until its answer has been taken. With
    several jobs the work begins when the first answer is asked for, and then goes on
    whether or not others are. Everything parallel goes through joblib: within
    ``joblib.parallel_config("dask")`` the photographs are spread over a cluster. A `model`
    goes to each worker once. Of files only the names do, and workers must see them under
    the same; images themselves all pass through the scheduler. What a worker was at when it
    died is done once more.

    Parameters
    ----------
    images : iterable of str, path-like or array-like
        Files, which are read where they are judged; or images, of shape (H, W) or
        (H, W, channels).

    n_jobs : int, default=None
        Processes; -1 is one per processor. None is one, unless ``joblib.parallel_config``
        says otherwise.

    ordered : bool, default=True
        Whether answers come in the order of the photographs, or as they are found.

    shares : bool, default=True
        Whether to look for parts that have another blur, too.

    free_psf : bool or "auto", default=None
        As of `estimate_blur`.

    model : estimator, default=None
        As of `estimate_blur`.

    max_megapixels : float, default=100
        As of `read_image`.

    as_frame : bool, default=False
        Wait for all of them and return a pandas ``DataFrame``.

    Returns
    -------
    generator of (name, outcome), or DataFrame
        The name is the path as it was given, or the index of an image. The outcome is a
        `BlurEstimate`, or the exception that kept the photograph from being judged, such as
        an `ImageFileError`, or a `ChildProcessError` if two workers died of it. The frame
        has a row for each, with the columns ``file``, ``blur_type``, ``confidence``, the
        parameters and their deviations (``sigma``, ``sigma_std``, ...), probabilities
        (``p_motion``, ...), shares of the picture (``share_motion``, ...), ``misfit``,
        ``reason`` and ``error``; what does not apply is missing. Bytes of a path that are
        not UTF-8 stand in ``file`` as Python shows them: ``\\udce9`` for the byte 0xe9.

    Raises
    ------
    TypeError
        If ``images`` is a single path, or `model` no estimator of whole photographs.

    ValueError
        If `free_psf` or `max_megapixels` is none.

    ImportError
        If `as_frame` and pandas is not installed.

    See Also
    --------
    estimate_blur : Of one photograph.

    Examples
    --------
    >>> from skimage.data import camera, clock
    >>> from skblur import estimate_many
    >>> for name, found in estimate_many([clock(), camera(), "no such file"]):
    ...     print(name, getattr(found, "blur_type", "is not there"))
    0 motion
    1 none
    no such file is not there
    """
    _check(images, free_psf, model, max_megapixels)
    asked = _Asked(shares, free_psf, max_megapixels)
    found = _outcomes(_named(images), asked, model, n_jobs, ordered)
    return _frame(found) if as_frame else found


class _Asked(NamedTuple):
    """What is asked about each photograph."""

    shares: bool
    free_psf: bool | str | None
    max_megapixels: float

    def of(self, image, model):
        """The outcome."""
        try:
            if isinstance(image, (str, PathLike)):
                limit = self.max_megapixels
                image, channel_axis = read_image(image, max_megapixels=limit)
            else:
                channel_axis = colours_of(image)
            settings = {"free_psf": self.free_psf, "model": model}
            found = estimate_blur(image, channel_axis=channel_axis, **settings)
            # A copy has its shares looked up, and leaves the picture behind.
            return copy(found) if self.shares else replace(found, picture=None)
        # One of them never stops the others, whatever is the matter with it.
        except Exception as error:
            return _without_pictures(error)


def _check(images, free_psf, model, max_megapixels):
    """Fail at once on what would be wrong for every photograph."""
    if isinstance(images, (str, bytes, PathLike)):
        raise TypeError(f"images must be an iterable of them, got one: pass [{images!r}]")
    check_asked(free_psf, model)
    check_limit(max_megapixels)


def _without_pictures(error):
    """An error that is to be kept, without the frames that it came through.

    They hold the picture. Of a mistake of ours it stays known where it was made.
    """
    if isinstance(error, EXPECTED):
        link = error
        while link is not None:
            link.__traceback__, link = None, link.__cause__ or link.__context__
    return error


def _named(images):
    """Each image with its name: its path, or its index."""
    for index, image in enumerate(images):
        is_path = isinstance(image, (str, PathLike))
        yield (fspath(image) if is_path else index), image


def _outcomes(named, asked, model, n_jobs, ordered):
    if effective_n_jobs(n_jobs) == 1:
        return ((name, asked.of(image, model)) for name, image in named)
    shared = asked, *_packed(model)
    things = ((name, _sent(image)) for name, image in named)
    found = spread(_at_worker, things, shared, n_jobs=n_jobs, ordered=ordered)
    return ((name, outcome) for (name, _), outcome in found)


class _Sent(NamedTuple):
    """An image that goes with its task.

    Of arrays by themselves Dask would keep one copy, and lose it with the worker.
    """

    image: Any


def _sent(image):
    """A path that workers understand, which may be in other folders; or an image."""
    is_path = isinstance(image, (str, PathLike))
    return _Sent(os.path.abspath(image) if is_path else image)


def _packed(model):
    """A model as an array of bytes, and their checksum.

    Of an array joblib knows to send it to each worker once, of an estimator it does not.
    """
    if model is None:
        return None, None
    content = pickled(model)
    return np.frombuffer(content, np.uint8), sha256(content).hexdigest()


class _Parcel:
    """Bytes that are told apart by their checksum alone."""

    def __init__(self, content, checksum):
        self.content, self.checksum = content, checksum

    def __eq__(self, other):
        return self.checksum == other.checksum

    def __hash__(self):
        return hash(self.checksum)


@lru_cache(maxsize=2)
def _unpacked(parcel):
    return pickle.loads(parcel.content.tobytes())


def _at_worker(name, sent, asked, content, checksum):
    model = None if checksum is None else _unpacked(_Parcel(content, checksum))
    outcome = asked.of(sent.image, model)
    if isinstance(outcome, OSError) and isinstance(name, str) and outcome.filename:
        outcome.filename = name
    return outcome


def _frame(outcomes):
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise ImportError("as_frame needs pandas: pip install pandas") from error
    return DataFrame([report_row(*each) for each in outcomes], columns=report_columns())
