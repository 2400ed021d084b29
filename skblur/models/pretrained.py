"""load_pretrained: the models that come with skblur."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, overload

from .model_files import read_model

if TYPE_CHECKING:
    from .. import BlurMapEstimator, BlurTypeThenParamPipeline, PhotoBlurEstimator

__all__ = ["load_pretrained"]

PRETRAINED = ("photo", "window64", "patch32")


@overload
def load_pretrained(name: Literal["photo"] = "photo") -> "PhotoBlurEstimator": ...
@overload
def load_pretrained(name: Literal["window64"]) -> "BlurMapEstimator": ...
@overload
def load_pretrained(name: Literal["patch32"]) -> "BlurTypeThenParamPipeline": ...
def load_pretrained(name: Literal["photo", "window64", "patch32"] = "photo") -> Any:
    """A model that comes with skblur.

    Parameters
    ----------
    name : {"photo", "window64", "patch32"}, default="photo"
        ``"photo"``: the `PhotoBlurEstimator` that `skblur.estimate_blur` uses, with
        ``"none"`` among its types. ``"window64"``: the `BlurMapEstimator` that
        `skblur.blur_map` uses. ``"patch32"``: a `BlurTypeThenParamPipeline` for 32 x 32
        patches, the paper's architecture. All were trained on photographs of Caltech-101
        by ``skblur train``, ``"photo"`` on drawn pages of text, too.

    Returns
    -------
    estimator
        The fitted model, a new object at every call.

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> from skblur import load_pretrained
    >>> model = load_pretrained("patch32")
    >>> model.n_features_in_
    1024
    """
    if name not in PRETRAINED:
        raise ValueError(f"name must be one of {PRETRAINED}, got {name!r}")
    with (files("skblur.models") / f"{name}.npz").open("rb") as file:
        return read_model(file, name)


@cache
def shipped_model(name):
    """A model that comes with skblur, the same object at every call: not to be changed."""
    return load_pretrained(name)
