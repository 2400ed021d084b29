"""Networks pre-trained by restricted Boltzmann machines."""

from .classifier import StackedRBMClassifier
from .regressor import StackedRBMRegressor

__all__ = ["StackedRBMClassifier", "StackedRBMRegressor"]
