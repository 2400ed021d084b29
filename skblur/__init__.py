"""Which blur is in a picture, and how much.

skblur names the blur of a photograph (none, Gaussian, motion, defocus), gives its
parameters in pixels and degrees, and hands over the point spread function. Every stage
is a scikit-learn estimator.
"""

from importlib import import_module

__version__ = "0.1.0"

# Public names and their modules, imported when first asked for: ``import skblur`` is
# instant, and a program pays for what it uses.
_HOMES = {
    "AlignedSpectrumTransformer": "profiles",
    "BLUR_TYPES": "targets",
    "BlurEstimate": "estimate",
    "BlurMap": "mapped",
    "BlurTypeThenParamPipeline": "pipeline",
    "DeblurTransformer": "restoration.transformer",
    "DirectionalProfileTransformer": "profiles",
    "FoldedSpectrumTransformer": "profiles",
    "GRNNRegressor": "grnn",
    "HalfSpectrumTransformer": "profiles",
    "LogSpectrumTransformer": "spectrum",
    "PSFBlurTransformer": "transform",
    "RadialProfileTransformer": "profiles",
    "StackedRBMClassifier": "rbm",
    "StackedRBMRegressor": "rbm",
    "WelchSpectrumTransformer": "welch",
    "blur_map": "maps",
    "check_psf": "psf",
    "deblur": "restoration.deblur",
    "deblur_methods": "restoration.deblur",
    "defocus_psf": "psf",
    "estimate_blur": "photo",
    "gaussian_psf": "psf",
    "load_model": "persistence",
    "load_pretrained": "persistence",
    "motion_psf": "psf",
    "psf_from_pair": "pair",
    "psf_to_otf": "psf",
    "save_model": "persistence",
}

_MODULES = ("camera", "datasets", "metrics")

__all__ = sorted([*_HOMES, *_MODULES])


def __getattr__(name):
    if name in _HOMES:
        value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    elif name in _MODULES:
        value = import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
