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
    noise = float(np.mean(share * (1 - share))) / max(1, judgements - 1)
    spread = float(share.var())
    if spread <= noise:
        return 0.0, 0.0, 0.0
    true = share.mean() + np.sqrt(1 - noise / spread) * (share - share.mean())
    drawn = np.random.default_rng(seed).binomial(judgements, true, (n, len(true)))
    rho = standardised(drawn) @ standardised(true)
    return float(rho.mean()), *percentiles(rho)
