"""StratifiedBlurKFold: folds with equal shares of the types, and no photograph torn."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from .blurs.targets import as_target_rows

__all__ = ["StratifiedBlurKFold"]


class StratifiedBlurKFold(StratifiedKFold):
    """Cross-validation folds of targets ``(type, size, angle)``, stratified by the type.

    scikit-learn's stratified folds refuse targets of three columns. Patches of one
    photograph know each other: with `groups`, which photograph each was cut out of, all
    of one go into the same fold, and the shares of the types are as equal as this allows.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, at least 2.

    shuffle : bool, default=False
        Whether to shuffle the samples of each type, or the groups, before splitting.

    random_state : int, RandomState instance or None, default=None
        Of the shuffling.

    See Also
    --------
    sklearn.model_selection.StratifiedKFold : What it is without groups.
    sklearn.model_selection.StratifiedGroupKFold : What it is with groups.

    Examples
    --------
    As ``cv`` of a search, and for one split into training and test rows:

    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skblur import BlurTypeThenParamPipeline, StratifiedBlurKFold
    >>> from skblur.datasets import load_sharp_photos, make_blur_patches
    >>> X, y, photo = make_blur_patches(
    ...     load_sharp_photos(), 300, return_groups=True, random_state=0)
    >>> folds = StratifiedBlurKFold(3)
    >>> train, test = next(folds.split(X, y, photo))
    >>> set(photo[train]) & set(photo[test])
    set()
    >>> model = BlurTypeThenParamPipeline(LogisticRegression(max_iter=1000))
    >>> search = GridSearchCV(model, {"regressor__sigma": [0.5, 1.0]}, cv=folds)
    >>> search.fit(X, y, groups=photo).n_splits_
    3
    """

    # Groups are used if there are any; scikit-learn routes them without being asked.
    __metadata_request__split = {"groups": True}

    def __init__(
        self,
        n_splits: int = 5,
        *,
        shuffle: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        super().__init__(n_splits, shuffle=shuffle, random_state=random_state)

    def split(
        self, X: Any, y: ArrayLike, groups: ArrayLike | None = None
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Indices of training and test samples, fold by fold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Patches, or anything of that length.

        y : array-like of shape (n_samples, 3) or (n_samples,)
            Rows ``(type, size, angle)``, or types alone, by code or name.

        groups : array-like of shape (n_samples,), default=None
            Samples of one group, such as the patches of a photograph, stay together.

        Yields
        ------
        train, test : ndarray of shape (n,)
            Indices.
        """
        _, types = np.unique(as_target_rows(y, "y")[:, 0], return_inverse=True)
        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        folds = kind(self.n_splits, shuffle=self.shuffle, random_state=self.random_state)
        return folds.split(X, types, groups)
