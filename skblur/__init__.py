"""Which blur is in a picture, and how much.

skblur names the blur of a photograph (none, Gaussian, motion, defocus), gives its
parameters in pixels and degrees, and hands over the point spread function. Every stage
is a scikit-learn estimator.
"""

from importlib import import_module

__version__ = "0.1.0"

# Public names and their modules, imported when first asked for: ``import skblur`` is
# instant, and a program pays for what it uses. Type checkers read ``__init__.pyi`` instead.
_HOMES = {
    "AlignedSpectrumTransformer": "spectra.aligned",
    "BlurEstimate": "estimation.blur_estimate",
    "BlurMap": "mapping.map",
    "BlurMapEstimator": "mapping.map_estimator",
    "BlurType": "blurs.blur_type",
    "BlurTypeThenParamPipeline": "pipeline.pipeline",
    "CommitteeClassifier": "networks",
    "DeblurTransformer": "restoration.transformer",
    "DirectionalProfileTransformer": "spectra.directional",
    "FoldedSpectrumTransformer": "spectra.folded",
    "GRNNRegressor": "grnn",
    "HalfSpectrumTransformer": "spectra.half",
    "ImageFileError": "images.image_file_error",
    "LogSpectrumTransformer": "spectra.log_spectrum",
    "ModelFileError": "models.model_file_error",
    "PSFBlurTransformer": "blurs.transformer",
    "Parameter": "blurs.blur_type",
    "PatchBlurEstimator": "estimation.patch_estimator",
    "PhotoBlurEstimator": "estimation.photo_estimator",
    "PixelRangeWarning": "images.pixels",
    "RadialProfileTransformer": "spectra.radial",
    "StackedRBMClassifier": "rbm",
    "StackedRBMRegressor": "rbm",
    "StratifiedBlurKFold": "model_selection",
    "WelchSpectrumTransformer": "spectra.welch",
    "blur_map": "mapping.blur_map",
    "blur_types": "blurs.types",
    "check_psf": "blurs.psf",
    "deblur": "restoration.deblur",
    "deblur_methods": "restoration.deblur",
    "defocus_psf": "blurs.defocus",
    "estimate_blur": "estimation.estimate_blur",
    "estimate_many": "estimation.estimate_many",
    "estimate_psf": "estimation.estimate_psf",
    "gaussian_psf": "blurs.gaussian",
    "load_model": "models.model_files",
    "load_pretrained": "models.pretrained",
    "motion_psf": "blurs.motion",
    "psf_from_pair": "blurs.psf_from_pair",
    "psf_to_otf": "blurs.psf",
    "read_image": "images.reading",
    "register_blur_type": "blurs.types",
    "save_model": "models.model_files",
    "unregister_blur_type": "blurs.types",
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
