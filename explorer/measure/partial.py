"""Partial alignment: what is left of ρ when other similarities of the same pairs are
held constant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.measure.alignment import Alignment, estimated, undefined
from explorer.measure.statistics.correlation import (
    FEWEST_PAIRS,
    complete,
    problem,
    rank_correlations,
)
from explorer.measure.statistics.shared_words import words_of_present

_CERTAIN = 1e-12
"""Share of a ranking's variance from which nothing but rounding is left of it."""


def partial_align(
    model: ArrayLike,
    human: ArrayLike,
    covariates: Sequence[ArrayLike],
    words: ArrayLike | None = None,
) -> Alignment:
    """Partial Spearman ρ of (n,) model and human similarity given (n,) covariates.

    The correlation of what a linear regression on the covariates' rankings leaves of
    the two rankings (Conover 1999, section 5.4). Interval and p as in `align`. A
    covariate that is the same for every pair takes nothing away. words: as in `align`.
    """
    (x, *rest), y, present, note = complete([model, *covariates], human)
    varying = [z for z in rest if len(z) and np.ptp(z) > 0]
    wrong = problem([x], y)
    fewest = FEWEST_PAIRS + len(rest)
    if not wrong and len(y) < fewest:
        wrong = f"{len(y)} pairs are too few for a partial correlation; {fewest} are needed."
    if wrong:
        return undefined(len(y), f"{wrong} {note}".strip())
    rho, influence = _partial(*rank_correlations(np.array([x, y, *varying])))
    if np.isnan(rho):
        why = (
            "The covariate orders the pairs as the model or as people do, so nothing is left to "
            "correlate."
        )
        return undefined(len(y), f"{why} {note}".strip())
    pairs = words_of_present(words, present)
    return estimated(rho, influence, pairs, note, parameters=2 + len(varying))


def _partial(matrix: np.ndarray, influence: np.ndarray) -> tuple[float, np.ndarray]:
    """Partial correlation of the first two variables given the others, and its (n,)
    influences.

    matrix: (k, k) correlations; influence: (k, k, n). It is the correlation of the
    residuals; their weights minimise the residual variance, so that a small change of
    the weights does not change the covariances to first order.
    """
    covariates = matrix[2:, 2:]
    weights = np.linalg.pinv(covariates, rcond=_CERTAIN, hermitian=True) @ matrix[2:, :2]
    left = matrix[:2, :2] - matrix[2:, :2].T @ weights
    if min(left[0, 0], left[1, 1]) < _CERTAIN:
        return np.nan, np.empty(0)
    combine = np.vstack([np.eye(2), -weights])
    change = np.einsum("ka,kln,lb->abn", combine, influence, combine)
    scale = np.sqrt(left[0, 0] * left[1, 1])
    rho = float(np.clip(left[0, 1] / scale, -1.0, 1.0))
    own = change[0, 0] / left[0, 0] + change[1, 1] / left[1, 1]
    return rho, change[0, 1] / scale - rho / 2 * own
