"""Metadata, such as weights and groups: what each step gets of them."""

from collections.abc import Mapping

from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.validation import has_fit_parameter

from .steps import leaves

__all__ = []


def router_of(estimator, steps):
    """How an estimator routes what its `fit` is given to its steps."""
    router = MetadataRouter(owner=type(estimator).__name__).add_self_request(estimator)
    for root, step in steps.items():
        for name, each in leaves(root, step):
            if each == "passthrough":
                continue
            mapping = MethodMapping().add(caller="fit", callee=_callee(root, each))
            router.add(method_mapping=mapping, **{name: each})
    return router


def fit_params_of(estimator, steps, metadata):
    """For each step the keywords of its `fit`, in mappings where the steps are mappings.

    With scikit-learn's metadata routing a step gets what it requests; without, all that
    its `fit` takes.
    """
    metadata = {key: value for key, value in metadata.items() if value is not None}
    if not _routing_enabled():
        return {name: accepted(step, metadata) for name, step in steps.items()}
    routed = process_routing(estimator, "fit", **metadata)
    return {name: _requested(name, step, routed) for name, step in steps.items()}


def accepted(step, metadata):
    """Of metadata, those that `fit` of a step takes, by the keywords it takes them by."""
    if isinstance(step, Mapping):
        return {key: accepted(each, metadata) for key, each in step.items()}
    keywords = {_keyword(step, name): value for name, value in metadata.items()}
    keywords.pop(None, None)
    return keywords


def _keyword(step, name):
    """By what `fit` takes some metadata, of a pipeline for its last step; None if not."""
    if isinstance(step, Pipeline):
        last, estimator = step.steps[-1]
        keyword = _keyword(estimator, name)
        return None if keyword is None else f"{last}__{keyword}"
    return name if hasattr(step, "fit") and has_fit_parameter(step, name) else None


def _requested(path, step, routed):
    if isinstance(step, Mapping):
        return {
            key: _requested(f"{path}__{key}", each, routed) for key, each in step.items()
        }
    if step == "passthrough":
        return {}
    return routed[path][_callee(path, step)]


def _callee(root, step):
    """The method of a step that `fit` of the whole calls."""
    transforms = root == "features" and hasattr(step, "fit_transform")
    return "fit_transform" if transforms else "fit"
