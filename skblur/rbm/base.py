"""What the stacked networks share: pre-training, fine-tuning, activations."""

from abc import ABC, abstractmethod
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    TransformerMixin,
    _fit_context,
    is_classifier,
)
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ..feature_names import NamedFeaturesOutMixin
from ..queries import validate_queries
from . import borrowed
from .convergence import warn_unless_converged
from .early_stopping import EarlyStopper, hold_out
from .finetuning import (
    Phase,
    Rows,
    finetune,
    initial_weights,
    learning_rates,
    rows_of_batch,
    run_epoch,
)
from .pretraining import layer_params, layer_sizes, pretrain_layers
from .whitening import Whitening

RANGE_TOLERANCE = 1e-6
# The first layer is held for this share of the epochs where the RBMs have seen more than so
# many times the rows that have a target; then all are tuned with this share of the step.
HOLD, MANY, GENTLE = 0.5, 2, 0.1
AUTO = StrOptions({"auto"})


class BaseStackedRBM(NamedFeaturesOutMixin, TransformerMixin, BaseEstimator, ABC):
    """Chained RBMs, and a network fine-tuned from their weights.

    A subclass adds the targets: it prepares them, calls `_train` or `_train_further`, reads
    the network's outputs, and says how held-out rows are judged.
    """

    _parameter_constraints: dict = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions({"logistic", "relu", "tanh"})],
        "rbm_learning_rate": [
            Interval(Real, 0, None, closed="neither"),
            AUTO,
            "array-like",
        ],
        "rbm_batch_size": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "rbm_n_iter": [Interval(Integral, 0, None, closed="left"), "array-like"],
        "rbm_hold": [Interval(Real, 0, 1, closed="both"), AUTO],
        "solver": [StrOptions({"adam", "sgd"})],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left"), AUTO],
        "learning_rate": [StrOptions({"constant", "cosine"})],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "whiten": [Interval(Real, 0, None, closed="neither"), None],
        "rescale": ["boolean"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def pretrain(self, X: ArrayLike, y: Any = None) -> Self:
        """Train the RBMs alone, on rows without labels.

        Every later `fit` or first `partial_fit` of this object starts from them in place of
        pre-training on its own rows. A network that there was is forgotten, and a clone
        does not know them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1], the more the better.

        y : ignored
            For scikit-learn's grammar.

        Returns
        -------
        self
            The same object, its `rbms_` trained.
        """
        if self._layer_params()[0]["n_iter"] == 0:
            msg = "pretrain has nothing to train: rbm_n_iter is 0 for the first layer"
            raise ValueError(msg)
        X = validate_data(self, X, dtype=(np.float32, np.float64))
        vars(self).pop("mlp_", None)
        self._pretrain(X, check_random_state(self.random_state))
        self.pretrained_ = len(X)
        return self

    def transform(self, X: ArrayLike, layer: int = -1) -> NDArray[np.floating]:
        """Activations of a hidden layer.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features in [0, 1].

        layer : int, default=-1
            Index of the hidden layer, from 0; negative counts from the last.

        Returns
        -------
        ndarray of shape (n_samples, n_units)
            Activations. The first column of ``layer=2`` is ``stackedrbm_layer2_unit0``.
        """
        X = self._validate(X)
        n_hidden = self.mlp_.n_layers_ - 2
        if not -n_hidden <= layer < n_hidden:
            msg = f"layer must be in [-{n_hidden}, {n_hidden}), got {layer}"
            raise ValueError(msg)
        for index in range(layer % n_hidden + 1):
            X = self._activate(X, self.mlp_.coefs_[index], self.mlp_.intercepts_[index])
        return X

    def plot_filters(
        self,
        layer: int = 0,
        *,
        pretrained: bool = False,
        shape: tuple[int, int] | None = None,
        n_filters: int = 64,
        figure: Any = None,
    ) -> Any:
        """What the units of a hidden layer look for, as pictures of their weights.

        Of a layer above the first they are those of the layers below, weighted and summed,
        as if there were no units in between that saturate. The strongest come first, each
        on a scale of its own: blue below zero, red above, in full colour from the 99th
        percentile of its absolute weights on. The title says which layer it is.

        Parameters
        ----------
        layer : int, default=0
            Index of the hidden layer, from 0; negative counts from the last.

        pretrained : bool, default=False
            Whether to show the layers as the RBMs left them, before fine-tuning.

        shape : tuple of (int, int), default=None
            Rows and columns of the picture that the features are. None is a square.

        n_filters : int, default=64
            The most that are drawn.

        figure : matplotlib Figure, default=None
            Where to draw; None is a new one.

        Returns
        -------
        matplotlib Figure
            ``figure.savefig("filters.png")`` writes it.
        """
        from ..plotting.filters import plot_filters

        check_is_fitted(self, "rbms_" if pretrained else "mlp_")
        if pretrained and not self.rbms_:
            msg = "there are no RBMs to draw: rbm_n_iter is 0 for the first layer"
            raise ValueError(msg)
        if pretrained:
            coefs = [rbm.components_.T for rbm in self.rbms_]
        else:
            coefs = self.mlp_.coefs_[:-1]
        return plot_filters(coefs, layer, shape=shape, n_filters=n_filters, figure=figure)

    @abstractmethod
    def _judge(self, mlp, X, y, sample_weight):
        """Loss and score of a network on held-out rows."""

    def _train(
        self, X, y, sample_weight, *, known=..., classes=None, chance=0.0, reweigh=None
    ):
        """Pre-train on `X`, then fine-tune on its known rows: all but the targets' own.

        `y` and the weights are of the known rows. With `classes` the network is a
        classifier, otherwise a regressor. `chance` is the loss of a guess, below which it
        has to come, and `reweigh` gives the weights of the rows anew before every epoch.
        """
        self._draws = rng = check_random_state(self.random_state)
        n_outputs, hold = _n_outputs(y, classes), 0.0
        warm = self._goes_on(X.shape[1], n_outputs)
        X, n_seen = (self._to_unit_range(X), 0) if warm else self._start(X, rng)
        rows = Rows(X[known], y, sample_weight).that_count()
        if warm:
            layers = self._layers_in(X.dtype)
        else:
            layers = self._first_layers(X, n_outputs, rng)
            hold = self._hold(len(rows.X), n_seen) if self.rbms_ else 0.0
        self.loss_curve_, self.validation_scores_ = [], [] if self.early_stopping else None
        phases = self._phases(hold, classes)
        if phases:
            train, held = self._hold_out(rows, rng)
        for phase in phases:
            layers = self._tune(train, held, layers, phase, classes, rng, reweigh)
        mlp = borrowed.assemble_mlp(*_unzipped(layers), classes, **self._of_mlp())
        mlp.loss_curve_, mlp.n_iter_ = self.loss_curve_, len(self.loss_curve_)
        self.mlp_, self.n_iter_ = mlp, mlp.n_iter_
        # A network that goes on does not start from chance.
        if not warm:
            name, stopped = type(self).__name__, len(self.loss_curve_) < self.max_iter
            warn_unless_converged(self.loss_curve_, chance, name, stopped_early=stopped)

    def _train_further(self, X, y, sample_weight, *, known=..., classes=None, reweigh=None):
        """One epoch of a network that is there, or of a first one."""
        first = not hasattr(self, "mlp_")
        # A network out of a file has lost its random state.
        if first or not hasattr(self, "_draws"):
            self._draws = check_random_state(self.random_state)
        if first:
            X, _ = self._start(X, self._draws)
            layers = self._first_layers(X, _n_outputs(y, classes), self._draws)
            self.mlp_ = borrowed.assemble_mlp(*_unzipped(layers), classes, **self._of_mlp())
            self.validation_scores_ = None
        mlp = self.mlp_
        rows = Rows(X[known], y, sample_weight).that_count()
        if len(rows.X):
            if not first:
                rows = rows.seen_through(self._to_unit_range)
            dtype = mlp.coefs_[0].dtype
            rows = rows.seen_through(lambda X: X.astype(dtype, copy=False))
            batch_size = rows_of_batch(self.batch_size, len(rows.X))
            mlp.set_params(random_state=self._draws, batch_size=batch_size)
            borrowed.set_step(mlp, self.learning_rate_init)
            run_epoch(mlp, rows, reweigh)
            mlp.set_params(random_state=None)
        self.loss_curve_ = [float(loss) for loss in mlp.loss_curve_]
        self.n_iter_ = len(self.loss_curve_)

    def _validate(self, X):
        check_is_fitted(self, "mlp_")
        X = validate_queries(self, X, (np.float32, np.float64))
        return self._to_unit_range(X)

    def _to_unit_range(self, X):
        if self.scaler_ is not None:
            return self.scaler_.transform(X)
        low, high = X.min(), X.max()
        if low < -RANGE_TOLERANCE or high > 1 + RANGE_TOLERANCE:
            msg = (
                f"{type(self).__name__} takes features in [0, 1], got [{low:g}, {high:g}]: "
                "put LogSpectrumTransformer or MinMaxScaler(clip=True) before it, or set "
                "rescale=True"
            )
            raise ValueError(msg)
        return X

    def _activate(self, X, weights, bias):
        return borrowed.activate(X @ weights + bias, self.activation)

    def _of_mlp(self):
        """Parameters of the network of scikit-learn."""
        return {
            "activation": self.activation,
            "solver": self.solver,
            "alpha": self.alpha,
            "learning_rate_init": self.learning_rate_init,
        }

    def _sizes(self, n_features, n_outputs):
        return [n_features, *layer_sizes(self.hidden_layer_sizes), n_outputs]

    def _goes_on(self, n_features, n_outputs):
        """Whether `fit` is to go on from the network that there is."""
        if not (self.warm_start and hasattr(self, "mlp_")):
            return False
        sizes = [len(weights) for weights in self.mlp_.coefs_]
        return [*sizes, self.mlp_.n_outputs_] == self._sizes(n_features, n_outputs)

    def _layer_params(self):
        return layer_params(
            self.hidden_layer_sizes,
            learning_rate=self.rbm_learning_rate,
            batch_size=self.rbm_batch_size,
            n_iter=self.rbm_n_iter,
        )

    def _start(self, X, rng):
        """Rows in the unit range, and how many the RBMs know: new ones or `pretrain`'s."""
        if not hasattr(self, "pretrained_"):
            return self._pretrain(X, rng), len(X)
        of_rbms = [len(rbm.components_) for rbm in self.rbms_]
        wanted = layer_sizes(self.hidden_layer_sizes)[: len(of_rbms)]
        n_features = self.rbms_[0].n_features_in_
        if of_rbms != wanted or n_features != X.shape[1]:
            msg = (
                f"pretrain has trained layers of {of_rbms} units on {n_features} features, "
                f"fit asks for {wanted} on {X.shape[1]}: call pretrain again"
            )
            raise ValueError(msg)
        if self.rescale != (self.scaler_ is not None):
            msg = f"rescale={self.rescale} was not so in pretrain: call pretrain again"
            raise ValueError(msg)
        return self._to_unit_range(X), self.pretrained_

    def _pretrain(self, X, rng):
        """Set `rbms_` and `scaler_`; the rows in the unit range."""
        self.scaler_ = MinMaxScaler(clip=True).fit(X) if self.rescale else None
        X = self._to_unit_range(X)
        report = _report_rbm if self.verbose else None
        self.rbms_, self.reconstruction_errors_ = pretrain_layers(
            X, self._layer_params(), rng, report
        )
        return X

    def _first_layers(self, X, n_outputs, rng):
        """Weights and biases of all layers: of the RBMs as far as there are, or random."""
        layers = [
            (rbm.components_.T.astype(X.dtype, "C"), rbm.intercept_hidden_.astype(X.dtype))
            for rbm in self.rbms_
        ]
        for fans in [*pairwise(self._sizes(X.shape[1], n_outputs))][len(layers) :]:
            layers.append(initial_weights(*fans, self.activation, X.dtype, rng))
        return layers

    def _layers_in(self, dtype):
        """Weights and biases of the network that there is."""
        arrays = zip(self.mlp_.coefs_, self.mlp_.intercepts_, strict=True)
        return [tuple(array.astype(dtype) for array in layer) for layer in arrays]

    def _hold(self, n_rows, n_seen):
        """Share of the epochs in which the first layer is held as its RBM left it.

        What few rows say of a wide first layer is mostly chance; what many rows have taught
        its RBM is not. So first what stands above it is tuned, then all, gently.
        """
        if self.rbm_hold != "auto":
            return self.rbm_hold
        return HOLD if n_seen > MANY * n_rows else 0.0

    def _phases(self, hold, classes):
        """The phases of fine-tuning, none of no epochs."""
        n_epochs = self.max_iter
        if classes is not None and len(classes) == 1:
            n_epochs = 0
        n_held = round(hold * n_epochs)
        step = self.learning_rate_init
        phases = [Phase(n_held, step, True)]
        phases += [Phase(n_epochs - n_held, step * GENTLE if n_held else step, False)]
        return [phase for phase in phases if phase.n_epochs]

    def _tune(self, train, held, layers, phase, classes, rng, reweigh):
        """The layers after a phase of fine-tuning, all of them or all but the first."""
        below = layers[:1] if phase.first_layer_is_held else []
        layers = layers[len(below) :]
        for weights, bias in below:
            train, held = (
                rows
                and rows.seen_through(lambda X, w=weights, b=bias: self._activate(X, w, b))
                for rows in (train, held)
            )
        whitening = None
        if self.whiten is not None and not below:
            whitening, first = Whitening(train.X, self.whiten, rng), layers[0]
            layers = [whitening.into(*first), *layers[1:]]
            train, held = (
                rows and rows.seen_through(whitening.transform) for rows in (train, held)
            )
        mlp = borrowed.assemble_mlp(*_unzipped(layers), classes, **self._of_mlp())
        mlp.set_params(
            random_state=rng, batch_size=rows_of_batch(self.batch_size, len(train.X))
        )
        rates = learning_rates(self.learning_rate, phase.step, phase.n_epochs)
        finetune(mlp, train, rates, reweigh, self._stopper(held), self._reporter())
        self.loss_curve_ = [*self.loss_curve_, *map(float, mlp.loss_curve_)]
        layers = list(zip(mlp.coefs_, mlp.intercepts_, strict=True))
        if whitening is not None:
            layers[0] = whitening.back(first, layers[0])
        return [*below, *layers]

    def _hold_out(self, rows, rng):
        """Rows to train on, and those that are held out, if any are to be."""
        if not self.early_stopping:
            return rows, None
        # R2, the score of a regressor, is of two rows at least.
        groups, least = (rows.y, 1) if is_classifier(self) else (np.zeros(len(rows.X)), 2)
        parts = hold_out(groups, self.validation_fraction, least, rng)
        return (rows.take(part) for part in parts)

    def _stopper(self, held):
        """Who watches the held-out rows and keeps the scores, if there are any."""
        if held is None:
            return None
        return EarlyStopper(
            lambda mlp: self._judge(mlp, *held),
            self.validation_scores_,
            tol=self.tol,
            patience=self.n_iter_no_change,
        )

    def _reporter(self):
        """Prints a line per epoch, counting on from phase to phase."""
        first = len(self.loss_curve_)

        def report(mlp, stopper):
            held_out = f", held-out score {stopper.scores[-1]:.4f}" if stopper else ""
            epoch = first + len(mlp.loss_curve_)
            loss = mlp.loss_curve_[-1]
            print(f"fine-tuning, epoch {epoch}: loss {loss:.5f}{held_out}", flush=True)

        return report if self.verbose else None

    def _labels_out(self):
        """Units of the last hidden layer."""
        check_is_fitted(self, "mlp_")
        *_, of_last, _ = self.mlp_.intercepts_
        layer = self.mlp_.n_layers_ - 3
        return [f"layer{layer}_unit{unit}" for unit in range(len(of_last))]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _n_outputs(y, classes):
    if classes is None:
        return y[:1].size
    return len(classes) if len(classes) > 2 else 1


def _unzipped(layers):
    """Weights of all layers, and biases of all."""
    return tuple(list(arrays) for arrays in zip(*layers, strict=True))


def _report_rbm(layer, epoch, error):
    print(
        f"RBM {layer + 1}, epoch {epoch + 1}: reconstruction error {error:.5f}", flush=True
    )
