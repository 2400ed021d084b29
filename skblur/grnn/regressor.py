"""GRNNRegressor: the general regression neural network as an estimator."""

from numbers import Integral, Real
from typing import Any, Literal, Self, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin, _fit_context
from sklearn.utils import Bunch, Tags, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from . import prediction, truncation
from .checked_rows import CheckedRowsMixin
from .dominance import warn_of_dominance
from .evidence import evidence
from .rows import KeptRowsMixin
from .spread_finder import SpreadFinderMixin
from .spreads import as_columns, deviations_of

UNORDERED = (
    "This %(name)s was fitted with tolerance=0, so its rows are not in order for another "
    "tolerance: fit it again, or set tolerance=0."
)


class GRNNRegressor(
    SpreadFinderMixin,
    KeptRowsMixin,
    CheckedRowsMixin,
    MultiOutputMixin,
    RegressorMixin,
    BaseEstimator,
):
    r"""General regression neural network: kernel regression with Gaussian weights.

    The prediction is the mean of the training targets, weighted by how near their rows
    are (Specht 1991; also known as the Nadaraya-Watson estimator),

    .. math:: \hat y(q) = \frac{\sum_i s_i w_i y_i}{\sum_i s_i w_i}, \qquad
              w_i = \exp\left(-\frac{d(q, x_i)^2}{2 \sigma^2}\right),

    with the sample weights :math:`s_i`. Far from all rows the nearest one answers:
    weights are taken relative to the largest, so they never vanish all at once.

    Parameters
    ----------
    sigma : float, array-like or {"loo", "scott", "silverman"}, default="loo"
        The spread.

        - A number, in the units of `X`.
        - One spread per feature, of shape (n_features,).
        - ``"loo"``: the number for which training rows are best predicted by the others,
          see Notes.
        - ``"scott"``, ``"silverman"``: rules of thumb for densities, one spread per
          feature, :math:`\sigma_f = h\,\mathrm{std}(x_f)` with
          :math:`h = n^{-1/(d+4)}` and :math:`h = (n (d+2) / 4)^{-1/(d+4)}`. They do not
          look at `y`.

    spread : float, default=None
        The spread as MATLAB's `newgrnn` has it, instead of `sigma`: the distance at which
        the weight of a row is one half, :math:`\sigma = \mathrm{spread} / \sqrt{2\ln 2}`.

    standardize : bool, default=False
        Divide each feature by its weighted standard deviation, so that spreads are in
        units of deviations. Features of unlike scale need it, unless the metric is
        learned. Sparse `X` stays sparse.

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

    tolerance : float, default=0.0
        By how much `predict` may be off, as a share of the range of each output's
        training targets, to be faster with many rows; see Notes. 0 is exact.

    loo_samples : int, default=2048
        ``"loo"`` leaves out this many random rows, each predicted by all others. None
        leaves out every row, which takes a time that grows with their square.

    metric_samples : int, default=4000
        Learn the metric on this many random rows; None takes all. The time grows with
        their square. A fifth of them is held out to tell when to stop.

    metric_max_iter : int, default=100
        The most iterations of L-BFGS that learn the metric.

    random_state : int, RandomState instance or None, default=None
        Draws the samples of rows and starts the clustering.

    verbose : bool, default=False
        Print a line for each pass of ``"loo"`` over the rows, and in long ones.

    Attributes
    ----------
    sigma_ : float or ndarray of shape (n_features,)
        The spread in use: one per feature, in its units, if `sigma` is an array or a rule
        of thumb, with `standardize`, or if the metric is learned without `n_components`.

    loo_scores_ : ndarray of shape (n_candidates, 2)
        Spreads and their leave-one-out scores, by ascending spread: of the rows that were
        left out, all of them or `loo_samples`. The score is the mean squared error in
        units of the variance of each output. With one spread per feature it is a factor
        on all of them; with `standardize`, in units of the deviations. Only with
        ``sigma="loo"``; empty if all rows are in one place or in one group.

    metric_scores_ : ndarray of shape (n_iter + 1,)
        Error on the held-out rows while the metric was learned, from the start on; the
        lowest was taken. Only with ``metric="learned"``; empty below 50 rows to learn from,
        or 3 groups of them.

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

    groups_fit_ : ndarray of shape (n_rows,)
        Their groups. Only if there are any, and no prototypes.

    ball_starts_, ball_centers_, ball_radii_ : ndarray
        Balls that hold neighbouring rows: the first row of each, and one beyond the last;
        their centres and radii. Only with a `tolerance` and more than 4000 dense rows,
        which are kept in this order then.

    center_ : ndarray of shape (n_features or n_components,) or None
        What was subtracted from the mapped rows; None for sparse ones.

    components_ : ndarray of shape (n_features, n_components) or None
        The learned linear map, or None.

    n_features_in_ : int
        Number of features seen during `fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if all are strings.

    See Also
    --------
    sklearn.neighbors.KNeighborsRegressor : Means of the nearest rows only.
    sklearn.kernel_ridge.KernelRidge : Solves for weights with a kernel.

    Notes
    -----
    **Other programs' spreads.** pyGRNN uses the same. neupy's `std` is
    :math:`\sqrt 2\,\sigma`. MATLAB's `newgrnn` has half height at its `spread`, which is
    :math:`1.1774\,\sigma`: give it as `spread`. scikit-learn's `gamma` is
    :math:`1 / (2 \sigma^2)`, and the `bandwidth` of its KernelDensity is :math:`\sigma`.

    **Angles** are regressed as points of a circle: ``skblur.grnn.angles.encode_angle`` and
    ``decode_angle``.

    **Leave one out.** All candidates share the distances of a chunk: 16 spreads from
    :math:`10^{-4}` (float32: :math:`10^{-3}`) to 2 times the root mean square distance,
    and a bounded scalar search around the best. Where more than :math:`2048^2` distances
    are between the rows left out and all rows, 256 of the former tell which of the 16 are
    worth trying on the others. The scores are what literally leaving one out
    gives, averaged over a sample of `loo_samples` rows, which is without bias, or over all
    rows. On six sets of 12 000 rows, spreads from 2048 of them scored within 0.5 percent
    of the best over all. With ``loo_samples=None`` and more than 2048 rows, the spread of
    a sample is followed by passes over all rows with three spreads a factor 1.15 apart,
    continued while the best is outermost. `sigma_` is the spread of the lowest of
    `loo_scores_`.

    A sample weight is a count: leaving one out takes 1 off it, or all of it if it is less,
    so that a row of weight 3 is the same as the row three times; scale weights of another
    kind to a mean of 1. Prototypes lose the left-out row's weight and target.

    **Groups.** Rows that resemble each other predict each other too well, and the spread
    comes out too small: next to nothing if all rows are there twice. With `groups`, such
    as the photograph of each row, a row is left out with its whole group, of whatever
    weight. In meta-estimators that route metadata, ask for them with
    ``GRNNRegressor().set_fit_request(groups=True)`` and
    ``sklearn.set_config(enable_metadata_routing=True)``.

    **Tolerance.** Of more than 4000 dense rows, those whose weights together are at most
    half the tolerance of all are left out; rows far from a query, in balls around
    neighbours, are not even looked at. The rest of the tolerance is for products in
    float32, where these are precise enough. It pays with many queries at once. Single
    queries, very far ones, ``return_std=True``, `evidence` and sparse `X` are exact. The
    threads of BLAS work on parts of the queries meanwhile.

    **Memory and precision.** Distances come from one matrix product per chunk, of at most
    48 MB or scikit-learn's `working_memory` (leave-one-out holds two such chunks); the
    search besides keeps the distances of its sample, if they fit into `working_memory`.
    float32 is kept throughout: spreads below a thousandth of the extent of the data are
    then below its precision.

    **Saving.** `predict` and `evidence` need `X_fit_`, `y_fit_`, `sample_weight_fit_`,
    `sigma_`, `center_`, `components_`, `n_features_in_`, for the standard deviation of
    prototypes `y_var_fit_`, and for predictions within a tolerance the balls. All are
    arrays, numbers or None.

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
        "spread": [Interval(Real, 0, None, closed="neither"), None],
        "standardize": ["boolean"],
        "metric": [StrOptions({"euclidean", "learned"})],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "n_prototypes": [Interval(Integral, 1, None, closed="left"), None],
        "tolerance": [Interval(Real, 0, 1, closed="left")],
        "loo_samples": [Interval(Integral, 2, None, closed="left"), None],
        "metric_samples": [Interval(Integral, 4, None, closed="left"), None],
        "metric_max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        sigma: float | ArrayLike | Literal["loo", "scott", "silverman"] = "loo",
        *,
        spread: float | None = None,
        standardize: bool = False,
        metric: Literal["euclidean", "learned"] = "euclidean",
        n_components: int | None = None,
        n_prototypes: int | None = None,
        tolerance: float = 0.0,
        loo_samples: int | None = 2048,
        metric_samples: int | None = 4000,
        metric_max_iter: int = 100,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool = False,
    ) -> None:
        self.sigma = sigma
        self.spread = spread
        self.standardize = standardize
        self.metric = metric
        self.n_components = n_components
        self.n_prototypes = n_prototypes
        self.tolerance = tolerance
        self.loo_samples = loo_samples
        self.metric_samples = metric_samples
        self.metric_max_iter = metric_max_iter
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Keep the rows, and find the spread and the metric if they are to be found.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training rows. float32 is kept; everything else becomes float64.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How often each row counts; rows of weight 0 are dropped.
        groups : array-like of shape (n_samples,), default=None
            Labels of rows that resemble each other, such as those of one photograph.
            Leaving one out, for the spread and for the metric, leaves out its whole group.

        Returns
        -------
        GRNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter does not fit the data: a `sigma` array that is not positive
            with one entry per feature, or `n_components` beyond the number of features.
            If both `sigma` and `spread` are given. If the sample weights are negative or
            all zero. If a metric is to be learned from a single group.

        TypeError
            If `X` is sparse and the metric is to be learned.
        """
        X, y, weights, groups = self._validate(X, y, sample_weight, groups, reset=True)
        rng = check_random_state(self.random_state)
        for name in ("loo_scores_", "metric_scores_"):
            vars(self).pop(name, None)
        self.components_ = self.center_ = None
        variances = self._variances(X, weights)
        count = weights.sum(dtype=np.float64)
        self.sigma_ = self._first_sigma(deviations_of(variances), count)
        if self.metric == "learned":
            self._learn_metric(X, y, weights, groups, rng)
        elif np.ndim(self.sigma_) == 0:
            warn_of_dominance(variances, vars(self).get("feature_names_in_"))
        self._keep(X, y, weights, groups)
        self._settle(rng, self._wants_loo())
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Append rows.

        The same as one `fit` on all rows with the parameters as they are now, up to the
        sample of `loo_samples` that is drawn and to `tolerance`; but for a learned metric,
        which stays the one of the first call, and prototypes, which once there are any
        are compressed anew together with the appended rows while their spread stays. A
        spread that is to be found is found again, from all rows: give `sigma` a number
        where many small batches come in.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            More rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        sample_weight : array-like of shape (n_samples,), default=None
            How often each row counts.
        groups : array-like of shape (n_samples,), default=None
            Their groups, if the first rows had any: the same label is the same group in
            all calls. They no longer count once there are prototypes.

        Returns
        -------
        GRNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError
            If `y` has another number of outputs than before, if groups were given then
            and not now or the other way round, or numbers then and text now. The rows
            stay as they were.
        """
        if not hasattr(self, "X_fit_"):
            return self.fit(X, y, sample_weight, groups)
        X, y, weights, groups = self._validate(X, y, sample_weight, groups, reset=False)
        self._check_sigma()
        rng = check_random_state(self.random_state)
        self._append(self._map(X), y, weights, groups)
        plain = self.y_var_fit_ is None
        if plain:
            self._follow_rows()
        self._settle(rng, plain and self._wants_loo())
        return self

    def _settle(self, rng, find):
        """Make prototypes of too many rows, find the spread, and order what is kept."""
        few = self.n_prototypes is not None and self.n_prototypes < len(self.y_fit_)
        problem = self._compress(rng) if few else None
        if find:
            self._find_sigma(problem or self._leave_rows_out(), rng)
        self._gather()

    @overload
    def predict(self, X: ArrayLike, return_std: Literal[False] = False) -> NDArray[Any]: ...

    @overload
    def predict(
        self, X: ArrayLike, return_std: bool
    ) -> NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]: ...

    def predict(
        self, X: ArrayLike, return_std: bool = False
    ) -> NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]:
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
            Within `tolerance`, but for ``return_std=True``, which is always exact.
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
        if return_std:
            variances = self.y_var_fit_
            found = prediction.means_and_deviations(X, *rows, variances, weights, sigma)
            return tuple(values.reshape(shape) for values in found)
        if self._leaves_rows_out():
            check_is_fitted(self, "ball_starts_", msg=UNORDERED)
            balls = self._balls()
            rows = truncation.Rows(*rows, weights, balls, sigma, self.tolerance)
            return truncation.means(X, rows).reshape(shape)
        return prediction.means(X, *rows, weights, sigma).reshape(shape)

    def evidence(self, X: ArrayLike) -> Bunch:
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
        rows, weights = self.X_fit_, self.sample_weight_fit_
        return evidence(X, rows, weights, self._scalar_sigma(), self.sigma_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.metric == "euclidean"
        return tags
