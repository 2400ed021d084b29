"""What is to name the blur of a patch, the paper's network among them."""

from typing import NamedTuple

from baselines.hand_made_features import hand_made_features
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from skblur import StackedRBMClassifier
from skblur.training.patches import patch_model

try:
    from baselines.convnet import ConvNetClassifier
except ImportError:
    ConvNetClassifier = None

PRETRAINED = "StackedRBM, pre-trained"
SHIPPED = "the same layers, rectified, whitened"
# The time of a support vector machine grows with the square of its rows.
MOST_SVM_ROWS = 12000


class Contender(NamedTuple):
    """An unfitted classifier, what it is shown, and of how many rows at most."""

    estimator: BaseEstimator | None
    shown: str = "spectra"
    most_rows: int | None = None
    left_out: str = ""


# A trial run has few rows: more epochs, or the network would hardly leave its start.
QUICK_NETWORK = {"rbm_n_iter": 20, "batch_size": 100, "max_iter": 100}


def paper_network(seed, **changes):
    """1024-500-30-10-3, logistic units, pre-trained."""
    settings = {
        "hidden_layer_sizes": (500, 30, 10),
        "rbm_n_iter": 5,
        "alpha": 1e-5,
        "batch_size": 200,
        "learning_rate_init": 2e-3,
        "max_iter": 30,
        "random_state": seed,
    }
    return StackedRBMClassifier(**(settings | changes))


def contenders(seed, quick):
    """Contenders by name, the paper's network first."""
    by_hand = FunctionTransformer(hand_made_features)
    network = paper_network(seed, **(QUICK_NETWORK if quick else {}))
    from_scratch = clone(network).set_params(rbm_n_iter=0)
    forest = RandomForestClassifier(100 if quick else 300, n_jobs=-1, random_state=seed)
    return {
        PRETRAINED: Contender(network),
        "the same, not pre-trained": Contender(from_scratch),
        SHIPPED: Contender(patch_model(random_state=seed).classifier),
        "SVM, RBF kernel": Contender(SVC(C=10), "spectra", MOST_SVM_ROWS),
        "hand-made features, SVM": Contender(
            make_pipeline(by_hand, StandardScaler(), SVC(C=10)), "X", MOST_SVM_ROWS
        ),
        "random forest": Contender(forest),
        "convolutional network, 6 layers": convolutional(seed, quick),
    }


def convolutional(seed, quick):
    """The network on raw patches, if PyTorch is there."""
    if ConvNetClassifier is None:
        return Contender(None, left_out="left out: PyTorch is not installed")
    settings = {"max_iter": 12, "batch_size": 50} if quick else {}
    return Contender(ConvNetClassifier(random_state=seed, **settings), "X")
