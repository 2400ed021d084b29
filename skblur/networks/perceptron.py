"""A perceptron with rectified units and dropout, trained by Adam along half a cosine.

scikit-learn's has no dropout, without which a network learns rows by heart.
"""

from itertools import pairwise

import numpy as np
from scipy.special import softmax

__all__ = []

# Adam's memory of gradients and of their squares.
MOMENTUM, SQUARES, EPSILON = 0.9, 0.999, 1e-8
# The penalty takes the weights of a unit that never answers to numbers that are no longer
# normal, with which products are many times slower: less than this is nothing.
NOTHING = 1e-20


def train_perceptron(
    X, targets, weights, hidden, *, dropout, alpha, epochs, batch_size, rate, rng
):
    """Weights and biases of the layers, float32.

    `targets` are probabilities (n_samples, n_classes), `weights` of mean 1. Half of the
    dropout is on what comes in.
    """
    sizes = [X.shape[1], *hidden, targets.shape[1]]
    layers = [_start(*pair, rng) for pair in pairwise(sizes)]
    flat = [array for layer in layers for array in layer]
    moments = [(np.zeros_like(array), np.zeros_like(array)) for array in flat]
    n_steps, step = epochs * -(-len(X) // batch_size), 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            gradients = _gradients(
                layers, X[rows], targets[rows], weights[rows], dropout, alpha, rng
            )
            step += 1
            now = rate * 0.5 * (1 + np.cos(np.pi * step / n_steps))
            now *= np.sqrt(1 - SQUARES**step) / (1 - MOMENTUM**step)
            _descend(flat, moments, gradients, np.float32(now))
        for array in flat:
            array[np.abs(array) < NOTHING] = 0
    return layers


def logits_of(layers, X):
    """Outputs (n_samples, n_classes) before the softmax."""
    *inner, (weights, biases) = layers
    for w, b in inner:
        X = np.maximum(X @ w + b, 0)
    return X @ weights + biases


def _start(fan_in, fan_out, rng):
    bound = np.sqrt(6 / (fan_in + fan_out))
    weights = rng.uniform(-bound, bound, (fan_in, fan_out)).astype(np.float32)
    return weights, np.zeros(fan_out, np.float32)


def _gradients(layers, X, targets, weights, dropout, alpha, rng):
    """Of the mean cross-entropy, in the order of weights and biases, layer by layer."""
    seen, masks = [_dropped(X, dropout / 2, rng)[0]], []
    for w, b in layers[:-1]:
        out, mask = _dropped(np.maximum(seen[-1] @ w + b, 0), dropout, rng)
        seen.append(out)
        masks.append(mask)
    w, b = layers[-1]
    delta = softmax(seen[-1] @ w + b, axis=1) - targets
    delta *= weights[:, None] / np.float32(len(X))
    gradients = []
    for index in range(len(layers) - 1, -1, -1):
        w, _ = layers[index]
        gradients = [
            seen[index].T @ delta + np.float32(alpha) * w,
            delta.sum(axis=0),
            *gradients,
        ]
        if index:
            delta = (delta @ w.T) * (seen[index] > 0)
            if masks[index - 1] is not None:
                delta *= masks[index - 1]
    return gradients


def _dropped(values, share, rng):
    """Some of the values set to zero, the others made larger; and what they are times."""
    if not share:
        return values, None
    kept = rng.random_sample(values.shape) >= share
    mask = kept.astype(np.float32) / np.float32(1 - share)
    return values * mask, mask


def _descend(arrays, moments, gradients, rate):
    """A step of Adam, in place."""
    for array, (first, second), gradient in zip(arrays, moments, gradients, strict=True):
        first *= np.float32(MOMENTUM)
        first += np.float32(1 - MOMENTUM) * gradient
        second *= np.float32(SQUARES)
        second += np.float32(1 - SQUARES) * gradient * gradient
        array -= rate * first / (np.sqrt(second) + np.float32(EPSILON))
