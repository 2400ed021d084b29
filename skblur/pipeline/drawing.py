"""Steps as scikit-learn draws them in a notebook: in their order, regressors abreast."""

from .steps import leaves

__all__ = []


def visual_block(steps):
    """Block of the features, of the classifier, and of the regressors side by side."""
    return _block("serial", [_labelled(root, step) for root, step in steps.items()])


def _labelled(root, step):
    """Label and block of a step; the steps of a mapping have a label each."""
    labelled = [
        (f"{path}: {each if isinstance(each, str) else type(each).__name__}", each)
        for path, each in leaves(root, step)
    ]
    if len(labelled) != 1:
        return None, _block("parallel", labelled)
    # In a block of its own, without which its label would not be written.
    ((label, each),) = labelled
    return label, _block("serial", [(None, each)])


def _block(kind, labelled):
    try:
        from sklearn.utils._repr_html.estimator import _VisualBlock
    except ImportError:  # before scikit-learn 1.7
        from sklearn.utils._estimator_html_repr import _VisualBlock
    labels = [label for label, _ in labelled]
    steps = [each for _, each in labelled]
    return _VisualBlock(kind, steps, names=labels, dash_wrapped=False)
