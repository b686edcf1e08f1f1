"""Partial alignment: what is left of ρ when a third similarity of the same pairs is
held constant.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from explorer.measure.alignment import Alignment, undefined
from explorer.measure.statistics.bootstrap import percentiles
from explorer.measure.statistics.correlation import (
    FEWEST_PAIRS,
    complete,
    correlation,
    problem,
    resampled_rho,
    student_p,
)

_CERTAIN = 1 - 1e-12
"""From this correlation with the covariate on, nothing but rounding is left of a
variable.
"""


def partial_align(
    model: ArrayLike, human: ArrayLike, covariate: ArrayLike, *, n_boot: int = 2000, seed: int = 0
) -> Alignment:
    """Partial Spearman ρ of (n,) model and human similarity given an (n,) covariate.

    The first-order partial correlation (Yule 1907) of the three rankings (Conover 1999,
    section 5.4). p: Student's t with n - 3 degrees of freedom (Fisher 1924). Interval:
    percentile bootstrap over pairs, all three ranked anew in every resample, the
    resamples those of `align`. A covariate that is the same for every pair takes
    nothing away.
    """
    (x, z), y, note = complete([model, covariate], human)
    wrong = problem([x], y)
    if not wrong and len(y) == FEWEST_PAIRS:
        wrong = (
            f"{len(y)} pairs are too few for a partial correlation; {FEWEST_PAIRS + 1} are needed."
        )
    if wrong:
        return undefined(len(y), f"{wrong} {note}".strip())
    ranks = [rankdata(values) for values in (x, y, z)]
    flat = np.ptp(z) == 0
    xy, xz, zy = (
        np.float64(0.0) if flat and 2 in pair else correlation(ranks[pair[0]], ranks[pair[1]])
        for pair in ((0, 1), (0, 2), (2, 1))
    )
    rho = float(_first_order(np.array([xy]), np.array([xz]), np.array([zy]))[0])
    if np.isnan(rho):
        why = (
            "The covariate orders the pairs as the model or as people do, so nothing is left to "
            "correlate."
        )
        return undefined(len(y), f"{why} {note}".strip())
    drawn_xy, drawn_zy = resampled_rho(np.array([x, z]), y, n_boot, seed)
    (drawn_xz,) = resampled_rho(np.array([x]), z, n_boot, seed)
    samples = _first_order(drawn_xy, np.nan_to_num(drawn_xz), np.nan_to_num(drawn_zy))
    return Alignment(rho, *percentiles(samples), student_p(rho, len(y) - 3), len(y), samples, note)


def _first_order(xy: np.ndarray, xz: np.ndarray, zy: np.ndarray) -> np.ndarray:
    left = (1 - xz * xz) * (1 - zy * zy)
    certain = (np.abs(xz) >= _CERTAIN) | (np.abs(zy) >= _CERTAIN)
    result = np.full(xy.shape, np.nan)
    np.divide(xy - xz * zy, np.sqrt(np.maximum(left, 0.0)), out=result, where=~certain)
    return np.asarray(np.clip(result, -1.0, 1.0))
