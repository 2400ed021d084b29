"""What is declared of several attributes together."""

import numpy as np

__all__ = []


def layers_fit(state, sizes):
    """Each layer of scikit-learn's networks takes what the one before gives."""
    pairs = list(zip(state["coefs_"], state["intercepts_"], strict=True))
    _check_layers(pairs, sizes["features"], _outputs(sizes))


def committee_fits(state, sizes):
    """Each network takes the axes and gives the classes; mirrored rows hold features."""
    for layers in state["networks_"]:
        _check_layers(layers, sizes["axes"], {sizes["classes"]})
    ways = state.get("symmetries")
    if ways is not None and ways.size and ways.max() >= sizes["features"]:
        raise ValueError("symmetries must be indices of features")


def balls_hold_rows(state, sizes):
    """Balls follow each other and hold all rows; unmapped rows have all features."""
    if state["components_"] is None and sizes["kept"] != sizes["features"]:
        raise ValueError("X_fit_ must have as many columns as there are features")
    names = ("ball_starts_", "ball_centers_", "ball_radii_")
    if not any(name in state for name in names):
        return
    starts, centers, _ = (state[name] for name in names)
    whole = (
        len(starts) == len(centers) + 1 and starts[0] == 0 and starts[-1] == sizes["rows"]
    )
    if not whole or (np.diff(starts) <= 0).any():
        raise ValueError("ball_starts_ must rise from 0 to the number of rows")


def frame_holds_features(state, sizes):
    """Rows hold images of the shape that is said."""
    height, width = state["image_shape_"]
    if height * width != sizes["features"]:
        raise ValueError(f"image_shape_ must hold {sizes['features']} features")


def _outputs(sizes):
    """How many outputs a network may have: of two classes it has one."""
    classes = sizes.get("classes")
    return None if classes is None else {classes} if classes > 2 else {1, classes}


def _check_layers(layers, width, outputs):
    for weights, biases in layers:
        if weights.shape != (width, len(biases)):
            due = (width, len(biases))
            raise ValueError(f"a layer has shape {weights.shape} where {due} is due")
        width = len(biases)
    if outputs is not None and width not in outputs:
        raise ValueError(f"a network has {width} outputs where {outputs} are due")
