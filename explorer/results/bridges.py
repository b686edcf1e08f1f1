"""Bridges: the strongest overlaps between concepts of two domains."""

from __future__ import annotations

import pandas as pd

from explorer.core.similarity import Experts
from explorer.measure import bridges as measures
from explorer.results.domains import concepts_with_domains
from explorer.results.memo import remembered
from explorer.store.library import Library

STRONGEST = 40


@remembered(256)
def bridges(library: Library, run_id: str, experts: Experts) -> pd.DataFrame:
    """The strongest pairs, and the paper's examples at any rank:
    `measure.bridges.COLUMNS`.
    """
    shown = concepts_with_domains(library, run_id, experts)
    return measures.bridges(shown.matrix, shown.words, shown.domains, k=STRONGEST)
