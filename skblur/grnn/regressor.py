"""GRNNRegressor: the general regression neural network as an estimator."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin, _fit_context
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from . import leave_one_out, metric, prediction
from .kernel import weight_totals
from .rows import KeptRowsMixin
from .spreads import (
    as_columns,
    check_spread,
    means_and_variances,
    rule_of_thumb,
    standardised,
)


class GRNNRegressor(KeptRowsMixin, MultiOutputMixin, RegressorMixin, BaseEstimator):
    r"""General regression neural network: kernel regression with Gaussian weights.

    The prediction is the mean of the training targets, weighted by how near their rows
    are (Specht 1991; also known as the Nadaraya-Watson estimator),

    .. math:: \hat y(q) = \frac{\sum_i s_i w_i y_i}{\sum_i s_i w_i}, \qquad
              w_i = \exp\left(-\frac{d(q, x_i)^2}{2 \sigma^2}\right),

    with the sample weights :math:`s_i`. Far from all rows the nearest one answers:
    weights are taken relative to the largest, so they never vanish all at once.

    Parameters
    ----------
    sigma : float, array-like of shape (n_features,) or {"loo", "scott", "silverman"}, \
            default="loo"
        The spread.

        - A number, in the units of `X`.
        - One spread per feature.
        - ``"loo"``: the number for which each training row is best predicted by the
          others, see Notes.
        - ``"scott"``, ``"silverman"``: rules of thumb for densities, one spread per
          feature, :math:`\sigma_f = h\,\mathrm{std}(x_f)` with
          :math:`h = n^{-1/(d+4)}` and :math:`h = (n (d+2) / 4)^{-1/(d+4)}`. They do not
          look at `y`.

    metric : {"euclidean", "learned"}, default="euclidean"
        ``"learned"`` finds one spread per feature, or with `n_components` a linear map,
        by minimising the leave-one-out error with its gradient (Weinberger and Tesauro
        2007). Use it where features are many and few of them matter: a plain GRNN cannot
        ignore any. It takes dense `X`.

    n_components : int, default=None
        With ``metric="learned"``, learn a linear map of `X` to this many dimensions. A
        fitted model then keeps the mapped rows only. None learns one spread per feature.

    n_prototypes : int, default=None
        Replace the training rows by at most this many cluster means, each with the mean
        target and the summed weight of its rows. None keeps all rows.

    loo_samples : int, default=1024
        ``"loo"`` searches on this many random rows, each predicted by all others, before
        it looks at all rows. None searches on all rows from the beginning.

    metric_samples : int, default=4000
        Learn the metric on this many random rows; None takes all. The time grows with
        their square. A fifth of them is held out to tell when to stop.

    metric_max_iter : int, default=100
        The most iterations of L-BFGS that learn the metric.

    random_state : int, RandomState instance or None, default=None
        Draws the samples of rows and starts the clustering.

    Attributes
    ----------
    sigma_ : float or ndarray of shape (n_features,)
        The spread in use: one per feature if `sigma` is an array or a rule of thumb or
        the metric is learned without `n_components`.

    loo_scores_ : ndarray of shape (n_candidates, 2)
        Spreads and their leave-one-out scores over all rows, by ascending spread. The
        score is the mean squared error in units of the variance of each output. With one
        spread per feature it is a factor on all of them. Only with ``sigma="loo"``;
        empty if all rows are in one place.

    metric_scores_ : ndarray of shape (n_iter + 1,)
        Error on the held-out rows while the metric was learned, from the start on; the
        lowest was taken. Only with ``metric="learned"``; empty below 50 rows.

    X_fit_ : {ndarray, CSR array} of shape (n_rows, n_features or n_components)
        Training rows or prototypes, mapped and centred: ``X @ components_ - center_``,
        or ``X / sigma_ - center_`` if there is one spread per feature, or
        ``X - center_``.

    y_fit_ : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        Their targets.

    y_var_fit_ : ndarray of shape (n_rows, n_outputs) or None
        Variance of the targets behind each prototype; None without prototypes.

    sample_weight_fit_ : ndarray of shape (n_rows,)
        Their weights.

    center_ : ndarray of shape (n_features or n_components,) or None
        What was subtracted from the mapped rows; None for sparse ones.

    components_ : ndarray of shape (n_features, n_components) or None
        The learned linear map, or None.

    n_features_in_ : int
        Number of features seen during `fit`.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, if all are strings.

    See Also
    --------
    sklearn.neighbors.KNeighborsRegressor : Means of the nearest rows only.
    sklearn.kernel_ridge.KernelRidge : Solves for weights with a kernel.
    skblur.grnn.angles.encode_angle : How to regress angles.

    Notes
    -----
    **Other programs' spreads.** pyGRNN uses the same. neupy's `std` is
    :math:`\sqrt 2\,\sigma`. MATLAB's `newgrnn` has half height at its `spread`, which is
    :math:`1.1774\,\sigma`. scikit-learn's `gamma` is :math:`1 / (2 \sigma^2)`, and the
    `bandwidth` of its KernelDensity is :math:`\sigma`.

    **Leave one out.** All candidates share the distances of a chunk. Up to `loo_samples`
    rows: 16 spreads from :math:`10^{-4}` (float32: :math:`10^{-3}`) to 2 times the root
    mean square distance, and a bounded scalar search around the best, all over all rows.
    More rows: the same on a random sample of the left-out rows, and then, over all rows,
    three spreads a factor 1.15 apart around its result, continued while the best is
    outermost. `sigma_` is the spread of the lowest of `loo_scores_`, which are what
    literally leaving one out gives. A sample weight is a count there: leaving one out
    takes 1 off it, or all of it if it is less, so that a row of weight 3 is the same as
    the row three times; scale weights of another kind to a mean of 1. Prototypes lose
    the left-out row's weight and target.

    **Memory and precision.** Distances come from one matrix product per chunk, of at most
    48 MB or scikit-learn's `working_memory` (leave-one-out holds two such chunks); the
    search besides keeps the distances of its sample, if they fit into `working_memory`.
    float32 is kept throughout: spreads below a thousandth of the extent of the data are
    then below its precision.

    **Saving.** `predict` and `evidence` need `X_fit_`, `y_fit_`, `sample_weight_fit_`,
    `sigma_`, `center_`, `components_`, `n_features_in_`, and, for the standard deviation
    of prototypes, `y_var_fit_`. All are arrays, numbers or None.

    References
    ----------
    Specht, "A general regression neural network", IEEE Transactions on Neural Networks
    2(6), 1991.

    Weinberger and Tesauro, "Metric learning for kernel regression", AISTATS 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from skblur import GRNNRegressor
    >>> X = np.linspace(0, 6, 50).reshape(-1, 1)
    >>> model = GRNNRegressor(sigma=0.2).fit(X, np.sin(X[:, 0]))
    >>> model.predict([[1.5], [100.0]]).round(2)
    array([ 0.98, -0.28])

    What speaks for these predictions tells the second from the first:

    >>> model.evidence([[1.5], [100.0]]).nearest.round(2)
    array([1.5e-01, 4.7e+02])
    """

    _parameter_constraints: dict = {
        "sigma": [
            Interval(Real, 0, None, closed="neither"),
            StrOptions({"loo", "scott", "silverman"}),
            "array-like",
        ],
        "metric": [StrOptions({"euclidean", "learned"})],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "n_prototypes": [Interval(Integral, 1, None, closed="left"), None],
        "loo_samples": [Interval(Integral, 2, None, closed="left"), None],
        "metric_samples": [Interval(Integral, 4, None, closed="left"), None],
        "metric_max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        sigma="loo",
        *,
        metric="euclidean",
        n_components=None,
        n_prototypes=None,
        loo_samples=1024,
        metric_samples=4000,
        metric_max_iter=100,
        random_state=None,
    ):
        self.sigma = sigma
        self.metric = metric
        self.n_components = n_components
        self.n_prototypes = n_prototypes
        self.loo_samples = loo_samples
        self.metric_samples = metric_samples
        self.metric_max_iter = metric_max_iter
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Keep the rows, and find the spread and the metric if they are to be found.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training rows. float32 is kept; everything else becomes float64.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How often each row counts; rows of weight 0 are dropped.

        Returns
        -------
        GRNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter does not fit the data: a `sigma` array that is not positive
            with one entry per feature, or `n_components` beyond the number of features.
            If the sample weights are negative or all zero.

        TypeError
            If `X` is sparse and the metric is to be learned.
        """
        X, y, weights = self._validate(X, y, sample_weight, reset=True)
        rng = check_random_state(self.random_state)
        for name in ("loo_scores_", "metric_scores_"):
            vars(self).pop(name, None)
        self.components_ = self.center_ = None
        self.sigma_ = self._first_sigma(X, weights)
        if self.metric == "learned":
            self._learn_metric(X, y, weights, rng)
        self._keep(X, y, weights)
        few = self.n_prototypes is not None and self.n_prototypes < len(weights)
        problem = self._compress(rng) if few else None
        if self._wants_loo():
            self._find_sigma(problem or self._leave_rows_out(), rng)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Append rows.

        The same as one `fit` on all rows, but for a learned metric, which stays the one
        of the first call, and prototypes, which are compressed anew together with the
        appended rows while their spread stays. A spread that is to be found is found
        again, from all rows: give `sigma` a number where many small batches come in.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            More rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How often each row counts.

        Returns
        -------
        GRNNRegressor
            The fitted estimator.
        """
        if not hasattr(self, "X_fit_"):
            return self.fit(X, y, sample_weight)
        X, y, weights = self._validate(X, y, sample_weight, reset=False)
        self._append(self._map(X), y, weights)
        rng = check_random_state(self.random_state)
        if self.n_prototypes is None:
            self._follow_rule()
            if self._wants_loo():
                self._find_sigma(self._leave_rows_out(), rng)
        elif self.n_prototypes < len(self.y_fit_):
            self._compress(rng)
        return self

    def predict(self, X, return_std=False):
        """Weighted means of the training targets.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Queries.
        return_std : bool, default=False
            Whether to return the weighted standard deviation of the targets too.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions, in the dtype and the number of dimensions of the training data.
        std : ndarray of the same shape as y
            Only with ``return_std=True``: the standard deviation, around the prediction,
            of the targets under the weights. It is 0 where a single row decides: read it
            together with `evidence`.
        """
        check_is_fitted(self)
        X = self._map(self._validate_queries(X))
        rows = self.X_fit_, as_columns(self.y_fit_)
        weights, sigma = self.sample_weight_fit_, self._scalar_sigma()
        shape = (X.shape[0], *self.y_fit_.shape[1:])
        if not return_std:
            return prediction.means(X, *rows, weights, sigma).reshape(shape)
        found = prediction.means_and_deviations(X, *rows, self.y_var_fit_, weights, sigma)
        return tuple(values.reshape(shape) for values in found)

    def evidence(self, X):
        r"""How much of the training data speaks for a prediction.

        A caller that wants to abstain compares these with their values on validation
        data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Queries.

        Returns
        -------
        Bunch
            Three ndarrays of shape (n_samples,):

            nearest
                Distance to the nearest row, in units of the spread.
            effective_rows
                Kish's :math:`(\sum_i w_i)^2 / \sum_i w_i^2`: 1 where one row decides,
                the number of rows where all count the same.
            log_density
                Logarithm of the Parzen density, the normalised denominator: what
                `sklearn.neighbors.KernelDensity` gives for the same scalar spread. With
                `components_`, a density of the mapped rows.
        """
        check_is_fitted(self)
        X = self._map(self._validate_queries(X))
        sigma = self._scalar_sigma()
        counts = self.sample_weight_fit_
        total, squares, nearest = weight_totals(X, self.X_fit_, counts, sigma)
        nearest = np.sqrt(nearest) / sigma
        log_volume = np.log(np.broadcast_to(self.sigma_, self.X_fit_.shape[1])).sum()
        log_volume += self.X_fit_.shape[1] * np.log(2 * np.pi) / 2
        log_share = np.log(total) - np.log(counts.sum(dtype=np.float64))
        return Bunch(
            nearest=nearest,
            effective_rows=total**2 / squares,
            log_density=log_share - nearest**2 / 2 - log_volume,
        )

    def _validate(self, X, y, sample_weight, reset):
        """Checked rows, targets and weights; rows of no weight are gone."""
        X, y = validate_data(
            self,
            X,
            y,
            reset=reset,
            accept_sparse="csr" if self.metric == "euclidean" else False,
            dtype=(np.float64, np.float32) if reset else self.X_fit_.dtype,
            multi_output=True,
            y_numeric=True,
        )
        weights = _check_sample_weight(
            sample_weight, X, dtype=X.dtype, ensure_non_negative=True
        )
        counted = weights > 0
        if not counted.any():
            raise ValueError("All sample weights are zero: no row is left to fit.")
        if not counted.all():
            X, y, weights = X[counted], y[counted], weights[counted]
        return X, y, weights

    def _validate_queries(self, X):
        return validate_data(
            self,
            X,
            reset=False,
            accept_sparse="csr" if self.metric == "euclidean" else False,
            dtype=self.X_fit_.dtype,
        )

    def _first_sigma(self, X, weights):
        """The spread as far as it is known before rows are kept: number or array."""
        if not isinstance(self.sigma, str):
            return check_spread(self.sigma, X.shape[1])
        if self.sigma == "loo":
            return 1.0
        _, variances = means_and_variances(X, weights)
        count = weights.sum(dtype=np.float64)
        return rule_of_thumb(self.sigma, count, np.sqrt(variances))

    def _learn_metric(self, X, y, weights, rng):
        """Set `components_` or an array `sigma_`, learned on a sample of the rows."""
        if self.n_components is not None and self.n_components > X.shape[1]:
            raise ValueError(
                f"n_components={self.n_components} must not exceed the number of "
                f"features, which is {X.shape[1]}."
            )
        n = X.shape[0]
        n_learn = n if self.metric_samples is None else min(n, self.metric_samples)
        rows = rng.permutation(n)[:n_learn]
        if n_learn < 2:
            return
        X, weights = X[rows], weights[rows]
        targets = standardised(as_columns(y)[rows].astype(X.dtype), weights)
        center = means_and_variances(X, weights)[0].astype(X.dtype)
        start = self.sigma_
        if self._wants_loo():
            problem = leave_one_out.of_rows(X - center, targets, weights)
            start, _ = self._search(problem, rng)
        learned, self.metric_scores_ = metric.learn(
            X - center, targets, weights, start, self.n_components, self.metric_max_iter
        )
        if self.n_components is None:
            self.sigma_ = learned
        else:
            self.sigma_, self.components_ = 1.0, learned.astype(X.dtype)

    def _leave_rows_out(self):
        targets = standardised(as_columns(self.y_fit_), self.sample_weight_fit_)
        return leave_one_out.of_rows(self.X_fit_, targets, self.sample_weight_fit_)

    def _find_sigma(self, problem, rng):
        """Set `sigma_` by leave-one-out."""
        sigma, self.loo_scores_ = self._search(problem, rng)
        if np.ndim(self.sigma_):
            self._rescale(self.sigma_ * sigma)
        else:
            self.sigma_ = sigma

    def _wants_loo(self):
        return isinstance(self.sigma, str) and self.sigma == "loo"

    def _search(self, problem, rng):
        """Spread and scores; 1 and none where all rows are in one place."""
        _, variances = means_and_variances(problem.X, problem.columns[:, -1])
        rms_distance = np.sqrt(2 * variances.sum())
        if problem.X.shape[0] < 2 or rms_distance == 0:
            return 1.0, np.empty((0, 2))
        return leave_one_out.search(problem, rms_distance, self.loo_samples, rng)

    def _follow_rule(self):
        """Set `sigma_` by a rule of thumb again, for the rows there are now."""
        if isinstance(self.sigma, str) and not self._wants_loo():
            weights = self.sample_weight_fit_
            _, variances = means_and_variances(self.X_fit_, weights)
            deviations = np.sqrt(variances) * self.sigma_
            count = weights.sum(dtype=np.float64)
            self._rescale(rule_of_thumb(self.sigma, count, deviations))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.metric == "euclidean"
        return tags
