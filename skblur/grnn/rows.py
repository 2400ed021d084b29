"""What a fitted model keeps: rows in the space where one spread measures."""

import numpy as np
from scipy import sparse

from . import leave_one_out, prototypes
from .balls import Balls, gather
from .groups import appended
from .spreads import as_columns, divisor, scale_columns, standardised

# Up to so many rows, all of them are faster than to find out which do not count.
FEW_ROWS = 4000
# Exact predictions are off by as much.
EXACT = np.finfo(np.float64).eps


class KeptRowsMixin:
    """The kept rows, and the way of any row into their space.

    Reads ``sigma_``, ``components_`` and the parameters; writes ``X_fit_``, ``y_fit_``,
    ``y_var_fit_``, ``sample_weight_fit_``, ``groups_fit_``, ``center_`` and the balls.
    """

    def _keep(self, X, y, weights, groups):
        """Keep the rows, mapped and centred, and their targets: copies of all."""
        X = self._map(X)
        # Centred rows are short, and the identity behind the distances loses fewer
        # digits. Sparse rows stay where they are, or they would not be sparse.
        if sparse.issparse(X):
            X = X.copy()
        else:
            self.center_ = (weights / weights.sum(dtype=np.float64)).astype(X.dtype) @ X
            X = X - self.center_
        self.X_fit_, self.sample_weight_fit_ = X, weights.copy()
        self.y_fit_, self.y_var_fit_ = y.astype(X.dtype), None
        self._keep_groups(None if groups is None else groups.copy())

    def _append(self, X, y, weights, groups):
        """Keep more rows, already mapped and centred."""
        if y.shape[1:] != self.y_fit_.shape[1:]:
            raise ValueError(
                f"y must go on as it began: expected shape (n_samples, "
                f"*{self.y_fit_.shape[1:]}), got {y.shape}."
            )
        # Groups serve to find the spread again, which prototypes do not.
        prototypes = self.y_var_fit_ is not None
        groups = None if prototypes else appended(self._kept_groups(), groups)
        # Whatever is refused has been refused: from here on the rows change.
        self._keep_groups(groups)
        if prototypes:
            unknown = np.zeros_like(as_columns(y), dtype=self.y_var_fit_.dtype)
            self.y_var_fit_ = np.concatenate([self.y_var_fit_, unknown])
        dtype = self.X_fit_.dtype
        if sparse.issparse(self.X_fit_):
            self.X_fit_ = sparse.vstack([self.X_fit_, sparse.csr_array(X)], format="csr")
        else:
            self.X_fit_ = np.concatenate([self.X_fit_, X])
        self.y_fit_ = np.concatenate([self.y_fit_, y.astype(dtype)])
        self.sample_weight_fit_ = np.concatenate([self.sample_weight_fit_, weights])

    def _keep_groups(self, groups):
        vars(self).pop("groups_fit_", None)
        if groups is not None:
            self.groups_fit_ = groups

    def _kept_groups(self):
        """Those of the rows, or None if they have none."""
        return vars(self).get("groups_fit_")

    def _map(self, X):
        """Rows of features to rows between which the scalar spread measures."""
        if self.components_ is not None:
            X = X @ self.components_
        elif np.ndim(self.sigma_):
            X = scale_columns(X, 1 / self.sigma_)
        if self.center_ is None:
            return X
        return (X.toarray() if sparse.issparse(X) else X) - self.center_

    def _scalar_sigma(self):
        """The spread between mapped rows: 1 where the map divides by the spreads."""
        return 1.0 if np.ndim(self.sigma_) else self.sigma_

    def _rescale(self, sigma):
        """Take another spread, or others of the features, and bring the rows to it."""
        factors = divisor(self.sigma_) / divisor(sigma)
        if np.ndim(factors):
            self.X_fit_ = scale_columns(self.X_fit_, factors)
            if self.center_ is not None:
                self.center_ = scale_columns(self.center_, factors)
        self.sigma_ = sigma

    def _compress(self, rng):
        """Keep prototypes in place of rows; return what leaving rows out of them needs."""
        rows, weights = self.X_fit_, self.sample_weight_fit_
        y = as_columns(self.y_fit_)
        targets, groups = standardised(y, weights), self._kept_groups()
        labels = prototypes.cluster(rows, weights, self.n_prototypes, rng)
        self.X_fit_, y, self.y_var_fit_, self.sample_weight_fit_ = prototypes.merge(
            rows, y, self.y_var_fit_, weights, labels
        )
        self.y_fit_ = y.reshape(-1, *self.y_fit_.shape[1:])
        self._keep_groups(None)
        return leave_one_out.of_prototypes(
            rows, targets, weights, self.X_fit_, labels, groups
        )

    def _leaves_rows_out(self):
        """Whether predictions are from the rows that count only."""
        few = self.X_fit_.shape[0] <= FEW_ROWS
        return self.tolerance > EXACT and not few and not sparse.issparse(self.X_fit_)

    def _gather(self):
        """Order the kept rows by balls, if predictions leave some out."""
        for name in ("ball_starts_", "ball_centers_", "ball_radii_"):
            vars(self).pop(name, None)
        if not self._leaves_rows_out():
            return
        order, balls = gather(self.X_fit_)
        self.ball_starts_, self.ball_centers_, self.ball_radii_ = balls
        self.X_fit_, self.y_fit_ = self.X_fit_[order], self.y_fit_[order]
        self.sample_weight_fit_ = self.sample_weight_fit_[order]
        if self.y_var_fit_ is not None:
            self.y_var_fit_ = self.y_var_fit_[order]
        if self._kept_groups() is not None:
            self.groups_fit_ = self.groups_fit_[order]

    def _balls(self):
        return Balls(self.ball_starts_, self.ball_centers_, self.ball_radii_)
