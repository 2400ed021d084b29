"""What is declared of several attributes together."""

import numpy as np

__all__ = []

# What layers can make of features of at most 1: float32 holds some million times as much.
TOO_LARGE = 1e30


def layers_fit(state, sizes):
    """Each layer of scikit-learn's networks takes what the one before gives."""
    pairs = list(zip(state["coefs_"], state["intercepts_"], strict=True))
    _check_layers(pairs, sizes["features"], _outputs(sizes))
    if state.get("out_activation_") == "logistic" and len(pairs[-1][1]) > 1:
        raise ValueError("it names several classes at once, which no file knows")


def stack_fits(state, sizes):
    """The network of a stack takes its features and knows its classes."""
    network, classes = state["mlp_"], state.get("classes_")
    if network.n_features_in_ != sizes["features"]:
        raise ValueError(f"mlp_ must take {sizes['features']} features")
    if classes is not None and not np.array_equal(network.classes_, classes):
        raise ValueError("mlp_ must have the same classes")


def committee_fits(state, sizes):
    """Each network takes the axes and gives the classes; mirrored rows hold features."""
    for layers in state["networks_"]:
        _check_layers(layers, sizes["axes"], {sizes["classes"]})
    if state.get("symmetries") is None:
        return
    ways = np.asarray(state["symmetries"])
    if ways.ndim != 2 or not len(ways) or ways.max() >= sizes["features"]:
        raise ValueError("symmetries must be rows of indices of features")


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


def types_have_regressors(state, sizes):
    """Each type has a regressor; where sizes are looked for, what is known of them."""
    del sizes
    codes, regressors = {int(code) for code in state["classes_"]}, state["regressors_"]
    if not codes <= set(regressors):
        raise ValueError(f"regressors_ must be there for the types {sorted(codes)}")
    if "widest_" in state:
        # Of a size that has not varied the number is known.
        sized = {code for code, each in regressors.items() if np.isnan(each.constants[0])}
        if not sized <= set(state["widest_"]) & set(state["least_std_"]):
            raise ValueError(f"widest_ and least_std_ must be there for {sorted(sized)}")


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
    """Widths follow each other, and no sum that is less than `TOO_LARGE` becomes larger."""
    largest = 1.0
    for weights, biases in layers:
        if weights.shape != (width, len(biases)):
            due = (width, len(biases))
            raise ValueError(f"a layer has shape {weights.shape} where {due} is due")
        largest = largest * len(weights) * float(abs(weights).max()) + abs(biases).max()
        width = len(biases)
    if not largest < TOO_LARGE:
        raise ValueError("its weights are so large that their products overflow")
    if outputs is not None and width not in outputs:
        raise ValueError(f"a network has {width} outputs where {outputs} are due")
