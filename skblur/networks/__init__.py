"""Networks of perceptrons on whitened axes; they know nothing of blur."""

from .committee import CommitteeClassifier

__all__ = ["CommitteeClassifier"]
