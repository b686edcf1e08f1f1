"""Domains: does overlap group concepts as people do?"""

from __future__ import annotations

import numpy as np

from explorer.core.similarity import Experts
from explorer.core.tau import Tau
from explorer.measure.domains import Ratio, within_cross_ratio
from explorer.results.memo import remembered
from explorer.results.reading import concepts, similarity
from explorer.store.library import Library


@remembered(512)
def domain_ratio(library: Library, run_id: str, tau: Tau) -> Ratio:
    """Overlap within domains ÷ across domains, over the concepts that have a domain."""
    domains = concepts(library, run_id)["domain"]
    chosen = np.flatnonzero(domains.notna().to_numpy())
    matrix = similarity(library, run_id, Experts(tau))[np.ix_(chosen, chosen)]
    return within_cross_ratio(matrix, domains.to_numpy()[chosen])
