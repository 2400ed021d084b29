"""How a model comes to its spread: given, by a rule, by leave-one-out, or learned."""

import warnings

import numpy as np

from . import leave_one_out, metric
from .spread_search import search
from .spreads import (
    as_columns,
    check_spread,
    deviations_of,
    divisor,
    means_and_variances,
    rule_of_thumb,
    scale_columns,
    standardised,
)

# A spread in the sense of half the height, in units of sigma.
HALF_WIDTH = np.sqrt(2 * np.log(2))


class SpreadFinderMixin:
    """The spread, from the parameters and the rows.

    Reads the parameters and, from `KeptRowsMixin`, the kept rows; writes ``sigma_``,
    ``components_``, ``loo_scores_`` and ``metric_scores_``.
    """

    def _given_sigma(self):
        """The parameter `sigma`, or `spread` in its sense."""
        if self.spread is None:
            return self.sigma
        if isinstance(self.sigma, str) and self.sigma == "loo":
            return self.spread / HALF_WIDTH
        raise ValueError(
            f"spread={self.spread} and sigma={self.sigma!r} are two words for one thing: "
            "give one of them and leave the other at its default. The spread is "
            f"{HALF_WIDTH:.4f} sigma."
        )

    def _wants_loo(self):
        given = self._given_sigma()
        return isinstance(given, str) and given == "loo"

    def _follows_deviations(self):
        """Whether the spread is in units of the deviations of the features."""
        rule = isinstance(self._given_sigma(), str) and not self._wants_loo()
        return rule or self.standardize

    def _variances(self, X, weights):
        """Those of the features; they may overflow where no spread follows from them."""
        with np.errstate(over=None if self._follows_deviations() else "ignore"):
            return means_and_variances(X, weights)[1]

    def _check_sigma(self):
        """Refuse a spread that does not fit the features, before anything changes."""
        self._first_sigma(np.ones(self.n_features_in_), 1.0)

    def _first_sigma(self, deviations, count):
        """The spread as far as it is known before any row is left out: number or array."""
        given = self._given_sigma()
        if isinstance(given, str) and given != "loo":
            return rule_of_thumb(given, count, deviations)
        sigma = 1.0 if self._wants_loo() else check_spread(given, len(deviations))
        return sigma * deviations if self.standardize else sigma

    def _follow_rows(self):
        """Set `sigma_` by the parameters as they are now, for the rows there are now."""
        # A learned metric, which alone has such scores, stays what it is.
        if "metric_scores_" in vars(self):
            return
        vars(self).pop("loo_scores_", None)
        weights, deviations = self.sample_weight_fit_, np.ones(self.n_features_in_)
        if self._follows_deviations():
            origin = 0.0 if self.center_ is None else self.center_
            _, variances = means_and_variances(self.X_fit_, weights, origin)
            deviations = deviations_of(variances * divisor(self.sigma_) ** 2)
        self._rescale(self._first_sigma(deviations, weights.sum(dtype=np.float64)))

    def _learn_metric(self, X, y, weights, groups, rng):
        """Set `components_` or an array `sigma_`, learned on a sample of the rows."""
        if self.n_components is not None and self.n_components > X.shape[1]:
            raise ValueError(
                f"n_components={self.n_components} must not exceed the number of "
                f"features, which is {X.shape[1]}."
            )
        self.metric_scores_ = np.empty(0)
        n = X.shape[0]
        n_learn = n if self.metric_samples is None else min(n, self.metric_samples)
        rows = rng.permutation(n)[:n_learn]
        if n_learn < 2:
            return
        X, weights = X[rows], weights[rows]
        groups = None if groups is None else groups[rows]
        if groups is not None and len(np.unique(groups)) < 2:
            raise ValueError(
                f"The {n_learn} rows to learn the metric from are of one group, and none "
                "is left to predict them from: expected 2 groups or more. Use metric="
                '"euclidean", or raise metric_samples if there are more groups.'
            )
        targets = standardised(as_columns(y)[rows].astype(X.dtype), weights)
        X = X - means_and_variances(X, weights)[0].astype(X.dtype)
        # The search has an easier way where features are of like scale.
        scale = self.sigma_ if self.standardize else 1.0
        X, start = scale_columns(X, 1 / scale), self.sigma_ / scale
        if self._wants_loo():
            problem = leave_one_out.of_rows(X, targets, weights, groups)
            start = self._search(problem, rng)[0]
        learned, self.metric_scores_ = metric.learn(
            X, targets, weights, start, self.n_components, self.metric_max_iter, groups
        )
        if self.n_components is None:
            self.sigma_ = learned * scale
        else:
            self.sigma_, learned = 1.0, learned / np.reshape(scale, (-1, 1))
            self.components_ = learned.astype(X.dtype)

    def _leave_rows_out(self):
        targets = standardised(as_columns(self.y_fit_), self.sample_weight_fit_)
        return leave_one_out.of_rows(
            self.X_fit_, targets, self.sample_weight_fit_, self._kept_groups()
        )

    def _find_sigma(self, problem, rng):
        """Set `sigma_` by leave-one-out."""
        sigma, self.loo_scores_ = self._search(problem, rng)
        self._rescale(divisor(self.sigma_) * sigma)

    def _search(self, problem, rng):
        """Spread and scores; 1 and none where no row or no distance tells any."""
        if problem.groups.max() == 0:
            if len(problem.groups) > 1:
                warnings.warn(
                    "All rows are of one group, and none is left to predict them from: no "
                    "spread can be found, and sigma_ is 1 (in units of the deviations with "
                    "standardize=True). Give rows of more groups, or a number as sigma.",
                    UserWarning,
                    stacklevel=6,
                )
            return 1.0, np.empty((0, 2))
        _, variances = means_and_variances(problem.X, problem.columns[:, -1])
        rms_distance = np.sqrt(2 * variances.sum())
        if rms_distance == 0:
            return 1.0, np.empty((0, 2))
        return search(problem, rms_distance, self.loo_samples, rng, self.verbose)
