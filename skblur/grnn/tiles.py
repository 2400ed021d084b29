"""Exponents of the weights of some queries and the rows of a ball, by one product."""

import numpy as np

# Unit roundoff of float32, and roundings of an exponent beside one for each feature.
ROUNDOFF, ROUNDINGS = 2.0**-24, 5


class Ball:
    """Rows of a ball around its centre, in units of the spread.

    Attributes
    ----------
    center : ndarray of shape (n_features,)
    radius : float
    X : ndarray of shape (n, n_features), from the centre
    logs : ndarray of shape (n,), logarithms of the sample weights
    columns : ndarray of shape (n, n_outputs + 1), targets between -1 and 1, and ones
    """

    def __init__(self, rows, index, midpoint, half_range):
        balls, sigma = rows.balls, rows.sigma
        mine = slice(balls.starts[index], balls.starts[index + 1])
        self.center, self.radius = balls.centers[index] / sigma, balls.radii[index] / sigma
        self.X = rows.X[mine] / np.float64(sigma) - self.center
        self.logs = np.log(rows.weights[mine], dtype=np.float64)
        targets = (rows.targets[mine] - midpoint) / half_range
        self.columns = np.column_stack([targets, np.ones(len(targets))])
        self.constants = self.logs - np.einsum("if,if->i", self.X, self.X) / 2
        self.factors = np.column_stack([self.X, self.constants, np.ones(len(targets))])
        self.single_factors = self.factors.astype(np.float32)


class Tile:
    """Exponents of pairs of queries and rows, relative to the queries' levels.

    With the query q and the row x from the centre, in units of the spread, and the sample
    weight s, an exponent is :math:`q \\cdot x + (\\log s - |x|^2/2) - (|q|^2/2 + \\ell)`.

    Parameters
    ----------
    Q : ndarray of shape (n_queries, n_features), in units of the spread
    ball : Ball
    halves : ndarray of shape (n_queries,)
        Half the squared distances from the centre.
    level : ndarray of shape (n_queries,)

    Attributes
    ----------
    error : float
        Bound of the error of an exponent in float32.
    """

    def __init__(self, Q, ball, halves, level):
        self.Q, self.ball, self.level = Q, ball, level
        self.offsets = -halves - level
        largest = np.sqrt(2 * halves.max()) * ball.radius
        largest += np.abs(ball.constants).max() + np.abs(self.offsets).max()
        self.error = (Q.shape[1] + ROUNDINGS) * ROUNDOFF * largest

    def is_precise(self, tolerance):
        """Whether weights and their sums in float32 leave the mean within half of it."""
        of_sums = len(self.ball.X) * ROUNDOFF
        return self.error / 2 + of_sums < 0.45 * tolerance

    @property
    def shape(self):
        return len(self.Q), len(self.ball.X)

    def exponents(self, out):
        """All of them, from one product, into an array; in float32 within ``error``."""
        factors = np.empty((len(self.Q), self.Q.shape[1] + 2), dtype=out.dtype)
        np.subtract(self.Q, self.ball.center, out=factors[:, :-2], casting="same_kind")
        factors[:, -2], factors[:, -1] = 1, self.offsets
        single = out.dtype == np.float32
        of_rows = self.ball.single_factors if single else self.ball.factors
        return np.matmul(factors, of_rows.T, out=out)

    def exact_exponents(self, query, row):
        """Those of pairs, in float64."""
        differences = self.Q[query] - self.ball.center - self.ball.X[row]
        squares = np.einsum("if,if->i", differences, differences)
        return self.ball.logs[row] - squares / 2 - self.level[query]
