"""What the noise of human ratings alone leaves of a correlation with them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from explorer.measure.statistics.bootstrap import percentiles
from explorer.measure.statistics.correlation import standardised


def sampling_noise_ceiling(
    scores: ArrayLike, judgements: int, n: int = 1000, seed: int = 0
) -> tuple[float, float, float]:
    """Spearman ρ of perfect predictions with scores that are counts of so many binary
    judgements: mean and 95% range over n simulated sets of judgements.

    scores: (pairs,), 0 to `judgements`. The true shares are the observed ones drawn
    towards their mean, so that their variance is the observed one less what binomial
    noise adds (method of moments). Raises ValueError for scores that are no such
    counts.
    """
    counts = np.asarray(scores, float)
    if not len(counts) or counts.min() < 0 or counts.max() > judgements:
        raise ValueError(f"counts from 0 to {judgements} are needed")
    share = counts / judgements
    true = _truth(share, float(np.mean(share * (1 - share))) / max(1, judgements - 1))
    if true is None:
        return 0.0, 0.0, 0.0
    return _summary(np.random.default_rng(seed).binomial(judgements, true, (n, len(true))), true)


def rating_noise_ceiling(
    scores: ArrayLike, sds: ArrayLike, raters: ArrayLike, n: int = 1000, seed: int = 0
) -> tuple[float, float, float]:
    """Spearman ρ of perfect predictions with scores that are means of ratings: mean and
    95% range over n simulated sets of ratings.

    scores, sds, raters: (pairs,), mean, standard deviation and number of the ratings of
    each pair. A score errs by sd / √raters, normally; true scores as in
    `sampling_noise_ceiling`. Raises ValueError for unequal lengths, a negative sd, and
    less than one rater.
    """
    observed, sd, number = (np.asarray(values, float) for values in (scores, sds, raters))
    if not len(observed) or not observed.shape == sd.shape == number.shape:
        raise ValueError("a score, an sd and a number of raters a pair are needed")
    if sd.min() < 0 or number.min() < 1:
        raise ValueError("an sd from 0 on and one rater or more are needed")
    error = sd / np.sqrt(number)
    true = _truth(observed, float(np.mean(error**2)))
    if true is None:
        return 0.0, 0.0, 0.0
    drawn = np.random.default_rng(seed).normal(size=(n, len(true)))
    return _summary(true + error * drawn, true)


def _truth(observed: np.ndarray, noise: float) -> np.ndarray | None:
    """The observed values drawn towards their mean, so that noise of this variance is
    gone; None where it is all there is.
    """
    spread = float(observed.var())
    if spread <= noise:
        return None
    middle = observed.mean()
    return np.asarray(middle + np.sqrt(1 - noise / spread) * (observed - middle))


def _summary(drawn: np.ndarray, true: np.ndarray) -> tuple[float, float, float]:
    rho = standardised(drawn) @ standardised(true)
    return float(rho.mean()), *percentiles(rho)
