"""Domains: does overlap of expert sets bring the concepts of a domain together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from explorer.core.records import RunInfo
from explorer.core.similarity import Experts
from explorer.measure import domains as measures
from explorer.results.memo import remembered
from explorer.results.reading import concepts, similarity
from explorer.results.view import View
from explorer.store.library import Library


@dataclass(frozen=True, eq=False)
class Concepts:
    """Concepts, their domains (None: has none) and their overlap, never below 0."""

    words: list[str]
    domains: list[str | None]
    matrix: np.ndarray


def concepts_with_domains(
    library: Library, run_id: str, experts: Experts, *, everything: bool = False
) -> Concepts:
    """The concepts of a run that have a domain, or with `everything` all of them.

    Sets that overlap less than chance would have them count as sets without overlap: a
    network, its communities and a ratio of means know no negative links.
    """
    table = concepts(library, run_id)
    chosen = np.flatnonzero(table["domain"].notna() | everything)
    rows = table.iloc[chosen]
    domains = [None if pd.isna(domain) else str(domain) for domain in rows["domain"]]
    matrix = similarity(library, run_id, experts)[np.ix_(chosen, chosen)]
    matrix = np.maximum(matrix, 0.0) if experts.overlap.corrected else matrix
    return Concepts(rows["word"].tolist(), domains, matrix)


@remembered(256)
def concept_places(
    library: Library, run_id: str, experts: Experts, everything: bool
) -> dict[str, tuple[float, float]]:
    """word → (x, y) in the network; the same run and overlap always give the same
    picture.
    """
    shown = concepts_with_domains(library, run_id, experts, everything=everything)
    layout = measures.layout(shown.matrix, shown.words, 0)
    return {word: (float(x), float(y)) for word, (x, y) in layout.items()}


def last_checkpoint(view: View) -> RunInfo:
    """The last checkpoint of the run's model and design, maybe the run itself."""
    return view.selection.checkpoints(view.run)[-1]


def n_labelled(library: Library, run_id: str) -> int:
    """How many concepts of a run have a domain."""
    return int(concepts(library, run_id)["domain"].notna().sum())
