"""A convolutional network of six layers on the raw patches. Needs PyTorch."""

from contextlib import contextmanager

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import nn

PREDICTED_AT_ONCE = 500


class ConvNetClassifier(ClassifierMixin, BaseEstimator):
    """Three pairs of 3 x 3 convolutions, halved between the pairs, then one linear layer.

    Every convolution is followed by batch normalisation and a rectifier; the last maps
    are averaged over the patch. Trained by AdamW with a rate that rises and falls once.

    Parameters
    ----------
    channels : sequence of int, default=(16, 32, 64)
        Maps of each pair.

    max_iter : int, default=15
        Epochs.

    batch_size : int, default=100
        Patches of a mini-batch.

    learning_rate : float, default=0.005
        The highest rate.

    n_threads : int, default=1
        Threads of PyTorch. More of them than idle cores are ten times slower than one.

    random_state : int, default=0
        Draws weights and mini-batches.
    """

    def __init__(
        self,
        channels=(16, 32, 64),
        *,
        max_iter=15,
        batch_size=100,
        learning_rate=0.005,
        n_threads=1,
        random_state=0,
    ):
        self.channels = channels
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.n_threads = n_threads
        self.random_state = random_state

    def fit(self, X, y):
        """Train on flattened square patches (n_samples, rows * rows)."""
        X, y = validate_data(self, X, y, dtype=np.float32)
        self.classes_, codes = np.unique(y, return_inverse=True)
        # A generator of its own for the weights; the caller's random state is put back.
        with torch.random.fork_rng(), threads(self.n_threads):
            torch.manual_seed(self.random_state)
            self.network_ = build(self.channels, len(self.classes_))
            self.loss_curve_ = self._train(as_images(X), torch.from_numpy(codes))
        return self

    def predict_proba(self, X):
        """Probabilities (n_samples, n_classes)."""
        check_is_fitted(self)
        images = as_images(validate_data(self, X, reset=False, dtype=np.float32))
        self.network_.eval()
        with torch.no_grad(), threads(self.n_threads):
            parts = [self.network_(part) for part in images.split(PREDICTED_AT_ONCE)]
        return torch.softmax(torch.cat(parts), dim=1).numpy()

    def predict(self, X):
        """Most probable class, (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def _train(self, images, codes):
        """Run the epochs; mean loss of each."""
        size = min(self.batch_size, len(images))
        n_batches = len(images) // size
        optimizer = torch.optim.AdamW(self.network_.parameters())
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, self.learning_rate, total_steps=self.max_iter * n_batches
        )
        self.network_.train()
        losses = []
        for _ in range(self.max_iter):
            total = 0.0
            for rows in torch.randperm(len(images))[: n_batches * size].split(size):
                loss = nn.functional.cross_entropy(self.network_(images[rows]), codes[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item()
            losses.append(total / n_batches)
        return losses


def build(channels, n_classes):
    """The network, from (n, 1, rows, columns) to (n, n_classes)."""
    layers, fan_in = [], 1
    for index, n_maps in enumerate(channels):
        if index:
            layers.append(nn.MaxPool2d(2))
        for n_in in (fan_in, n_maps):
            layers += [
                nn.Conv2d(n_in, n_maps, 3, padding=1, bias=False),
                nn.BatchNorm2d(n_maps),
                nn.ReLU(),
            ]
        fan_in = n_maps
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(fan_in, n_classes)]
    return nn.Sequential(*layers, *head).to(memory_format=torch.channels_last)


def as_images(X):
    """Tensor (n, 1, rows, rows) of mean 0 and deviation 1 in every patch."""
    side = int(np.sqrt(X.shape[1]))
    X = X - X.mean(axis=1, keepdims=True)
    X /= np.maximum(X.std(axis=1, keepdims=True), 1e-6)
    images = torch.from_numpy(X.reshape(-1, 1, side, side))
    return images.to(memory_format=torch.channels_last)


@contextmanager
def threads(count):
    """As many threads within, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
