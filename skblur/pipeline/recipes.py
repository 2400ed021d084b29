"""The unfitted models that ship fitted: of patches, and of spectra of photographs.

Each parameter has a GRNN of its own, whose distances are those of the outputs of a network.
Which spectrum the network gets follows from the symmetry of the type: folded where the blur
looks the same in all directions; of any other aligned for the size, as it is for the angle.
"""

from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

from ..blurs.types import parametric_types
from ..grnn import GRNNRegressor
from ..networks import CommitteeClassifier
from ..rbm import StackedRBMClassifier, StackedRBMRegressor
from ..spectra.aligned import AlignedSpectrumTransformer
from ..spectra.folded import FoldedSpectrumTransformer
from ..spectra.half import HalfSpectrumTransformer
from ..spectra.photo_row import WAYS
from .pipeline import BlurTypeThenParamPipeline

__all__ = [
    "patch_model",
    "photo_classifier",
    "spectrum_regressors",
    "window_model",
]

# What all networks have in common: rectified units, whitened, learn tens of thousands of
# spectra better than pre-trained logistic ones (benchmarks/RESULTS.rst).
NETWORK = {"activation": "relu", "rbm_n_iter": 0, "alpha": 1e-5, "batch_size": 256}
CODER = {
    "loss": "absolute_error",
    "code": "outputs",
    "learning_rate_init": 2e-3,
    "whiten": 0.3,
}
# Rows that a GRNN keeps: for a size, and for an angle.
SIZE_PROTOTYPES = 1000
# Of patches, whose spectra are small, and of spectra of 64 x 64 frequencies.
OF_PATCHES = {
    "coder_epochs": 20,
    "round_layers": (256, 64, 16),
    "angle_prototypes": 4000,
    "half": False,
}
OF_SPECTRA = {
    "coder_epochs": 30,
    "round_layers": (500, 64, 16),
    "angle_prototypes": 2000,
    "half": True,
}


def patch_model(
    *, verbose: bool = False, random_state: int | np.random.RandomState | None = None
) -> BlurTypeThenParamPipeline:
    """The model of patches of 32 x 32 pixels, with the paper's layers.

    Parameters
    ----------
    verbose : bool, default=False
        Print a line per epoch.

    random_state : int, RandomState instance or None, default=None
        Of every step.

    Returns
    -------
    BlurTypeThenParamPipeline
        Unfitted.

    Examples
    --------
    >>> from skblur.pipeline.recipes import patch_model
    >>> patch_model().classifier[-1].hidden_layer_sizes
    (500, 30, 10)
    """
    settings = {"verbose": verbose, "random_state": random_state}
    network = StackedRBMClassifier(
        max_iter=10, learning_rate_init=1e-3, whiten=3.0, **NETWORK, **settings
    )
    classifier = make_pipeline(AlignedSpectrumTransformer(), network)
    return BlurTypeThenParamPipeline(classifier, _regressors(settings, **OF_PATCHES))


def spectrum_regressors(
    *, verbose: bool = False, random_state: int | np.random.RandomState | None = None
) -> dict[str, Any]:
    """The regressors of spectra of 64 x 64 frequencies, of photographs or of windows.

    Parameters
    ----------
    verbose : bool, default=False
        Print a line per epoch.

    random_state : int, RandomState instance or None, default=None
        Of every step.

    Returns
    -------
    dict
        By the name of a type; of one with an angle a dict with ``"size"`` and ``"angle"``.

    Examples
    --------
    >>> from skblur.pipeline.recipes import spectrum_regressors
    >>> sorted(spectrum_regressors()["motion"])
    ['angle', 'size']
    """
    settings = {"verbose": verbose, "random_state": random_state}
    return _regressors(settings, **OF_SPECTRA)


def window_model(
    *, verbose: bool = False, random_state: int | np.random.RandomState | None = None
) -> BlurTypeThenParamPipeline:
    """The model of spectra of single windows of 64 x 64 pixels.

    A committee names the blur: what it has learned of hands and lenses holds better on
    photographs that people took than what a network of stacked RBMs has.

    Parameters
    ----------
    verbose : bool, default=False
        Print a line per epoch.

    random_state : int, RandomState instance or None, default=None
        Of every step.

    Returns
    -------
    BlurTypeThenParamPipeline
        Unfitted; it takes spectra, not windows.

    Examples
    --------
    >>> from skblur.pipeline.recipes import window_model
    >>> window_model().classifier[-1].n_networks
    2
    """
    committee = CommitteeClassifier(n_networks=2, random_state=random_state)
    return BlurTypeThenParamPipeline(
        make_pipeline(AlignedSpectrumTransformer(), HalfSpectrumTransformer(), committee),
        spectrum_regressors(verbose=verbose, random_state=random_state),
        features="passthrough",
    )


def photo_classifier(
    *, random_state: int | np.random.RandomState | None = None
) -> CommitteeClassifier:
    """The classifier of whole photographs, by rows as `photo_row` makes them.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Of the committee.

    Returns
    -------
    CommitteeClassifier
        Unfitted.

    Examples
    --------
    >>> from skblur.pipeline.recipes import photo_classifier
    >>> len(photo_classifier().symmetries)
    4
    """
    return CommitteeClassifier(symmetries=WAYS, random_state=random_state)


def _regressors(settings, *, coder_epochs, round_layers, angle_prototypes, half):
    def regressor(transformers, layers, n_prototypes):
        coder = StackedRBMRegressor(
            layers, max_iter=coder_epochs, **CODER, **NETWORK, **settings
        )
        state = settings["random_state"]
        grnn = GRNNRegressor(n_prototypes=n_prototypes, random_state=state)
        return make_pipeline(*transformers, coder, grnn)

    def halves():
        return [HalfSpectrumTransformer()] if half else []

    def regressors_of(kind):
        if kind.symmetry == "round":
            return regressor([FoldedSpectrumTransformer()], round_layers, SIZE_PROTOTYPES)
        layers = (256, 64, 16)
        aligned = [AlignedSpectrumTransformer(), *halves()]
        each = {"size": regressor(aligned, layers, SIZE_PROTOTYPES)}
        if kind.angle is not None:
            each["angle"] = regressor(halves(), layers, angle_prototypes)
        return each

    return {kind.name: regressors_of(kind) for kind in parametric_types()}
