"""What the stacked networks share: pre-training, fine-tuning, activations."""

from abc import ABC, abstractmethod
from numbers import Integral, Real

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    is_classifier,
)
from sklearn.model_selection import train_test_split
from sklearn.neural_network._base import ACTIVATIONS
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from .finetuning import (
    EarlyStopper,
    assemble_mlp,
    finetune,
    initial_weights,
    learning_rates,
)
from .pretraining import layer_params, pretrain_layers
from .whitening import Whitening

RANGE_TOLERANCE = 1e-6


class BaseStackedRBM(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator, ABC):
    """Chained RBMs, and a network fine-tuned from their weights.

    A subclass adds the targets: it prepares them, calls `_train`, reads the network's
    outputs, and says how held-out rows are judged.
    """

    _parameter_constraints: dict = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions({"logistic", "relu", "tanh"})],
        "rbm_learning_rate": [Interval(Real, 0, None, closed="neither"), "array-like"],
        "rbm_batch_size": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "rbm_n_iter": [Interval(Integral, 0, None, closed="left"), "array-like"],
        "solver": [StrOptions({"adam", "sgd"})],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"constant", "cosine"})],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "whiten": [Interval(Real, 0, None, closed="neither"), None],
        "rescale": ["boolean"],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }

    def transform(self, X, layer=-1):
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
            Activations.
        """
        X = self._validate(X)
        n_hidden = self.mlp_.n_layers_ - 2
        if not -n_hidden <= layer < n_hidden:
            msg = f"layer must be in [-{n_hidden}, {n_hidden}), got {layer}"
            raise ValueError(msg)
        for index in range(layer % n_hidden + 1):
            X = X @ self.mlp_.coefs_[index] + self.mlp_.intercepts_[index]
            ACTIVATIONS[self.activation](X)
        return X

    @abstractmethod
    def _judge(self, mlp, X, y, sample_weight):
        """Loss and score of a network on held-out rows."""

    def _train(self, X, y, sample_weight, rng, *, classes=None, reweigh=None):
        """Pre-train on `X`, then fine-tune on `X` and `y`: fills all but the targets' own.

        With `classes` the network is a classifier, otherwise a regressor. `reweigh`
        gives the weights of the rows anew before every epoch.
        """
        self.scaler_ = MinMaxScaler(clip=True).fit(X) if self.rescale else None
        X = self._to_unit_range(X)
        coefs, intercepts = self._pretrain(X, rng)
        if classes is None:
            n_outputs = y[:1].size
        else:
            n_outputs = len(classes) if len(classes) > 2 else 1
        fan_in = len(intercepts[-1])
        top = initial_weights(fan_in, n_outputs, self.activation, X.dtype, rng)
        coefs, intercepts = [*coefs, top[0]], [*intercepts, top[1]]
        if self.whiten is not None and self.max_iter:
            whitening, first = Whitening(X, self.whiten, rng), (coefs[0], intercepts[0])
            coefs[0], intercepts[0] = whitening.into(*first)
            X = whitening.transform(X)
        params = {
            "activation": self.activation,
            "solver": self.solver,
            "alpha": self.alpha,
            "batch_size": self.batch_size,
            "learning_rate_init": self.learning_rate_init,
        }
        mlp = assemble_mlp(coefs, intercepts, classes, random_state=rng, **params)
        self._finetune(mlp, X, y, sample_weight, rng, reweigh)
        if self.whiten is not None and self.max_iter:
            last = mlp.coefs_[0], mlp.intercepts_[0]
            mlp.coefs_[0], mlp.intercepts_[0] = whitening.back(first, last)
            curve = mlp.loss_curve_
            mlp = assemble_mlp(mlp.coefs_, mlp.intercepts_, classes, **params)
            mlp.loss_curve_, mlp.n_iter_ = curve, len(curve)
        self.mlp_ = mlp.set_params(random_state=None)
        self.loss_curve_, self.n_iter_ = mlp.loss_curve_, len(mlp.loss_curve_)

    def _validate(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float32, np.float64))
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

    def _pretrain(self, X, rng):
        """Fill `rbms_`; the hidden layers' weights, pre-trained or not."""
        layers = layer_params(
            self.hidden_layer_sizes,
            learning_rate=self.rbm_learning_rate,
            batch_size=self.rbm_batch_size,
            n_iter=self.rbm_n_iter,
        )
        report = _report_rbm if self.verbose else None
        self.rbms_, self.reconstruction_errors_ = pretrain_layers(X, layers, rng, report)
        fan_in, coefs, intercepts = X.shape[1], [], []
        for index, params in enumerate(layers):
            if index < len(self.rbms_):
                rbm = self.rbms_[index]
                coefs.append(np.array(rbm.components_.T, order="C"))
                intercepts.append(rbm.intercept_hidden_.copy())
            else:
                start = initial_weights(
                    fan_in, params["n_components"], self.activation, X.dtype, rng
                )
                coefs.append(start[0])
                intercepts.append(start[1])
            fan_in = params["n_components"]
        return coefs, intercepts

    def _finetune(self, mlp, X, y, sample_weight, rng, reweigh):
        stopper = None
        if self.early_stopping:
            X, y, sample_weight, stopper = self._hold_out(X, y, sample_weight, rng)
        mlp.set_params(batch_size=min(self.batch_size, len(X)))
        finetune(
            mlp,
            X,
            y,
            sample_weight,
            learning_rates(self.learning_rate, self.learning_rate_init, self.max_iter),
            reweigh=reweigh,
            stopper=stopper,
            report=_report_epoch if self.verbose else None,
        )
        self.validation_scores_ = stopper.scores if stopper else None

    def _hold_out(self, X, y, sample_weight, rng):
        """Training rows, and a stopper that watches the others."""
        rows = train_test_split(
            np.arange(len(X)),
            test_size=self.validation_fraction,
            stratify=y if is_classifier(self) else None,
            random_state=rng,
        )
        weights = [None if sample_weight is None else sample_weight[r] for r in rows]
        train, held = rows
        stopper = EarlyStopper(
            lambda mlp: self._judge(mlp, X[held], y[held], weights[1]),
            tol=self.tol,
            patience=self.n_iter_no_change,
        )
        return X[train], y[train], weights[0], stopper

    @property
    def _n_features_out(self):
        return len(self.mlp_.intercepts_[-2])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _report_rbm(layer, epoch, error):
    print(
        f"RBM {layer + 1}, epoch {epoch + 1}: reconstruction error {error:.5f}", flush=True
    )


def _report_epoch(epoch, mlp, stopper):
    held_out = f", held-out score {stopper.scores[-1]:.4f}" if stopper else ""
    print(
        f"fine-tuning, epoch {epoch + 1}: loss {mlp.loss_curve_[-1]:.5f}{held_out}",
        flush=True,
    )
