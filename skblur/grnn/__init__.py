"""General regression neural networks: kernel regression with Gaussian weights."""

from .regressor import GRNNRegressor

__all__ = ["GRNNRegressor"]
